/* SPDX-License-Identifier: Apache-2.0 */
/* A command-line option as plain data, so that backends can declare theirs. */
#ifndef WK_BASE_OPTION_H
#define WK_BASE_OPTION_H

enum wk_opt_type {
	WK_OPT_FLAG,
	WK_OPT_STRING,
	WK_OPT_PATH,
	WK_OPT_FD,	 /* 0 to INT_MAX */
	WK_OPT_UINT,	 /* strict decimal, within [min, max] */
	WK_OPT_KEY_SIZE, /* 256bit, 32byte; the value is in bits */
	WK_OPT_MEMORY,	 /* 64MiB, 1GiB; the value is in bytes */
	WK_OPT_DURATION, /* 500ms, 5s, 2min, 1h; the value is in ms */
	WK_OPT_CHOICE,	 /* one of choices */
	WK_OPT_UUID,	 /* 8-4-4-4-12 */
};

enum {
	WK_OPT_MANY =
		1 << 0, /* may be repeated; else a repetition is refused */
	WK_OPT_HIDDEN = 1 << 1,
};

struct wk_option {
	const char *name; /* long name without "--" */
	char letter;	  /* short name, or 0 */
	enum wk_opt_type type;
	unsigned int flags;
	const char *metavar;	    /* NULL for a flag */
	const char *help;	    /* one line, no capital, no full stop */
	const char *const *choices; /* WK_OPT_CHOICE: NULL-terminated */
	/* WK_OPT_UINT, KEY_SIZE (bits), MEMORY (bytes), DURATION (ms); max 0: any */
	unsigned long long min, max;
};

#endif
