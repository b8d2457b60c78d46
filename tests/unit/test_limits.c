/* SPDX-License-Identifier: Apache-2.0 */
/* limits: the least of cgroup, rlimit and machine. */
/* link: fake_syscalls */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/limits.h"
#include "sys/mountinfo.h"
#include "tests/unit/fake_syscalls.h"

#define MIB (UINT64_C(1) << 20)
#define CGROUP "/sys/fs/cgroup"

static void allowed(uint64_t want)
{
	struct wk_err err = { 0 };
	uint64_t got = 0;

	assert_int_equal(wk_sys_memory_allowed(&got, &err), WK_OK);
	assert_int_equal(got, want);
}

static void meminfo(void)
{
	fake_file("/proc/meminfo", "MemTotal:       4194304 kB\n"
				   "MemFree:         262144 kB\n"
				   "MemAvailable:   1048576 kB\n");
}

static void unified(const char *self)
{
	meminfo();
	fake_file(CGROUP "/cgroup.controllers", "cpu memory\n");
	fake_file("/proc/self/cgroup", self);
}

static void machine(void **state)
{
	(void)state;
	fake_free_ram(7 * MIB);
	allowed(7 * MIB);
	meminfo();
	allowed(1024 * MIB);
}

static void nothing_left(void **state)
{
	struct wk_err err = { 0 };
	uint64_t got = 77;

	(void)state;
	unified("0::/a\n");
	fake_file(CGROUP "/a/memory.max", "1048576\n");
	fake_file(CGROUP "/a/memory.current", "2097152\n");
	assert_int_equal(wk_sys_memory_allowed(&got, &err), WK_NOMEM);
	assert_int_equal(got, 77);
}

/* Any level may have the least; "max" is none. */
static void hierarchy(void **state)
{
	(void)state;
	unified("1:name=systemd:/x\n0::/a/b/c\n");
	fake_file(CGROUP "/a/b/c/memory.max", "max\n");
	fake_file(CGROUP "/a/b/c/memory.high", "max\n");
	fake_file(CGROUP "/a/b/c/memory.current", "1048576\n");
	allowed(1024 * MIB);
	fake_file(CGROUP "/a/b/memory.max", "536870912\n");	/* 512 MiB */
	fake_file(CGROUP "/a/b/memory.current", "104857600\n"); /* 100 MiB */
	allowed(412 * MIB);
	fake_file(CGROUP "/a/memory.high", "209715200\n");    /* 200 MiB */
	fake_file(CGROUP "/a/memory.current", "188743680\n"); /* 180 MiB */
	allowed(20 * MIB);
	/* Page cache is given back when it is needed. */
	fake_file(CGROUP "/a/memory.stat",
		  "anon 1\nfile 2\n"
		  "inactive_anon 3\nactive_file 4\ninactive_file 94371840\n");
	allowed(110 * MIB);
	/* In a container the top itself has limits. */
	fake_file(CGROUP "/memory.max", "52428800\n");
	fake_file(CGROUP "/memory.current", "0\n");
	allowed(50 * MIB);
}

static void in_namespace(void **state)
{
	(void)state;
	unified("0::/../other\n");
	fake_file(CGROUP "/memory.max", "52428800\n");
	allowed(50 * MIB);
}

/* Both versions at once: version 2 is somewhere else. */
static void hybrid(void **state)
{
	(void)state;
	meminfo();
	fake_file("/proc/self/cgroup", "4:memory:/x\n0::/svc\n");
	fake_file("/proc/self/mountinfo",
		  "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
		  "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw\n"
		  "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n");
	fake_file(CGROUP "/unified/svc/memory.max", "31457280\n");
	fake_file(CGROUP "/unified/svc/memory.current", "10485760\n");
	allowed(20 * MIB);
}

/* A mount of a part shows the path without that part. */
static void mounted_part(void **state)
{
	(void)state;
	meminfo();
	fake_file("/proc/self/cgroup", "0::/pod/box\n");
	fake_file("/proc/self/mountinfo",
		  "41 31 0:38 /pod /cg rw - cgroup2 none rw\n");
	fake_file("/cg/box/memory.max", "31457280\n");
	allowed(30 * MIB);
}

static void mounted_other_part(void **state)
{
	(void)state;
	meminfo();
	fake_file("/proc/self/cgroup", "0::/podium/box\n");
	fake_file("/proc/self/mountinfo",
		  "41 31 0:38 /pod /cg rw - cgroup2 none rw\n");
	fake_file("/cg/ium/box/memory.max", "1\n");
	fake_file("/cg/memory.max", "41943040\n");
	allowed(40 * MIB);
}

static void rlimits(void **state)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	(void)state;
	meminfo();
	fake_rlimit(RLIMIT_AS, 600 * MIB);
	allowed(600 * MIB);
	fake_file("/proc/self/statm", "100 50 20 10 0 40 0\n");
	allowed(600 * MIB - 100 * page);
	fake_rlimit(RLIMIT_DATA, 500 * MIB);
	allowed(500 * MIB - 40 * page);
}

static void cpus(void **state)
{
	(void)state;
	fake_result("cpu_count", 3);
	assert_int_equal(wk_sys_cpus(), 3);
	fake_result("cpu_count", -EINVAL);
	assert_int_equal(wk_sys_cpus(), 1);
	fake_result("cpu_count", 0);
	assert_int_equal(wk_sys_cpus(), 1);
}

static void mountinfo(void **state)
{
	static char text[2048];
	struct wk_mount m;

	(void)state;
	strcpy(text, "garbage\n1 2 8:1 / ");
	memset(text + strlen(text), 'x', 300);
	strcat(text, " rw - ext4 /dev/sda1 rw\n"
		     "3 2 8:1 /sub /mnt\\040x rw a b - ext4 /dev/sda1 rw\n"
		     "4 2 8:2 / / rw - ");
	fake_file("/proc/self/mountinfo", text);
	assert_true(wk_mount_by_type("ext4", &m));
	assert_string_equal(m.root, "/sub");
	assert_string_equal(m.point, "/mnt x");
	assert_string_equal(m.source, "/dev/sda1");
	assert_false(wk_mount_by_type("ext", &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(machine, fake_setup),
		cmocka_unit_test_setup(nothing_left, fake_setup),
		cmocka_unit_test_setup(hierarchy, fake_setup),
		cmocka_unit_test_setup(in_namespace, fake_setup),
		cmocka_unit_test_setup(hybrid, fake_setup),
		cmocka_unit_test_setup(mounted_part, fake_setup),
		cmocka_unit_test_setup(mounted_other_part, fake_setup),
		cmocka_unit_test_setup(rlimits, fake_setup),
		cmocka_unit_test_setup(cpus, fake_setup),
		cmocka_unit_test_setup(mountinfo, fake_setup),
	};

	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
