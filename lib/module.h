/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules: the parts that need a large library, opened on first use.
 *
 * They lie beside the program: ../lib/wkeyctl/ when installed, modules/ in the
 * build folder; for libwkey.so found by dladdr(3).  Never by environment,
 * working directory or library path.  The file and its parents must belong to
 * root or to the program's owner and be writable by nobody else (sticky
 * directories excepted).  With STATIC=1 they are linked in; callers cannot tell.
 */
#ifndef WK_MODULE_H
#define WK_MODULE_H

#include "base/secret.h"

#define WK_MODULE_ABI 1

/*
 * What the core hands to a module: the functions with state behind them.
 * Everything else in lib/base is stateless and compiled into the module.
 */
struct wk_core {
	uint32_t abi;
	enum wk_status (*secret_new)(size_t cap, struct wk_secret **ret_secret,
				     struct wk_err *err);
	struct wk_secret *(*secret_free)(struct wk_secret *s);
	uint8_t *(*secret_bytes)(struct wk_secret *s);
	const uint8_t *(*secret_view)(const struct wk_secret *s);
	size_t (*secret_cap)(const struct wk_secret *s);
	size_t (*secret_len)(const struct wk_secret *s);
	void (*secret_set_len)(struct wk_secret *s, size_t len);
};

/*
 * The one symbol that a module exports, as `wk_module`.  Linked in, it is
 * wk_module_NAME and has a line in lib/module_static.c.
 */
struct wk_module {
	uint32_t abi;	     /* WK_MODULE_ABI */
	const char *name;    /* "crypto" */
	const char *library; /* what it brings in: "OpenSSL 3.0.17" */
	void (*init)(const struct wk_core *core); /* NULL: linked in */
	const void *ops; /* struct wk_crypto_ops and the like */
};

/*
 * Defines that symbol, in one file of a module that is compiled with
 * -DWK_MODULES_STATIC to be linked in and without to become NAME.so.
 */
#ifdef WK_MODULES_STATIC
#define WK_MODULE_DEFINE(id, library_name, ops_table) \
	extern const struct wk_module wk_module_##id; \
	const struct wk_module wk_module_##id = {     \
		.abi = WK_MODULE_ABI,                 \
		.name = #id,                          \
		.library = (library_name),            \
		.ops = (ops_table),                   \
	}
#else
#define WK_MODULE_DEFINE(id, library_name, ops_table)   \
	WK_API extern const struct wk_module wk_module; \
	const struct wk_module wk_module = {            \
		.abi = WK_MODULE_ABI,                   \
		.name = #id,                            \
		.library = (library_name),              \
		.init = wk_glue_init,                   \
		.ops = (ops_table),                     \
	}
#endif
/* Keeps the table; in lib/crypto/glue.c, which is part of each NAME.so. */
void wk_glue_init(const struct wk_core *core);

/*
 * Finds, checks and opens the module, once per process.
 * WK_UNSUPPORTED: not installed, other ABI, or it does not load (the reason
 * is in the message); WK_UNSAFE: its file or a parent directory is writable
 * by others.
 */
WK_MUST enum wk_status wk_module_open(const char *name,
				      const struct wk_module **ret_module,
				      struct wk_err *err);
/* Whether it is linked in or lies where it would be opened from. */
bool wk_module_present(const char *name);

#endif
