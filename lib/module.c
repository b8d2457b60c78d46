/* SPDX-License-Identifier: Apache-2.0 */
/* Modules by name: each is found, checked and opened once. */
#include "module.h"

#include <pthread.h>
#include <string.h>

#include "base/blob.h"
#include "module_load.h"
#include "module_path.h"

#ifdef WK_MODULES_STATIC

enum wk_status wk_module_open(const char *name,
			      const struct wk_module **ret_module,
			      struct wk_err *err)
{
	const struct wk_module *m = wk_module_linked(name);

	if (!m)
		return wk_fail(err, WK_UNSUPPORTED, "module.missing",
			       "the %s module is not part of this static build",
			       name);
	*ret_module = m;
	return WK_OK;
}

bool wk_module_present(const char *name)
{
	return wk_module_linked(name);
}

#else

/*
 * Of the process, because a shared object is: whichever session comes first
 * opens it for all.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct wk_module *opened[8];

static const struct wk_module **opened_slot(const char *name)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(opened); i++) {
		if (!opened[i] || !strcmp(opened[i]->name, name))
			return &opened[i];
	}
	return NULL;
}

static enum wk_status find_and_load(const char *name,
				    const struct wk_module **ret_module,
				    struct wk_err *err)
{
	struct wk_program program;
	char path[PATH_MAX];
	enum wk_status st;

	st = wk_program_locate(&program, err);
	if (!st)
		st = wk_module_find(&program, name, path, err);
	if (!st)
		st = wk_module_check(path, program.owner, err);
	if (!st)
		st = wk_module_load(path, name, ret_module, err);
	return st;
}

enum wk_status wk_module_open(const char *name,
			      const struct wk_module **ret_module,
			      struct wk_err *err)
{
	const struct wk_module **slot, *m = NULL;
	enum wk_status st = WK_OK;

	(void)pthread_mutex_lock(&lock);
	slot = opened_slot(name);
	if (slot)
		m = *slot;
	if (!m) {
		st = find_and_load(name, &m, err);
		if (!st && slot)
			*slot = m;
	}
	(void)pthread_mutex_unlock(&lock);
	if (!st)
		*ret_module = m;
	return st;
}

bool wk_module_present(const char *name)
{
	struct wk_program program;
	char path[PATH_MAX];
	struct wk_err err;

	return !wk_program_locate(&program, &err) &&
	       !wk_module_find(&program, name, path, &err);
}

#endif
