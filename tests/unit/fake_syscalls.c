/* SPDX-License-Identifier: Apache-2.0 */
/* Scripted system calls for unit tests.  See fake_syscalls.h. */
#include "tests/unit/fake_syscalls.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "sys/syscalls.h"
#include "uapi/fscrypt.h"

#define CALLS_MAX 64
#define SCRIPT_MAX 64
#define FILES_MAX 32

struct scripted {
	char name[24];
	long result;
	size_t offset, len;
	uint8_t data[FAKE_DATA_MAX];
	bool used;
};

static struct {
	struct fake_call calls[CALLS_MAX];
	size_t call_count;
	struct scripted script[SCRIPT_MAX];
	size_t script_count;
	struct {
		const char *path, *text;
	} files[FILES_MAX];
	size_t file_count;
	uint64_t rlimits[32];
	uint64_t free_ram;
	dev_t dev;
	mode_t type;
	uint64_t block_size;
	bool has_entries;
	int32_t next_serial;
} fake;

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	memset(fake.rlimits, 0xff, sizeof(fake.rlimits));
	fake.next_serial = 1001;
}

int fake_setup(void **state)
{
	(void)state;
	fake_reset();
	return 0;
}

void fake_output(const char *name, long result, size_t offset, const void *data,
		 size_t len)
{
	struct scripted *s = &fake.script[fake.script_count++];

	assert(fake.script_count <= SCRIPT_MAX && len <= sizeof(s->data));
	snprintf(s->name, sizeof(s->name), "%s", name);
	s->result = result;
	s->offset = offset;
	s->len = len;
	if (len > 0)
		memcpy(s->data, data, len);
}

void fake_result(const char *name, long result)
{
	fake_output(name, result, 0, NULL, 0);
}

void fake_file(const char *path, const char *text)
{
	assert(fake.file_count < FILES_MAX);
	fake.files[fake.file_count].path = path;
	fake.files[fake.file_count++].text = text;
}

void fake_device(unsigned int major, unsigned int minor)
{
	fake.dev = makedev(major, minor);
}

void fake_directory(mode_t type, uint64_t block_size, bool has_entries)
{
	fake.type = type;
	fake.block_size = block_size;
	fake.has_entries = has_entries;
}

void fake_rlimit(int resource, uint64_t soft)
{
	fake.rlimits[resource] = soft;
}

void fake_free_ram(uint64_t bytes)
{
	fake.free_ram = bytes;
}

size_t fake_count(void)
{
	return fake.call_count;
}

const struct fake_call *fake_call(size_t i)
{
	assert(i < fake.call_count);
	return &fake.calls[i];
}

const struct fake_call *fake_find(const char *name, size_t n)
{
	for (size_t i = 0; i < fake.call_count; i++)
		if (!strcmp(fake.calls[i].name, name) && n-- == 0)
			return &fake.calls[i];
	return NULL;
}

bool fake_unlinked(int32_t key, int32_t ring)
{
	const struct fake_call *c;

	for (size_t n = 0; (c = fake_find("keyctl_unlink", n)); n++)
		if (c->num[0] == key && c->num[1] == ring)
			return true;
	return false;
}

const char *fake_names(void)
{
	static char names[CALLS_MAX * 25];
	size_t at = 0;

	names[0] = '\0';
	for (size_t i = 0; i < fake.call_count; i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s",
				       i ? " " : "", fake.calls[i].name);
	return names;
}

/* --- recording and answering ---------------------------------------------- */

static struct fake_call *record(const char *name, long a, long b, long c)
{
	struct fake_call *call = &fake.calls[fake.call_count++];

	assert(fake.call_count <= CALLS_MAX);
	snprintf(call->name, sizeof(call->name), "%s", name);
	call->num[0] = a;
	call->num[1] = b;
	call->num[2] = c;
	return call;
}

static void put_text(struct fake_call *c, const char *first, const char *second)
{
	snprintf(c->text[0], sizeof(c->text[0]), "%s", first);
	snprintf(c->text[1], sizeof(c->text[1]), "%s", second);
}

static void put_data(struct fake_call *c, const void *data, size_t len)
{
	assert(len <= sizeof(c->data));
	memcpy(c->data, data, len);
	c->len = len;
}

static const struct scripted *next(const char *name)
{
	for (size_t i = 0; i < fake.script_count; i++) {
		struct scripted *s = &fake.script[i];

		if (!s->used && !strcmp(s->name, name)) {
			s->used = true;
			return s;
		}
	}
	return NULL;
}

static long answer(const struct fake_call *c, long otherwise, void *out)
{
	const struct scripted *s = next(c->name);

	if (!s)
		return otherwise;
	if (out && s->len)
		memcpy((uint8_t *)out + s->offset, s->data, s->len);
	return s->result;
}

/* --- the calls ------------------------------------------------------------ */

int32_t wk_sys_add_key(const char *type, const char *description,
		       const void *payload, size_t len, int32_t ring)
{
	struct fake_call *c = record("add_key", ring, 0, 0);

	put_text(c, type, description);
	put_data(c, payload, len);
	return (int32_t)answer(c, fake.next_serial++, NULL);
}

