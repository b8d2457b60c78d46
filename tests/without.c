/* SPDX-License-Identifier: Apache-2.0 */
/*
 * without WHAT... -- COMMAND: runs it as on a system that lacks what is named.
 *
 *   secretmem    memfd_secret(2) answers ENOSYS
 *   tmpfile      openat(2) with O_TMPFILE answers EOPNOTSUPP
 *   link         linkat(2) answers EPERM, as on FAT
 *   noreplace    renameat2(2) with flags answers EINVAL
 *   landlock     landlock_create_ruleset(2) answers ENOSYS
 *   seccomp      seccomp(2) answers ENOSYS
 *
 * By a seccomp filter, which unlike `strace -e inject` goes together with a
 * debugger and with strace, and needs no privilege.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LOW_WORD 0
#else
#define LOW_WORD 4
#endif

struct rule {
	const char *name;
	unsigned int nr;
	/* Of this argument, one of these bits must be set; no bits: always. */
	unsigned int arg, bits;
	unsigned int errnum;
};

static const struct rule rules[] = {
	{ "secretmem", SYS_memfd_secret, 0, 0, ENOSYS },
	{ "tmpfile", SYS_openat, 2, O_TMPFILE & ~O_DIRECTORY, EOPNOTSUPP },
	{ "link", SYS_linkat, 0, 0, EPERM },
	{ "noreplace", SYS_renameat2, 4, ~0u, EINVAL },
	{ "landlock", SYS_landlock_create_ruleset, 0, 0, ENOSYS },
	{ "seccomp", SYS_seccomp, 0, 0, ENOSYS },
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

/* Room for all rules and the last word. */
static struct sock_filter filter[RULES * 5 + 1];
static unsigned short length;

static void add(struct sock_filter f)
{
	filter[length++] = f;
}

static void add_rule(const struct rule *r)
{
	unsigned int arg = (unsigned int)offsetof(struct seccomp_data, args) +
			   8 * r->arg + LOW_WORD;

	add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					 offsetof(struct seccomp_data, nr)));
	add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, r->nr, 0,
					 r->bits ? 3 : 1));
	if (r->bits) {
		add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 arg));
		add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
						 r->bits, 0, 1));
	}
	add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					 SECCOMP_RET_ERRNO | r->errnum));
}

static const struct rule *find(const char *name)
{
	for (size_t i = 0; i < RULES; i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct sock_fprog program = { .filter = filter };
	int i = 1;

	for (; i < argc && strcmp(argv[i], "--"); i++) {
		const struct rule *r = find(argv[i]);

		if (!r || length > (RULES - 1) * 5) {
			fprintf(stderr, "without: '%s'?\n", argv[i]);
			return 125;
		}
		add_rule(r);
	}
	add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	program.len = length;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("without: seccomp");
		return 125;
	}
	if (i + 1 < argc)
		execvp(argv[i + 1], argv + i + 1);
	perror("without: exec");
	return 125;
}
