/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recovery sheet's machine part: bytes as rows that people can type.
 * wkeyctl-keyfile(5), RECOVERY SHEET.
 *
 *	01  ABCDE FGHIJ KLMNO PQRST UVWXY Z2345 67ABC DEFGH  QXYZ
 *
 * A row is its number (01 upwards), 25 bytes in base32 (RFC 4648, no padding, in
 * groups of five), the last row fewer, and four letters that check it: the upper
 * 20 bits of the CRC-32 of the row's number (one byte) and its bytes.  Read:
 * either case, 0 as O, 1 as I and 8 as B, any spaces; other lines are skipped.
 */
#ifndef WK_SHEET_H
#define WK_SHEET_H

#include "base/blob.h"

#define WK_SHEET_ROW_BYTES 25
#define WK_SHEET_ROWS_MAX 99

/* Lines with '\n'.  WK_FAIL "sheet.too-long": more than 99 rows. */
WK_MUST enum wk_status wk_sheet_encode(struct wk_span bytes,
				       struct wk_blob *ret_text,
				       struct wk_err *err);
/*
 * Finds the rows in a text, in any order.  WK_CORRUPT "sheet.row": "row 7:
 * mistyped"; "sheet.missing": "row 3 is missing"; "sheet.twice": two rows 4 that
 * differ; "sheet.none": no row.  Whether the last row is the last one, the bytes
 * themselves must tell.
 */
WK_MUST enum wk_status wk_sheet_decode(struct wk_span text,
				       struct wk_blob *ret_bytes,
				       struct wk_err *err);

#endif
