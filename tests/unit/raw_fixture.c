/* SPDX-License-Identifier: Apache-2.0 */
/* An image with a raw region.  See raw_fixture.h. */
#include "tests/unit/raw_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/unit.h"

/* --- the system calls --------------------------------------------------------- */

struct raw_calls calls;
struct raw_fault write_fault, sync_fault, read_fault;
size_t cut_number, cut_bytes;
size_t bad_from, bad_to, worn_from, worn_to;
bool bad_heals;

ssize_t __real_pwrite64(int fd, const void *p, size_t n, off64_t offset);
ssize_t __wrap_pwrite64(int fd, const void *p, size_t n, off64_t offset);
ssize_t __real_pread64(int fd, void *p, size_t n, off64_t offset);
ssize_t __wrap_pread64(int fd, void *p, size_t n, off64_t offset);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

static bool strikes(const struct raw_fault *f, size_t number)
{
	if (!f->number || number < f->number ||
	    (number > f->number && !f->stays))
		return false;
	errno = f->e;
	return true;
}

/* What is worn keeps its bytes. */
static void keep(uint8_t *bytes, size_t n, size_t offset, int fd)
{
	for (size_t i = 0; i < n; i++)
		if (offset + i >= worn_from && offset + i < worn_to)
			(void)!__real_pread64(fd, bytes + i, 1,
					      (off64_t)(offset + i));
}

ssize_t __wrap_pwrite64(int fd, const void *p, size_t n, off64_t offset)
{
	uint8_t *bytes;
	ssize_t written;

	if (calls.count < WK_ARRAY_LEN(calls.offset))
		calls.offset[calls.count] = (size_t)offset;
	calls.count++;
	if (strikes(&write_fault, calls.count))
		return -1;
	if (calls.count == cut_number) {
		(void)!__real_pwrite64(fd, p, cut_bytes < n ? cut_bytes : n,
				       offset);
		_exit(CUT_STATUS);
	}
	if (bad_heals && (size_t)offset <= bad_from &&
	    bad_to <= (size_t)offset + n)
		bad_from = bad_to = 0;
	bytes = malloc(n);
	assert_non_null(bytes);
	memcpy(bytes, p, n);
	keep(bytes, n, (size_t)offset, fd);
	written = __real_pwrite64(fd, bytes, n, offset);
	free(bytes);
	return written;
}

ssize_t __wrap_pread64(int fd, void *p, size_t n, off64_t offset)
{
	size_t from = (size_t)offset;

	calls.reads++;
	if (strikes(&read_fault, calls.reads))
		return -1;
	if (from < bad_to && bad_from < from + n) {
		errno = EIO;
		return -1;
	}
	return __real_pread64(fd, p, n, offset);
}

int __wrap_fdatasync(int fd)
{
	calls.syncs++;
	return strikes(&sync_fault, calls.syncs) ? -1 : __real_fdatasync(fd);
}

void forget_calls(void)
{
	memset(&calls, 0, sizeof(calls));
}

/* --- the image ------------------------------------------------------------------ */

static char dir[] = "/tmp/wk-raw-XXXXXX";
char image[64], shown[80];
struct wk_location at;
struct wk_err err;
struct wk_raw_view view;
char note[WK_NOTE_MAX];
const uint8_t zeros[WK_RAW_COPY_BYTES];
static uint8_t saved[IMAGE];
enum wk_status proof;
unsigned int proofs;

int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(image, sizeof(image), "%s/img", dir);
	snprintf(shown, sizeof(shown), "raw:%s@256KiB", image);
	return 0;
}

int remove_dir(void **state)
{
	(void)state;
	(void)unlink(image);
	return rmdir(dir);
}

int reset(void **state)
{
	static const struct raw_fault none;

	(void)state;
	forget_calls();
	write_fault = sync_fault = read_fault = none;
	cut_number = cut_bytes = 0;
	bad_from = bad_to = worn_from = worn_to = 0;
	bad_heals = false;
	proof = WK_OK;
	proofs = 0;
	note[0] = '\0';
	return wk_location_parse(shown, &at, &err) ? -1 : 0;
}

