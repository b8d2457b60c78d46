/* SPDX-License-Identifier: Apache-2.0 */
/* openfiles: a child that has files open in every way there is. */
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/openfiles.h"

static char dir[64];
static struct stat there;

static void path_of(const char *name, char buf[static 256])
{
	snprintf(buf, 256, "%s/%s", dir, name);
}

static int make(const char *name)
{
	char path[256];
	int fd;

	path_of(name, path);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 4096), 0);
	return fd;
}

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/wk-openfiles-XXXXXX");
	return !mkdtemp(dir) || stat(dir, &there);
}

static int remove_dir(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	return system(command);
}

/* The one directory, whatever its file system. */
static bool is_ours(int fd, const void *context)
{
	struct stat st;

	assert_ptr_equal(context, &there);
	return !fstat(fd, &st) && st.st_ino == there.st_ino;
}

/* Runs hold() in a child; *ret_pid is killed by end(). */
static pid_t begin(void (*hold)(void))
{
	int ready[2];
	char c = 0;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "holder\n1");
		hold();
		if (write(ready[1], &c, 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static size_t times(const struct wk_open_files *f, pid_t pid, const char *path)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->files[i].pid == pid && !strcmp(f->files[i].path, path);
	return n;
}

static void hold_in_every_way(void)
{
	int fd = make("mapped");

	make("open");
	make("open"); /* twice, told once */
	if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ||
	    chdir(dir))
		_exit(1);
	close(fd);
	make("gone");
	unlinkat(AT_FDCWD, "gone", 0);
}

static void every_way(void **state)
{
	static const char *const names[] = { "open", "mapped",
					     "gone (deleted)" };
	pid_t pid = begin(hold_in_every_way);
	struct wk_open_files f;
	char path[256];

	(void)state;
	wk_open_files_find(there.st_dev, is_ours, &there, &f);
	end(pid);
	for (size_t i = 0; i < 3; i++) {
		path_of(names[i], path);
		assert_int_equal(times(&f, pid, path), 1);
	}
	assert_int_equal(times(&f, pid, dir), 1);
	assert_int_equal(f.count, 4);
	assert_int_equal(f.total, 4);
	assert_memory_equal(f.files[0].comm, "holder", 6);
	wk_open_files_done(&f);
	assert_int_equal(f.count, 0);
}

static void hold_many(void)
{
	char name[16];

	for (int i = 0; i < WK_OPEN_FILES_MAX + 10; i++) {
		snprintf(name, sizeof(name), "%d", i);
		make(name);
	}
}

static void more_than_are_remembered(void **state)
{
	pid_t pid = begin(hold_many);
	struct wk_open_files f;

	(void)state;
	wk_open_files_find(there.st_dev, is_ours, &there, &f);
	end(pid);
	assert_int_equal(f.count, WK_OPEN_FILES_MAX);
	assert_int_equal(f.total, WK_OPEN_FILES_MAX + 10);
	wk_open_files_done(&f);
}

/* There "sub" is the directory itself; here it is another one. */
static void hold_elsewhere(void)
{
	char sub[256];
	int fd;

	path_of("sub", sub);
	if ((unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS)) ||
	    mount("none", "/", "", MS_REC | MS_PRIVATE, NULL) ||
	    mount(dir, sub, "", MS_BIND, NULL))
		return;
	make("sub/open");
	fd = make("sub/mapped");
	if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		_exit(1);
	close(fd);
}

/* The kernel names files of other mount namespaces from their own root. */
static bool in_chroot(void)
{
	struct stat first, here;

	return !stat("/proc/1/root", &first) && !stat("/", &here) &&
	       (first.st_dev != here.st_dev || first.st_ino != here.st_ino);
}

static void other_namespace(void **state)
{
	struct wk_open_files f;
	char path[256];
	pid_t pid;

	(void)state;
	if (in_chroot())
		skip();
	path_of("sub", path);
	assert_int_equal(mkdir(path, 0700), 0);
	pid = begin(hold_elsewhere);
	wk_open_files_find(there.st_dev, is_ours, &there, &f);
	end(pid);
	path_of("open", path);
	if (access(path, F_OK))
		skip(); /* new namespaces are not allowed */
	path_of("sub/open", path);
	assert_int_equal(times(&f, pid, path), 1);
	path_of("sub/mapped", path);
	assert_int_equal(times(&f, pid, path), 1);
	wk_open_files_done(&f);
}

/* What this process has itself is told when nobody else has any. */
static void ours(void **state)
{
	int fd = make("ours");
	struct wk_open_files f;
	pid_t pid;

	(void)state;
	wk_open_files_find(there.st_dev, is_ours, &there, &f);
	assert_int_equal(f.total, 1);
	assert_int_equal(f.files[0].pid, getpid());
	wk_open_files_done(&f);
	/* The child has it from us, and one of its own. */
	pid = begin(hold_in_every_way);
	wk_open_files_find(there.st_dev, is_ours, &there, &f);
	end(pid);
	close(fd);
	assert_int_equal(f.total, 5);
	for (size_t i = 0; i < f.count; i++)
		assert_int_equal(f.files[i].pid, pid);
	wk_open_files_done(&f);
}

/* Neither other file systems nor other directories. */
static void nothing_else(void **state)
{
	struct wk_open_files f;

	(void)state;
	wk_open_files_find(there.st_dev, is_ours, &there, &f);
	assert_int_equal(f.count, 0);
	assert_int_equal(f.total, 0);
	wk_open_files_find(there.st_dev + 1, is_ours, &there, &f);
	assert_int_equal(f.total, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_way, make_dir,
						remove_dir),
		cmocka_unit_test_setup_teardown(more_than_are_remembered,
						make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(other_namespace, make_dir,
						remove_dir),
		cmocka_unit_test_setup_teardown(ours, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(nothing_else, make_dir,
						remove_dir),
	};

	return cmocka_run_group_tests_name("openfiles", tests, NULL, NULL);
}
