/* SPDX-License-Identifier: Apache-2.0 */
/* From the options that describe a new slot to what makes it. */
#include "cmd/slotmaking.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cmd/backend_opts.h"
#include "cmd/signals.h"
#include "recovery_slot.h"
#include "session.h"

#define CERTIFICATE_MAX 65536 /* bytes */

const char *const wk_priority_names[] = {
	[WK_SLOT_IGNORE] = "ignore",
	[WK_SLOT_NORMAL] = "normal",
	[WK_SLOT_PREFER] = "prefer",
	NULL,
};

const struct wk_option wk_opts_slotmaking[] = {
	{ .name = "backend",
	  .letter = 'b',
	  .type = WK_OPT_STRING,
	  .metavar = "BACKEND",
	  .help = "root of trust that opens the slot" },
	{ .name = "recovery",
	  .type = WK_OPT_FLAG,
	  .help = "a slot under a new recovery key, shown once; "
		  "--recovery-file is then where it goes" },
	{ .name = "recipient",
	  .type = WK_OPT_PATH,
	  .metavar = "CERT",
	  .help = "a slot in escrow with the holder of a certificate" },
	{ .name = "accept-certificate",
	  .type = WK_OPT_FLAG,
	  .help = "take a certificate in spite of its dates or key usage" },
	{ 0 }
};

const struct wk_option wk_opts_slot_text[] = {
	{ .name = "label",
	  .type = WK_OPT_STRING,
	  .metavar = "TEXT",
	  .help = "what the slot is called, at most 64 bytes" },
	{ .name = "priority",
	  .type = WK_OPT_CHOICE,
	  .metavar = "PRIORITY",
	  .help = "whether the slot is tried first, or by its id only",
	  .choices = wk_priority_names },
	{ 0 }
};

/* --- label and priority -------------------------------------------------------- */

static enum wk_status bad_label(const char *why, struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "usage.bad-value", "--label: %s", why);
	wk_err_hint(err,
		    "it takes at most %d bytes of UTF-8 without control "
		    "characters",
		    WK_LABEL_MAX);
	return WK_FAIL;
}

static enum wk_status set_label(struct wk_slot *slot, const char *label,
				struct wk_err *err)
{
	size_t len = strlen(label);

	if (len > WK_LABEL_MAX)
		return bad_label("too long", err);
	if (!wk_utf8_ok(wk_span(label, len)))
		return bad_label("a control character, or no UTF-8", err);
	memset(slot->label, 0, sizeof(slot->label));
	memcpy(slot->label, label, len);
	return WK_OK;
}

enum wk_status wk_slotmaking_text(const struct wk_args *args,
				  struct wk_slot *slot, struct wk_err *err)
{
	const char *label = wk_args_str(args, "label");
	const char *priority = wk_args_str(args, "priority");

	for (int i = 0; priority && wk_priority_names[i]; i++)
		if (strcmp(priority, wk_priority_names[i]) == 0)
			slot->priority = (enum wk_slot_priority)i;
	return label ? set_label(slot, label, err) : WK_OK;
}

/* --- -b ------------------------------------------------------------------------ */

/* What was made stays ours: another try takes it again. */
static enum wk_status hand_out(const struct wk_slotmaking *m,
			       struct wk_blob *ret_protection,
			       struct wk_slot_secret *ret_secret,
			       struct wk_err *err)
{
	ret_secret->secret = m->secret.secret;
	return wk_blob_append(ret_protection, wk_blob_span(&m->protection),
			      err);
}

static enum wk_status make_by_backend(void *context,
				      const struct wk_secret *kek,
				      const uint8_t *key_id,
				      struct wk_blob *ret_protection,
				      struct wk_slot_secret *ret_secret,
				      struct wk_err *err)
{
	struct wk_slotmaking *m = context;
	struct wk_backend_settings settings = wk_backend_settings(m->args);
	enum wk_status st = WK_OK;

