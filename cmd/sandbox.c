/* SPDX-License-Identifier: Apache-2.0 */
/* One part after the other.  See sandbox.h. */
#include "cmd/sandbox_impl.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "cmd/ui.h"

static struct wk_sandbox_found found;

/* Whether e says that the kernel, or this build, does not have it. */
static bool means_absent(int e)
{
	return e == ENOSYS || e == EOPNOTSUPP || e == EINVAL || e == ENOPKG;
}

/* It protects from what should not happen anyway: the work goes on. */
static void tell(const struct wk_sandbox *s, const char *part, int e)
{
	if (!e || s->brief)
		return;
	if (means_absent(e))
		wk_ui_trace("sandbox: no %s: %s", part, strerrordesc_np(e));
	else
		wk_ui_warn("sandbox: no %s: %s", part, strerrordesc_np(e));
}

static int no_new_privs(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? errno : 0;
}

/*
 * Directories are opened with all capabilities, and the filter forbids to change
 * them: hence this order.
 */
void wk_sandbox_enter(const struct wk_sandbox *s)
{
	found.no_new_privs = no_new_privs();
	tell(s, "no_new_privs", found.no_new_privs);
	found.landlock = wk_sandbox_confine(s, &found.landlock_abi);
	tell(s, "Landlock", found.landlock);
	found.capabilities = wk_sandbox_drop(s);
	tell(s, "dropping of capabilities", found.capabilities);
	found.seccomp = s->brief ? ENOPKG : wk_sandbox_filter(s);
	tell(s, "system call filter", found.seccomp);
}

const struct wk_sandbox_found *wk_sandbox_found(void)
{
	return &found;
}
