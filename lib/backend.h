/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Backends: roots of trust that wrap.  A backend turns material into slots and
 * slots into material; it never meets a sink, a terminal or a file.
 *
 * An envelope backend yields a slot secret, from which lib/envelope.c derives
 * the key that seals the file's KEK.  A direct backend wraps the storage key
 * itself.  An operation that is NULL is one that this backend cannot do;
 * callers say so in its name.
 */
#ifndef WK_BACKEND_H
#define WK_BACKEND_H

#include "base/blob.h"
#include "base/option.h"
#include "base/secret.h"
#include "keyfile.h"

struct wk_session;

/* Values of a backend's own options, looked up by name. */
struct wk_settings {
	/* The value of a number option, or fallback when it was not given. */
	uint64_t (*number)(const struct wk_settings *s, const char *option,
			   uint64_t fallback);
};

/* One fact about a protection, for `inspect`. */
struct wk_field {
	const char *key;   /* JSON member */
	const char *label; /* for people */
	const char *unit;  /* after a number, or NULL */
	const char *text;  /* static text, or NULL */
	uint8_t bytes[32]; /* shown in hexadecimal */
	size_t byte_count; /* of these; 0: then the number counts */
	uint64_t number;
};
#define WK_FIELDS_MAX 8

/*
 * The slot secret that a backend yields.  What it does not own belongs to the
 * host and outlives the session.
 */
struct wk_slot_secret {
	const struct wk_secret *secret;
	struct wk_secret *owned; /* == secret, or NULL */
};

static inline void wk_slot_secret_done(struct wk_slot_secret *x)
{
	x->owned = wk_secret_free(x->owned);
	x->secret = NULL;
}
#define WK_AUTO_SLOT_SECRET __attribute__((cleanup(wk_slot_secret_done)))

struct wk_backend {
	const char *name;    /* "soft": folder, -b word, option prefix */
	const char *summary; /* one line for `wkeyctl probe` */
	enum wk_slot_type slot_type;
	bool direct;

	/* Can this machine do it?  Cheap, no side effects, no prompts. */
	enum wk_status (*probe)(struct wk_err *err);

	/* Envelope: what a slot needs to open; WK_SECRET_NONE when nothing. */
	enum wk_secret_kind (*needs)(struct wk_span protection);
	/*
	 * Envelope: makes the protection of a new slot, and its slot secret.
	 * subject names the key file, for a prompt.
	 */
	enum wk_status (*slot_create)(struct wk_session *s,
				      const struct wk_settings *settings,
				      const char *subject,
				      struct wk_blob *ret_protection,
				      struct wk_slot_secret *ret_secret,
				      struct wk_err *err);
	/* kf: the key file of the slot, for its name and key id. */
	enum wk_status (*slot_open)(struct wk_session *s,
				    const struct wk_keyfile *kf,
				    struct wk_span protection,
				    struct wk_slot_secret *ret_secret,
				    struct wk_err *err);
	/* Fills at most WK_FIELDS_MAX facts; returns how many. */
	size_t (*fields)(struct wk_span protection, struct wk_field *fields);
};

/*
 * Each backend's own options, ending with a zero entry; part of the commands
 * that make slots.
 */
#define WK_BACKEND(id) \
	extern const struct wk_option wk_backend_##id##_options[];
#include "backends.def"
#undef WK_BACKEND

/* NULL-terminated, in the order of backends.def. */
extern const struct wk_backend *const wk_backends[];
/* NULL when there is none of that name. */
const struct wk_backend *wk_backend_by_name(const char *name);
/*
 * What opens slots of this type: a backend, or a kind of slot that is none (not
 * for -b, not listed by `probe`), such as the boot slot; else NULL.
 */
const struct wk_backend *wk_backend_by_slot(unsigned int slot_type);

#endif
