/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capabilities(7) by capset(2) itself: libcap would cost more to link than all
 * of the sandbox.
 */
#include "cmd/sandbox_impl.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#define BIT(cap) (UINT64_C(1) << (cap))

static uint64_t kept(const struct wk_sandbox *s)
{
	/* Memory for secrets may be locked later, beyond RLIMIT_MEMLOCK. */
	uint64_t caps = BIT(CAP_IPC_LOCK);

	if (s->keep & WK_KEEP_FILES)
		caps |= BIT(CAP_DAC_READ_SEARCH);
	if ((s->keep & WK_KEEP_FILES) && (s->write_count || s->folder))
		caps |= BIT(CAP_DAC_OVERRIDE);
	if (s->keep & WK_KEEP_FOWNER)
		caps |= BIT(CAP_FOWNER);
	if (s->keep & WK_KEEP_OWNER)
		caps |= BIT(CAP_CHOWN) | BIT(CAP_FOWNER);
	if (s->keep & WK_KEEP_ADMIN)
		caps |= BIT(CAP_SYS_ADMIN);
	if (s->keep & WK_KEEP_PEEK)
		caps |= BIT(CAP_SYS_PTRACE) | BIT(CAP_DAC_READ_SEARCH);
	return caps;
}

/*
 * An empty inheritable set empties the ambient one.  The bounding set stays: it
 * limits what execve(2) gives, which is nothing under no_new_privs, and emptying
 * it is a system call for each of 41 capabilities, 45 µs together.
 */
int wk_sandbox_drop(const struct wk_sandbox *s)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct d[_LINUX_CAPABILITY_U32S_3] = { 0 };
	uint64_t keep = kept(s);

	if (syscall(SYS_capget, &header, d))
		return errno;
	if (!(d[0].permitted | d[1].permitted | d[0].inheritable |
	      d[1].inheritable))
		return 0;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		d[i].permitted &= (uint32_t)(keep >> 32 * i);
		d[i].effective &= d[i].permitted;
		d[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, d) ? errno : 0;
}
