/* SPDX-License-Identifier: Apache-2.0 */
/* base/file: reading whole files, in how many calls, and what is refused. */
/* wrap: openat fstat read write close poll realloc */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "tests/unit/unit.h"

/* --- the system calls, counted and failing on demand ------------------------- */

static struct {
	unsigned int openat, fstat, read, close, poll, realloc;
} calls;
/* errno of the next call, then 0 again. */
static struct {
	int openat, fstat, read, poll, write;
} fails;
static bool no_memory;
static off_t size_lie;		     /* added to what fstat(2) says */
static size_t read_most, write_most; /* bytes per call, 0: as asked */
static void (*on_read)(void);	     /* before the next read only */
static bool write_nothing;

static bool failing(int *e)
{
	errno = *e;
	*e = 0;
	return errno != 0;
}

int __real_openat(int dirfd, const char *path, int flags, mode_t mode);
int __wrap_openat(int dirfd, const char *path, int flags, mode_t mode);
int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);
ssize_t __real_read(int fd, void *p, size_t n);
ssize_t __wrap_read(int fd, void *p, size_t n);
ssize_t __real_write(int fd, const void *p, size_t n);
ssize_t __wrap_write(int fd, const void *p, size_t n);
int __real_close(int fd);
int __wrap_close(int fd);
int __real_poll(struct pollfd *fds, nfds_t n, int ms);
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms);
void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

int __wrap_openat(int dirfd, const char *path, int flags, mode_t mode)
{
	calls.openat++;
	assert_true(flags & O_CLOEXEC);
	if (failing(&fails.openat))
		return -1;
	return __real_openat(dirfd, path, flags, mode);
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

static char dir[] = "/tmp/wk-file-XXXXXX";
static char path[64];
static struct wk_err err;

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/f", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

static int reset(void **state)
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

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 31 + (i >> 8));
}

static void make_file(size_t len)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	for (size_t i = 0; i < len; i++)
		putc(byte_at(i), f);
	assert_int_equal(fclose(f), 0);
}

static void assert_holds(const struct wk_blob *b, size_t len)
{
	assert_int_equal(b->len, len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(b->p[i], byte_at(i));
}

/* Fails with st and code, and empties the blob. */
static void refused(const char *name, size_t max, enum wk_status st,
		    const char *code)
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

/* --- regular files ---------------------------------------------------------------- */

static void four_calls(void **state)
{
	static const size_t sizes[] = { 1, 400, 4095, 4096, 65536 };
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(sizes); i++) {
		make_file(sizes[i]);
		memset(&calls, 0, sizeof(calls));
		assert_int_equal(wk_file_read(path, 65536, &b, &err), WK_OK);
		assert_int_equal(calls.openat, 1);
		assert_int_equal(calls.fstat, 1);
		assert_int_equal(calls.read, 1);
		assert_int_equal(calls.close, 1);
		assert_int_equal(calls.poll, 0);
		assert_true(calls.realloc <= 1);
		assert_holds(&b, sizes[i]);
	}
	/* Memory is used again. */
	make_file(400);
	memset(&calls, 0, sizeof(calls));
	assert_int_equal(wk_file_read(path, 65536, &b, &err), WK_OK);
	assert_int_equal(calls.read, 1);
	assert_int_equal(calls.realloc, 0);
	assert_holds(&b, 400);
}

static void empty_file(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(0);
	assert_int_equal(wk_file_read(path, 10, &b, &err), WK_OK);
	assert_int_equal(b.len, 0);
	assert_int_equal(calls.read, 1);
	assert_int_equal(wk_file_read(path, 0, &b, &err), WK_OK);
	assert_int_equal(b.len, 0);
}

static void limits(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(100);
	assert_int_equal(wk_file_read(path, 100, &b, &err), WK_OK);
	assert_holds(&b, 100);
	calls.read = 0;
	refused(path, 99, WK_CORRUPT, "file.too-large");
	assert_int_equal(calls.read, 0);
	assert_non_null(strstr(err.msg, "99 bytes"));
	refused(path, 0, WK_CORRUPT, "file.too-large");
}

/* What fstat(2) says is a hint only. */
static void sizes_that_changed(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(1000);
	for (size_lie = -1000; size_lie <= 1000; size_lie += 50) {
		assert_int_equal(wk_file_read(path, 5000, &b, &err), WK_OK);
		assert_holds(&b, 1000);
		wk_blob_done(&b);
		assert_int_equal(wk_file_read(path, 5000, &b, &err), WK_OK);
	}
	size_lie = -500;
	refused(path, 999, WK_CORRUPT, "file.too-large");
	assert_int_equal(wk_file_read(path, 1000, &b, &err), WK_OK);
	read_most = 7;
	assert_int_equal(wk_file_read(path, 1000, &b, &err), WK_OK);
	assert_holds(&b, 1000);
}