int32_t wk_sys_keyctl_search(int32_t ring, const char *type,
			     const char *description, int32_t dest)
{
	struct fake_call *c = record("keyctl_search", ring, dest, 0);

	put_text(c, type, description);
	return (int32_t)answer(c, fake.next_serial - 1, NULL);
}

int32_t wk_sys_keyctl_find(const char *type, const char *description)
{
	struct fake_call *c = record("keyctl_find", 0, 0, 0);

	put_text(c, type, description);
	return (int32_t)answer(c, fake.next_serial++, NULL);
}

int wk_sys_keyctl_link(int32_t key, int32_t ring)
{
	return (int)answer(record("keyctl_link", key, ring, 0), 0, NULL);
}

int wk_sys_keyctl_unlink(int32_t key, int32_t ring)
{
	return (int)answer(record("keyctl_unlink", key, ring, 0), 0, NULL);
}

int wk_sys_keyctl_move(int32_t key, int32_t from, int32_t to, bool excl)
{
	struct fake_call *c = record("keyctl_move", key, from, to);

	put_text(c, excl ? "excl" : "", "");
	return (int)answer(c, 0, NULL);
}

int wk_sys_keyctl_revoke(int32_t key)
{
	return (int)answer(record("keyctl_revoke", key, 0, 0), 0, NULL);
}

int wk_sys_keyctl_set_timeout(int32_t key, unsigned int seconds)
{
	return (int)answer(record("keyctl_set_timeout", key, seconds, 0), 0,
			   NULL);
}

int wk_sys_keyctl_read(int32_t key, void *buf, size_t cap)
{
	return (int)answer(record("keyctl_read", key, (long)cap, 0), 0,
			   cap ? buf : NULL);
}

int wk_sys_keyctl_describe(int32_t key, char *buf, size_t cap)
{
	return (int)answer(record("keyctl_describe", key, (long)cap, 0), 0,
			   cap ? buf : NULL);
}

int wk_sys_open_dir(const char *path)
{
	struct fake_call *c = record("open_dir", 0, 0, 0);

	put_text(c, path, "");
	return (int)answer(c, 5, NULL);
}

int wk_sys_open_dir_at(int dir, const char *name)
{
	struct fake_call *c = record("open_dir_at", dir, 0, 0);

	put_text(c, name, "");
	return (int)answer(c, 6, NULL);
}

int wk_sys_open_any(const char *path)
{
	struct fake_call *c = record("open_any", 0, 0, 0);

	put_text(c, path, "");
	return (int)answer(c, 7, NULL);
}

static int by_name(const char *what, int dir, const char *name)
{
	struct fake_call *c = record(what, dir, 0, 0);

	put_text(c, name, "");
	return (int)answer(c, 0, NULL);
}

int wk_sys_make_dir(int dir, const char *name)
{
	return by_name("make_dir", dir, name);
}

int wk_sys_make_file(int dir, const char *name)
{
	return by_name("make_file", dir, name);
}

int wk_sys_remove_dir(int dir, const char *name)
{
	return by_name("remove_dir", dir, name);
}

int wk_sys_remove_file(int dir, const char *name)
{
	return by_name("remove_file", dir, name);
}

void wk_sys_close(int fd)
{
	record("close", fd, 0, 0);
}

/* What the number of the ioctl does not say: the key behind the argument. */
static size_t argument_size(unsigned long request, const void *arg)
{
	const struct fscrypt_add_key_arg *add = arg;

	if (request == FS_IOC_ADD_ENCRYPTION_KEY)
		return sizeof(*add) + add->raw_size;
	if (request == FS_IOC_SET_ENCRYPTION_POLICY)
		return sizeof(struct fscrypt_policy_v2);
	return _IOC_SIZE(request);
}

int wk_sys_ioctl(int fd, unsigned long request, void *arg)
{
	struct fake_call *c = record("ioctl", fd, (long)request, 0);

	put_data(c, arg, argument_size(request, arg));
	return (int)answer(c, 0, arg);
}

int wk_sys_device(int fd, dev_t *ret_dev)
{
	(void)fd;
	*ret_dev = fake.dev;
	return 0;
}

int wk_sys_file_type(int fd, mode_t *ret_type)
{
	(void)fd;
	*ret_type = fake.type ? fake.type : S_IFDIR;
	return 0;
}

int wk_sys_block_size(int fd, uint64_t *ret_bytes)
{
	(void)fd;
	*ret_bytes = fake.block_size ? fake.block_size : 4096;
	return 0;
}

int wk_sys_is_empty(int dir)
{
	(void)dir;
	return !fake.has_entries;
}

int wk_sys_may_encrypt(int dir)
{
	(void)dir;
	return 0;
}

ssize_t wk_sys_read_file(const char *path, char *buf, size_t cap)
{
	for (size_t i = 0; i < fake.file_count; i++) {
		if (!strcmp(fake.files[i].path, path)) {
			snprintf(buf, cap, "%s", fake.files[i].text);
			return (ssize_t)strlen(buf);
		}
	}
	return -ENOENT;
}

uint64_t wk_sys_rlimit(int resource)
{
	return fake.rlimits[resource];
}

uint64_t wk_sys_free_ram(void)
{
	return fake.free_ram;
}

int wk_sys_cpu_count(void)
{
	return (int)answer(record("cpu_count", 0, 0, 0), 4, NULL);
}
