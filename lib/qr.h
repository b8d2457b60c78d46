/* SPDX-License-Identifier: Apache-2.0 */
/* What module "qr" offers: libqrencode.  ISO/IEC 18004. */
#ifndef WK_QR_H
#define WK_QR_H

#include "base/secret.h"

#define WK_QR_SIDE_MAX 177 /* version 40 */
/* A row takes whole bytes; the leftmost module is the highest bit. */
#define WK_QR_ROW_BYTES(side) (((side) + 7) / 8)
#define WK_QR_BYTES_MAX (WK_QR_SIDE_MAX * WK_QR_ROW_BYTES(WK_QR_SIDE_MAX))
#define WK_QR_TEXT_MAX 3391 /* alphanumeric, version 40, level M */

struct wk_qr_ops {
	/*
	 * The symbol of a text of the alphanumeric set (A-Z 0-9 space $%*+-./:),
	 * level M, as side * WK_QR_ROW_BYTES(side) bytes, 1 being dark, without
	 * quiet zone.  WK_FAIL "qr.too-long", "qr.text": other characters;
	 * WK_NOMEM.
	 */
	enum wk_status (*encode)(const struct wk_secret *text,
				 struct wk_secret **ret_modules,
				 unsigned int *ret_side, struct wk_err *err);
};

static inline bool wk_qr_is_dark(const struct wk_secret *modules,
				 unsigned int side, unsigned int x,
				 unsigned int y)
{
	const uint8_t *row =
		wk_secret_view(modules) + y * WK_QR_ROW_BYTES(side);

	return row[x / 8] >> (7 - x % 8) & 1;
}

#endif
