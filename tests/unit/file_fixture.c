/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls of tests of base/file, and a folder for them. */
#include "tests/unit/file_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

/* --- the system calls, counted and failing on demand ------------------------- */

struct calls calls;
struct fails fails;
bool no_memory;
off_t size_lie;
size_t read_most, write_most;
void (*on_read)(void);
bool write_nothing;

static bool failing(int *e)
{
	errno = *e;
	*e = 0;
	return errno != 0;
}

int __wrap_openat(int dirfd, const char *name, int flags, mode_t mode);
int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);
ssize_t __real_read(int fd, void *p, size_t n);
ssize_t __wrap_read(int fd, void *p, size_t n);
ssize_t __wrap_write(int fd, const void *p, size_t n);
int __wrap_close(int fd);
int __real_poll(struct pollfd *fds, nfds_t n, int ms);
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms);
void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

int __wrap_openat(int dirfd, const char *name, int flags, mode_t mode)
{
	calls.openat++;
	assert_true(flags & O_CLOEXEC);
	if (failing(&fails.openat))
		return -1;
	return __real_openat(dirfd, name, flags, mode);
}

int __wrap_fstat(int fd, struct stat *st)
{
	calls.fstat++;
	if (failing(&fails.fstat))
		return -1;
	if (__real_fstat(fd, st))
		return -1;
	st->st_size += size_lie;
	return 0;
}

ssize_t __wrap_read(int fd, void *p, size_t n)
{
	calls.read++;
	if (on_read) {
		on_read();
		on_read = NULL;
	}
	if (failing(&fails.read))
		return -1;
	return __real_read(fd, p, read_most && n > read_most ? read_most : n);
}

ssize_t __wrap_write(int fd, const void *p, size_t n)
{
	if (write_nothing)
		return 0;
	if (failing(&fails.write))
		return -1;
	return __real_write(fd, p,
			    write_most && n > write_most ? write_most : n);
}

int __wrap_close(int fd)
{
	calls.close++;
	return __real_close(fd);
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int ms)
{
	calls.poll++;
	if (failing(&fails.poll))
		return -1;
	return __real_poll(fds, n, ms);
}

void *__wrap_realloc(void *p, size_t n)
{
	calls.realloc++;
	return no_memory ? NULL : __real_realloc(p, n);
}

/* --- a folder of its own ------------------------------------------------------- */

char dir[] = "/tmp/wk-file-XXXXXX";
char path[64];
struct wk_err err;

int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/f", dir);
	return 0;
}

int remove_dir(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

int reset(void **state)
{
	(void)state;
	memset(&calls, 0, sizeof(calls));
	memset(&fails, 0, sizeof(fails));
	no_memory = write_nothing = false;
	size_lie = 0;
	read_most = write_most = 0;
	(void)unlink(path);
	return 0;
}

uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 31 + (i >> 8));
}

void make_file(size_t len)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	for (size_t i = 0; i < len; i++)
		putc(byte_at(i), f);
	assert_int_equal(fclose(f), 0);
}

void assert_holds(const struct wk_blob *b, size_t len)
{
	assert_int_equal(b->len, len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(b->p[i], byte_at(i));
}

void refused(const char *name, size_t max, enum wk_status st, const char *code)
{
	struct wk_blob b = { 0 };

	assert_int_equal(wk_blob_append(&b, wk_span("old", 3), &err), WK_OK);
	assert_int_equal(wk_file_read(name, max, &b, &err), st);
	assert_string_equal(err.code, code);
	if (strcmp(name, "-") == 0)
		name = "standard input";
	assert_memory_equal(err.msg, name, strlen(name));
	assert_null(b.p);
	assert_int_equal(b.len + b.cap, 0);
}
