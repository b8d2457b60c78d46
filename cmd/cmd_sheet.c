/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl sheet: a key on paper. */
#include <string.h>

#include "cmd/command.h"
#include "cmd/sandbox.h"
#include "cmd/sheet_draw.h"
#include "cmd/ui.h"
#include "cmd/unlocking.h"
#include "module.h"
#include "qr.h"
#include "sheet.h"

static const char *const formats[] = { "text", "svg", NULL };

static const struct wk_option sheet_options[] = {
	{ .name = "format",
	  .type = WK_OPT_CHOICE,
	  .metavar = "FORMAT",
	  .help = "text (default), or svg: a page to print",
	  .choices = formats },
	{ .name = "no-qr",
	  .type = WK_OPT_FLAG,
	  .help = "without QR code: rows and recovery key to be typed" },
	/* Of wk_opts_rescue what can open a recovery slot. */
	{ .name = "recovery-file",
	  .type = WK_OPT_PATH,
	  .metavar = "FILE",
	  .help = "read the recovery key from FILE; '-' is standard input" },
	{ .name = "recovery-fd",
	  .type = WK_OPT_FD,
	  .metavar = "N",
	  .help = "read the recovery key from descriptor N" },
	{ .name = "recovery-credential",
	  .type = WK_OPT_STRING,
	  .metavar = "NAME",
	  .help = "read the recovery key from the systemd credential NAME" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	sheet_options,
	wk_opts_secret_out,
	NULL,
};

/* What lives while a sheet is made. */
struct drafting {
	struct wk_secret_out to;
	struct wk_unlocking unlocking;
	struct wk_keyfile *kf;
	struct wk_sheet sheet;
	struct wk_sheet_page page;
	struct wk_sheet_code code;
	bool svg, drawn;
};

static void drafting_done(struct drafting *d)
{
	d->code.modules = wk_secret_free(d->code.modules);
	wk_sheet_page_done(&d->page);
	wk_sheet_done(&d->sheet);
	d->kf = wk_keyfile_free(d->kf);
	wk_unlocking_done(&d->unlocking);
	wk_secret_out_done(&d->to);
}

/* Not wk_unlocking_init(): recovery keys cost nothing that could be limited. */
static enum wk_status open_session(struct drafting *d,
				   const struct wk_args *args,
				   struct wk_err *err)
{
	struct wk_unlocking *u = &d->unlocking;
	enum wk_status st = wk_input_new(args, WK_INPUT_UNLOCK, &u->input, err);

	return st ? st :
		    wk_session_open(wk_input_host(u->input), &u->session, err);
}

static enum wk_status prepare(struct drafting *d, const struct wk_args *args,
			      const struct wk_out *out, struct wk_err *err)
{
	const char *format = wk_args_str(args, "format");
	enum wk_status st;

	d->svg = format && strcmp(format, "svg") == 0;
	if (wk_args_given(args, "force") && !wk_args_given(args, "output"))
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--force is for --output");
	if (d->svg && !wk_args_given(args, "output")) {
		wk_fail(err, WK_FAIL, "usage.conflict",
			"--format svg is for --output: a terminal shows no "
			"picture");
		wk_err_hint(err, "name a file: -o FILE");
		return WK_FAIL;
	}
	st = wk_secret_out_init(&d->to, args, out, err);
	return st ? st : open_session(d, args, err);
}

/* The rows are the same without: a warning, and no failure. */
static void without_code(const struct wk_err *why)
{
	wk_ui_warn("the sheet has no QR code: %s", why->msg);
}

static enum wk_status encode(struct drafting *d, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *text = NULL;
	const struct wk_module *module;
	const struct wk_qr_ops *qr;
	enum wk_status st = wk_module_open("qr", &module, err);

	if (!st)
		st = wk_sheet_page_code(&d->page, &text, err);
	if (st)
		return st;
	qr = module->ops;
	return qr->encode(text, &d->code.modules, &d->code.side, err);
}

/* A module that others can change is not passed over. */
static enum wk_status make_code(struct drafting *d, const struct wk_args *args,
				struct wk_err *err)
{
	enum wk_status st;

	if (wk_args_given(args, "no-qr"))
		return WK_OK;
	st = encode(d, err);
	if (st != WK_UNSUPPORTED && (!st || strcmp(err->code, "qr.too-long")))
		return st;
	without_code(err);
	return WK_OK;
}

static enum wk_status draw(struct drafting *d, struct wk_err *err)
{
	enum wk_status st;

	st = d->svg ? wk_sheet_draw_svg(&d->page, &d->code, &d->to, &d->drawn,
					err) :
		      wk_sheet_draw_text(&d->page, &d->code, !d->to.path,
					 &d->to, &d->drawn, err);
	if (!st && d->code.side && !d->drawn)
		wk_ui_warn("the sheet has no QR code: the key file is too "
			   "long for one of this size");
	return st;
}

static enum wk_status make(struct drafting *d, const struct wk_args *args,
			   struct wk_err *err)
{
	const char *path = wk_args_pos(args, 0);
	enum wk_status st = wk_unlocking_read(path, &d->kf, err);

	if (st)
		return st;
	st = wk_sheet_make(d->unlocking.session, d->kf, &d->sheet, err);
	if (!st)
		st = wk_sheet_page_init(&d->page, d->kf, &d->sheet, err);
	if (st)
		wk_err_prefix(err, "%s", path);
	return st;
}

static void tell(const struct drafting *d, struct wk_out *out)
{
	wk_out_hex(out, "key_id", NULL,
		   wk_span(d->kf->key_id, WK_KEY_ID_BYTES));
	wk_out_int(out, "slot", NULL, d->sheet.slot_id);
	wk_out_int(out, "rows", NULL,
		   (long long)((d->sheet.der.len + WK_SHEET_ROW_BYTES - 1) /
			       WK_SHEET_ROW_BYTES));
	wk_out_bool(out, "qr_code", NULL, d->drawn);
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	__attribute__((cleanup(drafting_done))) struct drafting d = { 0 };
	struct wk_sandbox box = { .keep = WK_KEEP_FILES };
	enum wk_status st = prepare(&d, args, out, err);

	if (st)
		return st;
	box.writes = &d.to.path;
	box.write_count = d.to.path ? 1 : 0;
	wk_sandbox_enter(&box);
	st = make(&d, args, err);
	if (!st)
		st = make_code(&d, args, err);
	if (!st)
		st = draw(&d, err);
	if (!st)
		st = wk_secret_out_write(&d.to, out, err);
	if (!st)
		tell(&d, out);
	return st;
}

extern const struct wk_command wk_command_sheet;
const struct wk_command wk_command_sheet = {
	.name = "sheet",
	.args = "KEYFILE",
	.summary = "make a recovery sheet: the key on paper",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