/* /proc: regular, of size 0. */
static void sizes_unknown(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	read_most = 100;
	assert_int_equal(wk_file_read("/proc/self/status", 65536, &b, &err),
			 WK_OK);
	assert_true(b.len > 100);
	assert_memory_equal(b.p, "Name:", 5);
	refused("/proc/self/status", 50, WK_CORRUPT, "file.too-large");
}

static void interruptions(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(100);
	fails.openat = EINTR;
	fails.read = EINTR;
	assert_int_equal(wk_file_read(path, 100, &b, &err), WK_OK);
	assert_holds(&b, 100);
	assert_int_equal(calls.openat + calls.read, 4);
}

static void failures(void **state)
{
	(void)state;
	make_file(100);
	calls.openat = calls.close = 0;
	fails.fstat = EIO;
	refused(path, 100, WK_FAIL, "errno.EIO");
	fails.read = EIO;
	refused(path, 100, WK_FAIL, "errno.EIO");
	assert_int_equal(err.errnum, EIO);
	fails.openat = EMFILE;
	refused(path, 100, WK_FAIL, "errno.EMFILE");
	assert_int_equal(calls.openat, calls.close + 1);
}

static void no_memory_is_said(void **state)
{
	struct wk_blob b = { 0 };

	(void)state;
	make_file(100);
	calls.openat = calls.close = 0;
	no_memory = true;
	assert_int_equal(wk_file_read(path, 100, &b, &err), WK_NOMEM);
	assert_null(b.p);
	assert_int_equal(calls.openat, calls.close);
}

/* --- what is no regular file ---------------------------------------------------- */

static void not_there(void **state)
{
	char below[80];

	(void)state;
	refused(path, 10, WK_NOT_FOUND, "file.not-found");
	assert_int_equal(err.errnum, ENOENT);
	refused("", 10, WK_NOT_FOUND, "file.not-found");
	make_file(1);
	snprintf(below, sizeof(below), "%s/x", path);
	refused(below, 10, WK_NOT_FOUND, "file.not-found");
	(void)unlink(path);
	assert_int_equal(symlink("f", path), 0);
	refused(path, 10, WK_FAIL, "errno.ELOOP");
}

static void not_regular(void **state)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	(void)state;
	refused(dir, 10, WK_FAIL, "file.not-regular");
	refused("/dev/null", 10, WK_FAIL, "file.not-regular");
	/* Does not wait for a writer. */
	assert_int_equal(mkfifo(path, 0600), 0);
	refused(path, 10, WK_FAIL, "file.not-regular");
	(void)unlink(path);
	strcpy(sun.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&sun, sizeof(sun)),
			 0);
	refused(path, 10, WK_FAIL, "file.not-regular");
	__real_close(fd);
	fails.openat = ENODEV;
	refused(path, 10, WK_FAIL, "file.not-regular");
}

static void read_as_nobody(const void *arg)
{
	struct wk_blob b = { 0 };

	(void)arg;
	if (geteuid() == 0)
		CHECK(!setresuid(65534, 65534, 65534));
	CHECK(wk_file_read(path, 10, &b, &err) == WK_DENIED);
	CHECK(!strcmp(err.code, "file.denied"));
	CHECK(strstr(err.msg, path));
	CHECK(!b.p);
}

static void denied(void **state)
{
	(void)state;
	make_file(1);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chmod(path, 0), 0);
	in_child(read_as_nobody, NULL);
	fails.openat = EPERM;
	refused(path, 10, WK_DENIED, "file.denied");
}

/* --- standard input --------------------------------------------------------------- */

static int stdin_was = -1, writer = -1;

static void pipe_to_stdin(size_t len)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	stdin_was = dup(0);
	assert_int_equal(dup2(ends[0], 0), 0);
	__real_close(ends[0]);
	writer = ends[1];
	for (size_t i = 0; i < len; i++) {
		uint8_t b = byte_at(i);

		assert_int_equal(__real_write(writer, &b, 1), 1);
	}
}

static void close_writer(void)
{
	__real_close(writer);
	writer = -1;
}

static void restore_stdin(void)
{
	assert_int_equal(dup2(stdin_was, 0), 0);
	__real_close(stdin_was);
	if (writer >= 0)
		close_writer();
}

