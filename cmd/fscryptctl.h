/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wkeyctl called as fscryptctl: the commands, output and exit statuses of
 * fscryptctl 1.3.0, so that scripts and test suites made for it run unchanged.
 *
 * Its texts are an interface: they are those of fscryptctl.c at tag v1.3.0
 * (f1ec919877f6) of github.com/google/fscryptctl, and change with that program
 * only.  Nothing else of it is here.
 */
#ifndef WK_CMD_FSCRYPTCTL_H
#define WK_CMD_FSCRYPTCTL_H

#include "base/secret.h"

/* Whether this is the name of that program, in whatever directory. */
bool wk_fscryptctl_is_name(const char *argv0);
/* The exit status; all is written. */
int wk_fscryptctl_main(int argc, char **argv);

/* --- the commands ---------------------------------------------------------- */

/*
 * argv[0] is the command's name, which getopt_long(3) puts before its messages.
 * Each returns the exit status and has told why.
 */
int wk_fscryptctl_add_key(int argc, char **argv);
int wk_fscryptctl_remove_key(int argc, char **argv);
int wk_fscryptctl_key_status(int argc, char **argv);
int wk_fscryptctl_get_policy(int argc, char **argv);
int wk_fscryptctl_set_policy(int argc, char **argv);
int wk_fscryptctl_import(int argc, char **argv);
int wk_fscryptctl_generate(int argc, char **argv);
int wk_fscryptctl_prepare(int argc, char **argv);

/* --- shared by them -------------------------------------------------------- */

/*
 * For a command without options: false when there are some, which then have
 * been refused; else optind is that of the first argument.
 */
bool wk_fscryptctl_no_options(int argc, char **argv);
/* The whole usage on standard error; EXIT_FAILURE. */
int wk_fscryptctl_misuse(void);

/* Text for one of the standard descriptors, kept until it is flushed. */
void wk_fscryptctl_say(int fd, const char *fmt, ...) WK_PRINTF(2, 3);
/* False: writing failed, and that has been told. */
bool wk_fscryptctl_flush(int fd);
bool wk_fscryptctl_write(int fd, const void *p, size_t len);
/* "error: …" on standard error; EXIT_FAILURE. */
int wk_fscryptctl_fail(const char *fmt, ...) WK_PRINTF(1, 2);

/*
 * What is read from standard input, 16 to max bytes.  WK_OK, else the reason
 * has been told.
 */
WK_MUST enum wk_status wk_fscryptctl_read_key(size_t max,
					      struct wk_secret **ret_key);
/*
 * Opens what is asked about and enters the sandbox, in which one system call and
 * the output remain to be done.  keep: WK_KEEP_*.  WK_OK, else the reason has
 * been told.
 */
WK_MUST enum wk_status wk_fscryptctl_open(const char *path, unsigned int keep,
					  int *ret_fd);
/* WK_OK, else the reason has been told. */
WK_MUST enum wk_status
wk_fscryptctl_identifier(const char *hex, uint8_t ret_id[WK_FSCRYPT_ID_BYTES]);

/* Why a call failed, in that program's words, from the errno. */
const char *wk_fscryptctl_key_cause(int errnum);
const char *wk_fscryptctl_get_policy_cause(int errnum);
const char *wk_fscryptctl_set_policy_cause(int errnum);

#endif