static int open_image(void)
{
	int fd = open(image, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	return fd;
}

static void read_image(uint8_t *p, size_t len, size_t offset)
{
	int fd = open_image();

	assert_int_equal(__real_pread64(fd, p, len, (off64_t)offset), len);
	close(fd);
}

void poke(size_t offset, const void *p, size_t len)
{
	int fd = open_image();

	assert_int_equal(__real_pwrite64(fd, p, len, (off64_t)offset), len);
	close(fd);
}

void poke_number(size_t offset, uint64_t v, size_t bytes)
{
	uint8_t p[8];

	for (size_t i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> 8 * i);
	poke(offset, p, bytes);
}

void new_image(uint8_t fill)
{
	static uint8_t bytes[IMAGE];

	(void)unlink(image);
	memset(bytes, fill, sizeof(bytes));
	poke(0, bytes, sizeof(bytes));
	proofs = 0;
}

bool all(size_t from, size_t to, uint8_t value)
{
	static uint8_t bytes[IMAGE];

	read_image(bytes, IMAGE, 0);
	while (from < to && bytes[from] == value)
		from++;
	return from == to;
}

void flip(size_t offset)
{
	uint8_t byte;

	read_image(&byte, 1, offset);
	byte ^= 4;
	poke(offset, &byte, 1);
}

void save(void)
{
	read_image(saved, IMAGE, 0);
}

bool unchanged(void)
{
	static uint8_t now[IMAGE];

	read_image(now, IMAGE, 0);
	return !memcmp(now, saved, IMAGE);
}

static size_t copy_at(int copy)
{
	return REGION + (size_t)copy * WK_RAW_COPY_BYTES;
}

static void seal(int copy)
{
	uint8_t header[4092];

	read_image(header, sizeof(header), copy_at(copy));
	poke_number(copy_at(copy) + sizeof(header),
		    wk_crc32(wk_span(header, sizeof(header))), 4);
}

void set_version(int copy, uint32_t version)
{
	poke_number(copy_at(copy) + 16, version, 4);
	seal(copy);
}

void set_sequence(int copy, uint64_t sequence)
{
	poke_number(copy_at(copy) + 24, sequence, 8);
	seal(copy);
}

void put_copy(int copy, struct wk_span der, uint64_t sequence)
{
	struct wk_blob b;

	assert_int_equal(wk_raw_copy_encode(der, (unsigned int)copy, sequence,
					    &b, &err),
			 WK_OK);
	poke(copy_at(copy), b.p, b.len);
	wk_blob_done(&b);
}

void swap_copies(void)
{
	static uint8_t a[WK_RAW_COPY_BYTES], b[WK_RAW_COPY_BYTES];

	read_image(a, sizeof(a), copy_at(0));
	read_image(b, sizeof(b), copy_at(1));
	poke(copy_at(0), b, sizeof(b));
	poke(copy_at(1), a, sizeof(a));
}

/* --- the store ------------------------------------------------------------------ */

struct wk_span keyfile(unsigned int epoch)
{
	static struct wk_blob made[LARGE + 1];
	struct wk_keyfile *kf;

	assert_true(epoch <= LARGE);
	if (made[epoch].p)
		return wk_blob_span(&made[epoch]);
	assert_int_equal(wk_keyfile_new(&kf, &err), WK_OK);
	if (epoch == LARGE)
		sample_many(kf);
	else
		sample_min(kf);
	kf->epoch = epoch;
	assert_int_equal(wk_keyfile_encode(kf, &made[epoch], &err), WK_OK);
	wk_keyfile_free(kf);
	return wk_blob_span(&made[epoch]);
}

static enum wk_status prove(void *context, const struct wk_keyfile *written,
			    struct wk_err *e)
{
	assert_int_equal(written->epoch, *(const unsigned int *)context);
	proofs++;
	return proof ? wk_fail(e, proof, "test.proof", "not proved") : WK_OK;
}

enum wk_status create_at(const char *location, unsigned int epoch, bool force)
{
	struct wk_store_new how = { .force = force };

	return wk_store_create(location, keyfile(epoch), &how, prove, &epoch,
			       &err);
}

enum wk_status create(unsigned int epoch, bool force)
{
	return create_at(shown, epoch, force);
}

enum wk_status change(unsigned int epoch)
{
	struct wk_store *s;
	struct wk_keyfile *kf;
	enum wk_status st = wk_store_open(shown, &s, &err);

	if (st)
		return st;
	st = wk_store_read(s, &kf, &err);
	if (!st) {
		const char *told = wk_store_note(s);

		snprintf(note, sizeof(note), "%s", told ? told : "");
		wk_keyfile_free(kf);
		st = wk_store_replace(s, keyfile(epoch), prove, &epoch, &err);
	}
	wk_store_close(s);
	return st;
}

enum wk_status repair(int *ret_copy)
{
	struct wk_store *s;
	enum wk_status st = wk_store_open(shown, &s, &err);

	if (st)
		return st;
	st = wk_store_repair(s, ret_copy, &err);
	wk_store_close(s);
	return st;
}

void look(void)
{
	assert_int_equal(wk_raw_view_read(&at, &view, &err), WK_OK);
	assert_true(view.newest >= 0);
}

void unlook(void)
{
	wk_raw_view_done(&view);
	memset(&view, 0, sizeof(view));
}

void assert_epoch(unsigned int epoch)
{
	struct wk_keyfile *kf;

	assert_int_equal(wk_keyfile_read_note(shown, &kf, note, &err), WK_OK);
	assert_int_equal(kf->epoch, epoch);
	wk_keyfile_free(kf);
}