static void from_a_pipe(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	pipe_to_stdin(9000);
	close_writer();
	assert_int_equal(wk_file_read("-", 9000, &b, &err), WK_OK);
	assert_holds(&b, 9000);
	assert_int_equal(calls.close, 0);
	restore_stdin();

	pipe_to_stdin(300);
	close_writer();
	read_most = 7;
	assert_int_equal(wk_file_read("-", 300, &b, &err), WK_OK);
	assert_holds(&b, 300);
	restore_stdin();

	pipe_to_stdin(301);
	close_writer();
	refused("-", 300, WK_CORRUPT, "file.too-large");
	restore_stdin();
}

/* Too much is seen although the writer never ends. */
static void from_an_endless_pipe(void **state)
{
	(void)state;
	pipe_to_stdin(10);
	refused("-", 9, WK_CORRUPT, "file.too-large");
	restore_stdin();
}

static void from_a_non_blocking_pipe(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	pipe_to_stdin(100);
	assert_int_equal(fcntl(0, F_SETFL, O_NONBLOCK), 0);
	fails.read = EAGAIN;
	fails.poll = EINTR;
	on_read = close_writer;
	assert_int_equal(wk_file_read("-", 100, &b, &err), WK_OK);
	assert_holds(&b, 100);
	assert_int_equal(calls.poll, 1);
	restore_stdin();

	pipe_to_stdin(0);
	assert_int_equal(fcntl(0, F_SETFL, O_NONBLOCK), 0);
	fails.poll = ENOMEM;
	refused("-", 9, WK_NOMEM, "errno.ENOMEM");
	restore_stdin();
}

static void from_a_file_or_nothing(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	make_file(50);
	stdin_was = dup(0);
	__real_close(0);
	assert_int_equal(__real_openat(AT_FDCWD, path, O_RDONLY, 0), 0);
	assert_int_equal(wk_file_read("-", 100, &b, &err), WK_OK);
	assert_holds(&b, 50);
	__real_close(0);
	refused("-", 100, WK_FAIL, "errno.EBADF");
	restore_stdin();
}

/* --- writing ------------------------------------------------------------------------ */

static void writing_all(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };
	WK_AUTO_FD int fd =
		__real_openat(AT_FDCWD, path, O_RDWR | O_CREAT, 0600);
	uint8_t data[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = byte_at(i);
	fails.write = EINTR;
	write_most = 7;
	assert_int_equal(wk_fd_write(fd, wk_span(data, sizeof(data))), 0);
	assert_int_equal(wk_fd_write(fd, wk_span(NULL, 0)), 0);
	assert_int_equal(wk_file_read(path, 1000, &b, &err), WK_OK);
	assert_holds(&b, 1000);
	/* Made non-blocking by somebody else, and full for a moment. */
	fails.write = EAGAIN;
	assert_int_equal(wk_fd_write(fd, wk_span(data, 1)), 0);
	assert_int_equal(calls.poll, 1);
	fails.write = EAGAIN;
	fails.poll = ENOMEM;
	assert_int_equal(wk_fd_write(fd, wk_span(data, 1)), ENOMEM);
	fails.write = ENOSPC;
	assert_int_equal(wk_fd_write(fd, wk_span(data, 1)), ENOSPC);
	write_nothing = true;
	assert_int_equal(wk_fd_write(fd, wk_span(data, 1)), EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(four_calls, reset),
		cmocka_unit_test_setup(empty_file, reset),
		cmocka_unit_test_setup(limits, reset),
		cmocka_unit_test_setup(sizes_that_changed, reset),
		cmocka_unit_test_setup(sizes_unknown, reset),
		cmocka_unit_test_setup(interruptions, reset),
		cmocka_unit_test_setup(failures, reset),
		cmocka_unit_test_setup(no_memory_is_said, reset),
		cmocka_unit_test_setup(not_there, reset),
		cmocka_unit_test_setup(not_regular, reset),
		cmocka_unit_test_setup(denied, reset),
		cmocka_unit_test_setup(from_a_pipe, reset),
		cmocka_unit_test_setup(from_an_endless_pipe, reset),
		cmocka_unit_test_setup(from_a_non_blocking_pipe, reset),
		cmocka_unit_test_setup(from_a_file_or_nothing, reset),
		cmocka_unit_test_setup(writing_all, reset),
	};

	return cmocka_run_group_tests_name("file", tests, make_dir, remove_dir);
}
