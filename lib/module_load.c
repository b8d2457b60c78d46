/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening one module from its file.  A file of its own, so that a static
 * program, which has no use for it, is linked without dlopen(3).
 */
#include "module_load.h"

#include <dlfcn.h>
#include <string.h>

static const struct wk_core core = {
	.abi = WK_MODULE_ABI,
	.secret_new = wk_secret_new,
	.secret_free = wk_secret_free,
	.secret_bytes = wk_secret_bytes,
	.secret_view = wk_secret_view,
	.secret_cap = wk_secret_cap,
	.secret_len = wk_secret_len,
	.secret_set_len = wk_secret_set_len,
};

static enum wk_status broken(struct wk_err *err, const char *name,
			     const char *why)
{
	return wk_fail(err, WK_UNSUPPORTED, "module.broken",
		       "the %s module does not load: %s", name,
		       why ? why : "unknown error");
}

static enum wk_status check(const struct wk_module *m, const char *path,
			    const char *name, struct wk_err *err)
{
	if (m->abi != WK_MODULE_ABI) {
		wk_fail(err, WK_UNSUPPORTED, "module.abi",
			"the %s module has interface %u, this program %u", name,
			(unsigned int)m->abi, (unsigned int)WK_MODULE_ABI);
		wk_err_hint(err,
			    "install program and modules of one version; "
			    "found: '%s'",
			    path);
		return err->status;
	}
	if (strcmp(m->name, name))
		return broken(err, name, "the file holds another module");
	return WK_OK;
}

/*
 * RTLD_NOW: modules are linked with -z now, as libcrypto is in Debian, so lazy
 * binding would save nothing, and a symbol that is missing shows here instead
 * of ending the process later.  RTLD_NODELETE: see module.h.
 */
enum wk_status wk_module_load(const char *path, const char *name,
			      const struct wk_module **ret_module,
			      struct wk_err *err)
{
	void *file = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	const struct wk_module *m;
	enum wk_status st;

	if (!file)
		return broken(err, name, dlerror());
	m = dlsym(file, "wk_module");
	if (!m)
		return broken(err, name, dlerror());
	st = check(m, path, name, err);
	if (st)
		return st;
	m->init(&core);
	*ret_module = m;
	return WK_OK;
}
