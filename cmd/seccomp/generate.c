/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate ARCH ORDER: prints the seccomp filters for an architecture (a name of
 * libseccomp's) and its byte order ("little" or "big") as C.
 *
 * The only program of the tree that the build runs: on the build machine, so
 * that the tool need not link libseccomp.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <seccomp.h>

/* Numbers of the kernel that the build machine's headers may have otherwise. */
#define KERNEL_CLONE_THREAD 0x00010000
#define KERNEL_PR_SET_DUMPABLE 4
#define KERNEL_PR_SET_PTRACER 0x59616d61
#define KERNEL_TIOCSTI 0x5412
#define KERNEL_TIOCLINUX 0x541c

/*
 * What opens a file for writing, makes one or empties it; these are the same on
 * all architectures of target.def.  The last is O_TMPFILE without O_DIRECTORY.
 */
static const unsigned int writing_flags[] = {
	00000001, /* O_WRONLY */
	00000002, /* O_RDWR */
	00000100, /* O_CREAT */
	00001000, /* O_TRUNC */
	00002000, /* O_APPEND */
	020000000,
};

/* Arguments that the kernel takes as int: the upper half does not count. */
#define INT_ARG(n, value) SCMP_CMP(n, SCMP_CMP_MASKED_EQ, 0xffffffffu, value)
#define BITS_ARG(n, mask, value) SCMP_CMP(n, SCMP_CMP_MASKED_EQ, mask, value)

#define DENIED SCMP_ACT_ERRNO(EPERM)

/* CLONE_NEW*: time (in the signal's bits), ns, cgroup, uts, ipc, user, pid, net */
static const unsigned int new_namespaces[] = {
	0x00020000, 0x02000000, 0x04000000, 0x08000000,
	0x10000000, 0x20000000, 0x40000000,
};

/* S_ISUID, S_ISGID; S_IWOTH, which a file that is replaced may have had. */
static const unsigned int risky_modes[] = { 04000, 02000, 00002 };

#define DENY(name) #name,
static const char *const denied[] = {
#include "cmd/seccomp/denied.def"
};
static const char *const writing[] = {
#include "cmd/seccomp/writing.def"
};
static const char *const owning[] = {
#include "cmd/seccomp/owning.def"
};
#undef DENY

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* The filters.  Only the last is for who is not under Landlock. */
enum kind { USUAL, WITH_SOCKETS, REWRITING, READING };

static int failed(const char *what, int rc)
{
	fprintf(stderr, "generate: %s: %s\n", what, strerror(-rc));
	return rc;
}

/*
 * Numbers below zero stand for what the build machine's architecture lacks; the
 * target may have it.  EDOM: it does not.
 */
static int deny(scmp_filter_ctx f, const char *name)
{
	int nr = seccomp_syscall_resolve_name(name);
	int rc = nr == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(f, DENIED, nr, 0);

	return rc && rc != -EDOM ? failed(name, rc) : 0;
}

static int deny_all(scmp_filter_ctx f, const char *const *names, size_t count)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < count; i++)
		rc = deny(f, names[i]);
	return rc;
}

/* Threads are; a child, or anything in new namespaces, is not. */
static int deny_children(scmp_filter_ctx f, unsigned int flags)
{
	int rc = seccomp_rule_add(f, DENIED, SCMP_SYS(clone), 1,
				  BITS_ARG(flags, KERNEL_CLONE_THREAD, 0));

	for (size_t i = 0; !rc && i < LEN(new_namespaces); i++)
		rc = seccomp_rule_add(f, DENIED, SCMP_SYS(clone), 1,
				      BITS_ARG(flags, new_namespaces[i],
					       new_namespaces[i]));
	/* Its flags are in memory; without it the C library uses clone(2). */
	if (!rc)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
				      SCMP_SYS(clone3), 0);
	return rc ? failed("clone", rc) : 0;
}

/* What only some arguments make harmful. */
static int deny_arguments(scmp_filter_ctx f, enum kind kind)
{
	static const unsigned int ioctls[] = { KERNEL_TIOCSTI,
					       KERNEL_TIOCLINUX };
	size_t modes = LEN(risky_modes) - (kind == REWRITING ? 1 : 0);
	int rc = 0;

	/* Typing into the terminal on behalf of its user. */
	for (size_t i = 0; !rc && i < 2; i++)
		rc = seccomp_rule_add(f, DENIED, SCMP_SYS(ioctl), 1,
				      INT_ARG(1, ioctls[i]));
	if (!rc)
		rc = seccomp_rule_add(f, DENIED, SCMP_SYS(prctl), 2,
				      INT_ARG(0, KERNEL_PR_SET_DUMPABLE),
				      SCMP_CMP(1, SCMP_CMP_NE, 0));
	if (!rc)
		rc = seccomp_rule_add(f, DENIED, SCMP_SYS(prctl), 1,
				      INT_ARG(0, KERNEL_PR_SET_PTRACER));
	/* New files get their modes by it, with which nobody else gains rights. */
	for (size_t i = 0; !rc && i < modes; i++)
		rc = seccomp_rule_add(f, DENIED, SCMP_SYS(fchmod), 1,
				      BITS_ARG(1, risky_modes[i],
					       risky_modes[i]));
	/* With callout information it starts a program of root's. */
	if (!rc)
		rc = seccomp_rule_add(f, DENIED, SCMP_SYS(request_key), 1,
				      SCMP_CMP(2, SCMP_CMP_NE, 0));
	return rc ? failed("arguments", rc) : 0;
}

