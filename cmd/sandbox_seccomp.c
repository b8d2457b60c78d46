/* SPDX-License-Identifier: Apache-2.0 */
/* The system call filter that the build made; see cmd/seccomp/. */
#include "cmd/sandbox_impl.h"

#include <errno.h>

#ifdef WK_SECCOMP_FILTER

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "base/blob.h"
#include "seccomp_filter.h"

bool wk_sandbox_has_filter(void)
{
	return true;
}

/* The kernel only reads it; its struct has a pointer to what it could write. */
static struct sock_fprog program(const struct sock_filter *words, size_t count)
{
	return (struct sock_fprog){
		.len = (unsigned short)count,
		.filter = (struct sock_filter *)(uintptr_t)words,
	};
}

static struct sock_fprog program_for(const struct wk_sandbox *s)
{
	/* Who is not under Landlock. */
	if (s->keep & WK_KEEP_PEEK)
		return program(filter_reading, WK_ARRAY_LEN(filter_reading));
	if (s->keep & WK_KEEP_OWNER)
		return program(filter_rewriting,
			       WK_ARRAY_LEN(filter_rewriting));
	if (s->sockets)
		return program(filter_with_sockets,
			       WK_ARRAY_LEN(filter_with_sockets));
	return program(filter, WK_ARRAY_LEN(filter));
}

/* Nothing here speculates about secrets of its own: no mitigation is paid for. */
int wk_sandbox_filter(const struct wk_sandbox *s)
{
	struct sock_fprog p = program_for(s);

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_SPEC_ALLOW, &p) ?
		       errno :
		       0;
}

#else

bool wk_sandbox_has_filter(void)
{
	return false;
}

int wk_sandbox_filter(const struct wk_sandbox *s)
{
	(void)s;
	return ENOPKG;
}

#endif
