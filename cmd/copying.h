/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What backup and restore have in common: a whole key file goes to another
 * place, is read back there, and unlocks there when its secret is at hand.
 */
#ifndef WK_CMD_COPYING_H
#define WK_CMD_COPYING_H

#include "cmd/args.h"
#include "cmd/out.h"
#include "cmd/unlocking.h"

/* --force, --pem */
extern const struct wk_option wk_opts_copying[];

struct wk_copying {
	const struct wk_args *args;
	const char *to;		     /* location */
	const struct wk_keyfile *kf; /* what is copied */
	struct wk_session *session;  /* borrowed */
	struct wk_keyfile *there;    /* what is there now, or NULL */
	bool taken;		     /* something is, be it damaged */
	bool raw;		     /* its place is a raw region */
	char suffix[32];	     /* of the name that it keeps */
	struct wk_material material; /* what *kf yields, when it was unlocked */
	bool unlocked;
	uint8_t slot;
};

/* WK_FAIL "usage.bad-value": standard output. */
WK_MUST enum wk_status wk_copying_check_to(const char *to, struct wk_err *err);
/*
 * WK_UNSUPPORTED "backup.ephemeral": *kf, of `shown`, is good for this boot
 * only.
 */
WK_MUST enum wk_status wk_copying_check(const struct wk_keyfile *kf,
					const char *shown, struct wk_err *err);
/* Looks at what is at c->to, and whether it could be written there. */
WK_MUST enum wk_status wk_copying_look(struct wk_copying *c,
				       struct wk_err *err);
/* Unlocks *c->kf when a secret was given for it. */
WK_MUST enum wk_status wk_copying_unlock(struct wk_copying *c,
					 struct wk_err *err);
/* Writes it, proves it there. */
WK_MUST enum wk_status wk_copying_write(struct wk_copying *c,
					struct wk_err *err);
/* Key id, epoch, and what was verified: `less` when it was not unlocked. */
void wk_copying_tell(const struct wk_copying *c, const char *less,
		     struct wk_out *out);
void wk_copying_done(struct wk_copying *c);

#endif
