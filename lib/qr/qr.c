/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QR codes by libqrencode.  It works in memory of malloc(3): what it hands out is
 * wiped here; its copy of the text and what it computes on the way are released
 * by it as they are, and SECURITY.md says so.
 */
#include "qr.h"

#include <errno.h>
#include <qrencode.h>

#include "base/blob.h"
#include "module.h"

/* The lowest bit of a module of libqrencode's says that it is dark. */
#define DARK 1

static void input_done(QRinput **input)
{
	QRinput_free(*input);
}
#define AUTO_INPUT __attribute__((cleanup(input_done)))

static void symbol_done(QRcode **symbol)
{
	QRcode *c = *symbol;

	if (!c)
		return;
	wk_wipe(c->data, (size_t)c->width * (size_t)c->width);
	QRcode_free(c);
}
#define AUTO_SYMBOL __attribute__((cleanup(symbol_done)))

static enum wk_status failed(struct wk_err *err)
{
	if (errno == ERANGE)
		return wk_fail(err, WK_FAIL, "qr.too-long",
			       "QR code: the text is too long for one");
	if (errno == EINVAL)
		return wk_fail(err, WK_FAIL, "qr.text",
			       "QR code: the text has characters outside of "
			       "the alphanumeric set");
	return wk_fail_errno(err, errno, "QR code");
}

/* One piece in one mode: nothing is left to guess, and one copy is made. */
static enum wk_status make(const struct wk_secret *text, QRcode **ret_symbol,
			   struct wk_err *err)
{
	AUTO_INPUT QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);

	if (!input)
		return failed(err);
	if (QRinput_append(input, QR_MODE_AN, (int)wk_secret_len(text),
			   wk_secret_view(text)))
		return failed(err);
	*ret_symbol = QRcode_encodeInput(input);
	return *ret_symbol ? WK_OK : failed(err);
}

static void pack(const QRcode *c, struct wk_secret *modules)
{
	size_t side = (size_t)c->width;
	uint8_t *p = wk_secret_bytes(modules);

	for (size_t y = 0; y < side; y++) {
		for (size_t x = 0; x < side; x++)
			p[x / 8] |= (uint8_t)((c->data[y * side + x] & DARK)
					      << (7 - x % 8));
		p += WK_QR_ROW_BYTES(side);
	}
	wk_secret_set_len(modules, side * WK_QR_ROW_BYTES(side));
}

static enum wk_status encode(const struct wk_secret *text,
			     struct wk_secret **ret_modules,
			     unsigned int *ret_side, struct wk_err *err)
{
	AUTO_SYMBOL QRcode *symbol = NULL;
	struct wk_secret *modules;
	enum wk_status st = make(text, &symbol, err);

	if (!st)
		st = wk_secret_new(WK_QR_BYTES_MAX, &modules, err);
	if (st)
		return st;
	pack(symbol, modules);
	*ret_modules = modules;
	*ret_side = (unsigned int)symbol->width;
	return WK_OK;
}

static const struct wk_qr_ops ops = { .encode = encode };

WK_MODULE_DEFINE(qr, "libqrencode", &ops);
