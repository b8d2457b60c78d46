/* SPDX-License-Identifier: Apache-2.0 */
/* Opening one module, from a file or from those that are linked in. */
#ifndef WK_MODULE_LOAD_H
#define WK_MODULE_LOAD_H

#include "module.h"

/*
 * Opens the file and checks that it is the module `name` of this interface.
 * WK_UNSUPPORTED "module.broken": does not load; "module.abi": other interface.
 */
WK_MUST enum wk_status wk_module_load(const char *path, const char *name,
				      const struct wk_module **ret_module,
				      struct wk_err *err);
/* NULL when no such module is linked in; with -DWK_MODULES_STATIC only. */
const struct wk_module *wk_module_linked(const char *name);

#endif