static int deny_sockets(scmp_filter_ctx f)
{
	int rc = deny(f, "socket");

	return rc ? rc : deny(f, "socketpair");
}

/* EDOM: an architecture may have openat(2) only. */
static int deny_flags(scmp_filter_ctx f, int nr, unsigned int arg)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < LEN(writing_flags); i++)
		rc = seccomp_rule_add(f, DENIED, nr, 1,
				      BITS_ARG(arg, writing_flags[i],
					       writing_flags[i]));
	return rc && rc != -EDOM ? failed("opening", rc) : 0;
}

static int deny_writing(scmp_filter_ctx f)
{
	int rc = deny_all(f, writing, LEN(writing));

	if (!rc)
		rc = deny_flags(f, SCMP_SYS(open), 1);
	if (!rc)
		rc = deny_flags(f, SCMP_SYS(openat), 2);
	if (rc)
		return rc;
	/* Its flags are in memory. */
	rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0);
	return rc ? failed("openat2", rc) : 0;
}

static int set_up(scmp_filter_ctx f, uint32_t arch)
{
	/* Also calls of another architecture fail, and do not kill. */
	int rc = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, DENIED);

	if (!rc)
		rc = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (!rc && arch != seccomp_arch_native()) {
		rc = seccomp_arch_remove(f, SCMP_ARCH_NATIVE);
		if (!rc)
			rc = seccomp_arch_add(f, arch);
	}
	return rc ? failed("the architecture", rc) : 0;
}

static int add_rules(scmp_filter_ctx f, uint32_t arch, enum kind kind)
{
	int rc = deny_all(f, denied, LEN(denied));

	if (!rc)
		rc = deny_children(f, arch == SCMP_ARCH_S390X ? 1 : 0);
	if (!rc)
		rc = deny_arguments(f, kind);
	if (!rc && kind != REWRITING)
		rc = deny_all(f, owning, LEN(owning));
	if (!rc && kind != WITH_SOCKETS)
		rc = deny_sockets(f);
	if (!rc && kind == READING)
		rc = deny_writing(f);
	return rc;
}

/* A file of struct sock_filter in the target's byte order, as initializers. */
static int print_words(FILE *words, int big)
{
	unsigned char w[8];

	rewind(words);
	while (fread(w, sizeof(w), 1, words) == 1) {
		const unsigned char *k = w + 4;
		unsigned int code = big ? w[0] << 8 | w[1] : w[1] << 8 | w[0];

		printf("\t{ 0x%02x, %u, %u, 0x%02x%02x%02x%02x },\n", code,
		       w[2], w[3], k[big ? 0 : 3], k[big ? 1 : 2],
		       k[big ? 2 : 1], k[big ? 3 : 0]);
	}
	return ferror(words) ? failed("reading", -EIO) : 0;
}

static int print_filter(const char *name, uint32_t arch, int big,
			enum kind kind)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	FILE *words = tmpfile();
	int rc = f && words ? set_up(f, arch) : failed("memory", -ENOMEM);

	if (!rc)
		rc = add_rules(f, arch, kind);
	if (!rc) {
		rc = seccomp_export_bpf(f, fileno(words));
		if (rc)
			(void)failed("exporting", rc);
	}
	if (!rc) {
		printf("static const struct sock_filter %s[] = {\n", name);
		rc = print_words(words, big);
		printf("};\n");
	}
	if (words)
		fclose(words);
	seccomp_release(f);
	return rc;
}

int main(int argc, char **argv)
{
	uint32_t arch = argc == 3 ? seccomp_arch_resolve_name(argv[1]) : 0;
	int big, rc;

	if (!arch) {
		fprintf(stderr, "usage: generate ARCH little|big\n");
		return 1;
	}
	big = !strcmp(argv[2], "big");
	printf("/* Generated for %s. */\n", argv[1]);
	rc = print_filter("filter", arch, big, USUAL);
	if (!rc)
		rc = print_filter("filter_with_sockets", arch, big,
				  WITH_SOCKETS);
	if (!rc)
		rc = print_filter("filter_rewriting", arch, big, REWRITING);
	if (!rc)
		rc = print_filter("filter_reading", arch, big, READING);
	return rc || fflush(stdout) ? 1 : 0;
}