	(void)kek;
	(void)key_id;
	if (!m->made)
		st = m->backend->slot_create(m->fresh.session,
					     &settings.settings, m->subject,
					     &m->protection, &m->secret, err);
	if (st)
		return st;
	m->made = true;
	return hand_out(m, ret_protection, ret_secret, err);
}

static enum wk_status init_backend(struct wk_slotmaking *m,
				   const struct wk_backend *b,
				   struct wk_err *err)
{
	enum wk_status st = b->probe(err);

	if (st)
		return st;
	if (!b->slot_create) {
		wk_fail(err, WK_UNSUPPORTED, "backend.cannot",
			"backend '%s' makes no slots of this kind in this "
			"build",
			b->name);
		wk_err_hint(err, "'wkeyctl probe' lists the backends");
		return WK_UNSUPPORTED;
	}
	m->backend = b;
	m->maker.type = (uint8_t)b->slot_type;
	m->maker.make = make_by_backend;
	return wk_unlocking_init(&m->fresh, m->args, WK_INPUT_NEW, err);
}

/* --- --recovery ------------------------------------------------------------------ */

/*
 * Once a person has it, no signal may take it back while the file that it opens
 * is being written.
 */
static enum wk_status show(struct wk_slotmaking *m,
			   const struct wk_secret *text, struct wk_err *err)
{
	enum wk_status st =
		wk_recovery_out_show(&m->recovery, text, m->subject, err);

	if (st)
		return st;
	wk_signals_hold();
	m->held = true;
	return WK_OK;
}

static enum wk_status new_recovery(struct wk_slotmaking *m, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *text = NULL;
	enum wk_status st = wk_recovery_key_new(&text, err);

	if (!st)
		st = wk_recovery_slot_create(text, &m->protection, &m->secret,
					     err);
	if (!st && !wk_args_given(m->args, "dry-run"))
		st = show(m, text, err);
	m->made = !st;
	return st;
}

static enum wk_status make_recovery(void *context, const struct wk_secret *kek,
				    const uint8_t *key_id,
				    struct wk_blob *ret_protection,
				    struct wk_slot_secret *ret_secret,
				    struct wk_err *err)
{
	struct wk_slotmaking *m = context;
	enum wk_status st = m->made ? WK_OK : new_recovery(m, err);

	(void)kek;
	(void)key_id;
	return st ? st : hand_out(m, ret_protection, ret_secret, err);
}

static enum wk_status init_recovery(struct wk_slotmaking *m, struct wk_err *err)
{
	enum wk_status st = wk_recovery_out_init(&m->recovery, m->args, err);

	m->maker.type = WK_SLOT_RECOVERY;
	m->maker.make = make_recovery;
	if (st == WK_EXISTS)
		wk_err_hint(err, "name another file: no recovery key is "
				 "overwritten");
	return st;
}

/* --- --recipient ------------------------------------------------------------------ */

static bool lenient(const struct wk_slotmaking *m)
{
	return wk_args_given(m->args, "accept-certificate");
}

static enum wk_status make_recipient(void *context, const struct wk_secret *kek,
				     const uint8_t *key_id,
				     struct wk_blob *ret_protection,
				     struct wk_slot_secret *ret_secret,
				     struct wk_err *err)
{
	struct wk_slotmaking *m = context;

	return wk_recipient_slot_create(wk_blob_span(&m->certificate),
					lenient(m), kek, key_id, ret_protection,
					ret_secret, &m->holder, err);
}

static enum wk_status read_certificate(struct wk_slotmaking *m,
				       const char *path, struct wk_err *err)
{
	enum wk_status st = WK_OK;

	if (strcmp(path, "-") == 0)
		st = wk_input_stdin_claim("the certificate", err);
	return st ? st :
		    wk_file_read(path, CERTIFICATE_MAX, &m->certificate, err);
}

static enum wk_status init_recipient(struct wk_slotmaking *m,
				     struct wk_err *err)
{
	const char *path = wk_args_str(m->args, "recipient");
	const struct wk_cms_ops *ops;
	enum wk_status st = read_certificate(m, path, err);

