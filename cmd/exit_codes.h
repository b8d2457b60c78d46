/* SPDX-License-Identifier: Apache-2.0 */
/* The exit codes as `help exit-codes` shows them. */
#ifndef WK_CMD_EXIT_CODES_H
#define WK_CMD_EXIT_CODES_H

struct wk_exit_code {
	int code;	  /* 128 stands for 128+N */
	const char *name; /* NULL ends the table */
	const char *meaning;
	const char *retry; /* never, now, after-reboot, after-change */
};

extern const struct wk_exit_code wk_exit_codes[];

#endif
