/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32 against accidents; protects against nobody. */
#ifndef WK_BASE_CRC32_H
#define WK_BASE_CRC32_H

#include "base/blob.h"

/*
 * CRC-32/ISO-HDLC, the one of ISO/IEC 13239, gzip and PNG: polynomial
 * 0x04c11db7 reflected, initial value and final xor all ones.
 */
uint32_t wk_crc32(struct wk_span s);

#endif
