/* SPDX-License-Identifier: Apache-2.0 */
/* System calls with errno turned into a negative result.  See syscalls.h. */
#include "sys/syscalls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <keyutils.h>

static int result(long rc)
{
	return rc < 0 ? -errno : (int)rc;
}

int32_t wk_sys_add_key(const char *type, const char *description,
		       const void *payload, size_t len, int32_t ring)
{
	return result(add_key(type, description, payload, len, ring));
}

int32_t wk_sys_keyctl_search(int32_t ring, const char *type,
			     const char *description, int32_t dest)
{
	return result(keyctl_search(ring, type, description, dest));
}

int32_t wk_sys_keyctl_find(const char *type, const char *description)
{
	return result(find_key_by_type_and_desc(type, description, 0));
}

int wk_sys_keyctl_link(int32_t key, int32_t ring)
{
	return result(keyctl_link(key, ring));
}

int wk_sys_keyctl_unlink(int32_t key, int32_t ring)
{
	return result(keyctl_unlink(key, ring));
}

int wk_sys_keyctl_move(int32_t key, int32_t from, int32_t to, bool excl)
{
	return result(keyctl_move(key, from, to, excl ? KEYCTL_MOVE_EXCL : 0));
}

int wk_sys_keyctl_revoke(int32_t key)
{
	return result(keyctl_revoke(key));
}

int wk_sys_keyctl_set_timeout(int32_t key, unsigned int seconds)
{
	return result(keyctl_set_timeout(key, seconds));
}

int wk_sys_keyctl_read(int32_t key, void *buf, size_t cap)
{
	return result(keyctl_read(key, buf, cap));
}

int wk_sys_keyctl_describe(int32_t key, char *buf, size_t cap)
{
	return result(keyctl_describe(key, buf, cap));
}

int wk_sys_open_dir(const char *path)
{
	return wk_sys_open_dir_at(AT_FDCWD, path);
}

int wk_sys_open_dir_at(int dir, const char *name)
{
	return result(openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

int wk_sys_open_any(const char *path)
{
	return result(openat(AT_FDCWD, path,
			     O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

int wk_sys_make_dir(int dir, const char *name)
{
	return result(mkdirat(dir, name, 0700));
}

int wk_sys_make_file(int dir, const char *name)
{
	int fd = result(openat(dir, name,
			       O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));

	if (fd < 0)
		return fd;
	wk_sys_close(fd);
	return 0;
}

int wk_sys_remove_dir(int dir, const char *name)
{
	return result(unlinkat(dir, name, AT_REMOVEDIR));
}

int wk_sys_remove_file(int dir, const char *name)
{
	return result(unlinkat(dir, name, 0));
}

void wk_sys_close(int fd)
{
	/* Nothing was written through these descriptors that could be lost. */
	(void)close(fd);
}

int wk_sys_ioctl(int fd, unsigned long request, void *arg)
{
	return result(ioctl(fd, request, arg));
}

int wk_sys_device(int fd, dev_t *ret_dev)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	*ret_dev = st.st_dev;
	return 0;
}

int wk_sys_file_type(int fd, mode_t *ret_type)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	*ret_type = st.st_mode & S_IFMT;
	return 0;
}

int wk_sys_block_size(int fd, uint64_t *ret_bytes)
{
	struct statfs st;

	if (fstatfs(fd, &st) < 0)
		return -errno;
	*ret_bytes = (uint64_t)st.f_bsize;
	return 0;
}

int wk_sys_is_empty(int dir)
{
	/* An own description, because the position belongs to it. */
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;
	int rc = 1;

	if (!d) {
		rc = -errno;
		if (fd >= 0)
			close(fd);
		return rc;
	}
	errno = 0;
	while (rc == 1 && (e = readdir(d)))
		rc = !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..");
	if (rc == 1 && errno)
		rc = -errno;
	closedir(d);
	return rc;
}

int wk_sys_may_encrypt(int dir)
{
	/* Reading without leaving a time is for owners, or CAP_FOWNER, too. */
	int fd = openat(dir, ".",
			O_RDONLY | O_DIRECTORY | O_NOATIME | O_CLOEXEC);

	if (fd < 0)
		return errno == EPERM ? -EACCES : -errno;
	close(fd);
	return result(faccessat(dir, ".", W_OK | X_OK, AT_EACCESS));
}

static ssize_t read_all(int fd, char *buf, size_t cap)
{
	size_t len = 0;

	while (len < cap) {
		ssize_t n = read(fd, buf + len, cap - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

ssize_t wk_sys_read_file(const char *path, char *buf, size_t cap)
{
	int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = read_all(fd, buf, cap - 1);
	wk_sys_close(fd);
	if (len >= 0)
		buf[len] = '\0';
	return len;
}

uint64_t wk_sys_rlimit(int resource)
{
	struct rlimit lim;

	/* The only errors are a bad address and a bad resource. */
	if (prlimit(0, (unsigned int)resource, NULL, &lim) < 0 ||
	    lim.rlim_cur == RLIM_INFINITY)
		return UINT64_MAX;
	return lim.rlim_cur;
}

uint64_t wk_sys_free_ram(void)
{
	long pages = sysconf(_SC_AVPHYS_PAGES);

	return pages < 0 ? 0 :
			   (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

int wk_sys_cpu_count(void)
{
	cpu_set_t set;
	int n = 0;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return -errno;
	for (size_t i = 0; i < CPU_SETSIZE; i++)
		n += CPU_ISSET(i, &set) ? 1 : 0;
	return n;
}