	if (st)
		return st;
	m->maker.type = WK_SLOT_RECIPIENT;
	m->maker.make = make_recipient;
	st = wk_recipient_ops(&ops, err);
	if (st)
		return st;
	st = ops->check(wk_blob_span(&m->certificate), wk_clock_now(),
			lenient(m), &m->holder, err);
	if (st)
		wk_err_prefix(err, "%s", path);
	if (st == WK_UNSAFE)
		wk_err_hint(err, "--accept-certificate takes it nevertheless");
	return st;
}

/* --- which ------------------------------------------------------------------------ */

/* The first option of a table that is given, or NULL. */
static const char *first_given(const struct wk_args *args,
			       const struct wk_option *table)
{
	for (; table->name; table++)
		if (wk_args_given(args, table->name))
			return table->name;
	return NULL;
}

bool wk_slotmaking_given(const struct wk_args *args, const char **ret_name)
{
	const char *name = first_given(args, wk_opts_slotmaking);

	if (!name)
		name = first_given(args, wk_opts_new);
	if (name)
		*ret_name = name;
	return name;
}

static enum wk_status no_kind(struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "usage.missing-option",
		"what opens the slot is not said");
	wk_err_hint(err, "-b soft for a passphrase or wrapping key, --recovery "
			 "for a recovery key, or --recipient CERT");
	return WK_FAIL;
}

static enum wk_status check_kinds(const struct wk_args *args, bool preset,
				  struct wk_err *err)
{
	bool backend = wk_args_given(args, "backend");
	bool recovery = wk_args_given(args, "recovery");
	bool recipient = wk_args_given(args, "recipient");
	const char *given = first_given(args, wk_opts_new);

	if (backend + recovery + recipient > 1)
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "of -b, --recovery and --recipient a slot takes "
			       "one");
	if (!recipient && wk_args_given(args, "accept-certificate"))
		return wk_fail(err, WK_FAIL, "usage.missing-option",
			       "--accept-certificate needs --recipient");
	if (!backend && !recovery && !recipient)
		return preset ? WK_OK : no_kind(err);
	if (backend || !given)
		return WK_OK;
	return wk_fail(err, WK_FAIL, "usage.conflict", "--%s goes with -b only",
		       given);
}

enum wk_status wk_slotmaking_init(struct wk_slotmaking *m,
				  const struct wk_args *args,
				  const char *subject,
				  const struct wk_backend *preset,
				  struct wk_err *err)
{
	const char *name = wk_args_str(args, "backend");
	enum wk_status st = check_kinds(args, preset, err);

	*m = (struct wk_slotmaking){ .args = args, .subject = subject };
	m->maker.context = m;
	if (!st && name)
		st = wk_backend_opt(name, &preset, err);
	if (st)
		return st;
	if (wk_args_given(args, "recovery"))
		return init_recovery(m, err);
	if (wk_args_given(args, "recipient"))
		return init_recipient(m, err);
	return init_backend(m, preset, err);
}

void wk_slotmaking_say(const struct wk_slotmaking *m, struct wk_out *out)
{
	const struct wk_certificate *who = &m->holder;

	if (m->maker.type != WK_SLOT_RECIPIENT)
		return;
	wk_out_hex(out, "certificate_sha256", NULL,
		   wk_span(who->fingerprint, WK_FINGERPRINT_BYTES));
	wk_out_str(out, "certificate_subject", NULL, who->subject);
	wk_out_str(out, "certificate_not_after", NULL, who->not_after);
}

void wk_slotmaking_keep(struct wk_slotmaking *m)
{
	wk_recovery_out_keep(&m->recovery);
}

void wk_slotmaking_done(struct wk_slotmaking *m)
{
	wk_recovery_out_done(&m->recovery);
	if (m->held)
		wk_signals_release();
	m->held = false;
	wk_slot_secret_done(&m->secret);
	wk_unlocking_done(&m->fresh);
	wk_blob_done(&m->protection);
	wk_blob_done(&m->certificate);
}
