/* SPDX-License-Identifier: Apache-2.0 */
/* Who else uses a block device, and which has a label: /sys, and O_EXCL. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "sys/blockdev.h"
#include "sys/mountinfo.h"
#include "sys/syscalls.h"

#define SECTOR 512 /* bytes, the unit of /sys whatever the device has */
#define CLASS "/sys/class/block"

/* --- /sys ------------------------------------------------------------------ */

static void sys_folder(dev_t rdev, char path[static 64])
{
	snprintf(path, 64, "/sys/dev/block/%u:%u", major(rdev), minor(rdev));
}

/* Calls look() with each entry of a folder until it returns false. */
static void each_entry(const char *folder,
		       bool (*look)(const char *folder, const char *name,
				    void *context),
		       void *context)
{
	DIR *d = opendir(folder);
	const struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d)))
		if (e->d_name[0] != '.' && !look(folder, e->d_name, context))
			break;
	closedir(d);
}

static bool read_attribute(const char *folder, const char *name,
			   const char *attribute, char *buf, size_t cap)
{
	char path[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s/%s", folder, name, attribute);
	n = wk_sys_read_file(path, buf, cap);
	return n >= 0;
}

static bool read_number(const char *folder, const char *name,
			const char *attribute, uint64_t *ret)
{
	char text[32];

	if (!read_attribute(folder, name, attribute, text, sizeof(text)))
		return false;
	text[strcspn(text, "\n")] = '\0';
	return wk_num_uint(text, 0, UINT64_MAX / SECTOR, ret);
}

/* --- partitions ------------------------------------------------------------ */

struct partitions {
	uint64_t offset, len; /* bytes: what is looked for */
	bool any;
	char met[NAME_MAX + 1]; /* a partition that it meets, or "" */
};

static bool look_at_partition(const char *folder, const char *name,
			      void *context)
{
	struct partitions *p = context;
	uint64_t ignored, start, size;

	if (!read_number(folder, name, "partition", &ignored) ||
	    !read_number(folder, name, "start", &start) ||
	    !read_number(folder, name, "size", &size))
		return true;
	p->any = true;
	if (p->offset < (start + size) * SECTOR &&
	    start * SECTOR < p->offset + p->len)
		snprintf(p->met, sizeof(p->met), "%s", name);
	return !p->met[0];
}

static void find_partitions(const struct wk_blockdev *d, struct partitions *p)
{
	char folder[64];

	if (!d->is_block)
		return;
	sys_folder(d->rdev, folder);
	each_entry(folder, look_at_partition, p);
}

bool wk_blockdev_has_partitions(const struct wk_blockdev *d)
{
	struct partitions p = { 0 };

	find_partitions(d, &p);
	return p.any;
}

/* --- users ----------------------------------------------------------------- */

static enum wk_status in_use(const struct wk_blockdev *d, const char *how,
			     struct wk_err *err)
{
	(void)wk_fail(err, WK_UNSAFE, "raw.in-use", "%s: '%s' is in use: %s",
		      d->shown, d->path, how);
	wk_err_hint(err,
		    "nothing overrides this: unmount it, or name a device "
		    "that nobody else writes to; 'lsblk %s' shows more",
		    d->path);
	return WK_UNSAFE;
}

static bool name_holder(const char *folder, const char *name, void *context)
{
	(void)folder;
	snprintf(context, NAME_MAX + 1, "%s", name);
	return false;
}

static bool take_mount(const struct wk_mount *m, void *context)
{
	*(struct wk_mount *)context = *m;
	return true;
}

/* Of the device itself; what its partitions are used for does not count. */
static enum wk_status own_users(const struct wk_blockdev *d, struct wk_err *err)
{
	char folder[64 + sizeof("/holders")], how[300];
	char holder[NAME_MAX + 1] = "";
	struct wk_mount m;

	if (wk_mount_by_device(d->rdev, take_mount, &m)) {
		snprintf(how, sizeof(how), "mounted on %s", m.point);
		return in_use(d, how, err);
	}
	sys_folder(d->rdev, folder);
	snprintf(folder + strlen(folder), sizeof("/holders"), "/holders");
	each_entry(folder, name_holder, holder);
	if (!holder[0])
		return WK_OK;
	snprintf(how, sizeof(how), "part of %s", holder);
	return in_use(d, how, err);
}

/* A disk is claimed also by who uses one of its partitions: no answer there. */
static bool is_claimed(const struct wk_blockdev *d)
{
	WK_AUTO_FD int fd = (int)TEMP_FAILURE_RETRY(openat(
		AT_FDCWD, d->path, O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK));

	return fd < 0 && errno == EBUSY;
}

enum wk_status wk_blockdev_unused(const struct wk_blockdev *d, uint64_t offset,
				  uint64_t len, struct wk_err *err)
{
	struct partitions p = { .offset = offset, .len = len };
	enum wk_status st;

	if (!d->is_block)
		return WK_OK;
	st = own_users(d, err);
	if (st)
		return st;
	find_partitions(d, &p);
	if (!p.any && is_claimed(d))
		return in_use(d, "mounted, swapped to, or held by a program",
			      err);
	if (!p.met[0])
		return WK_OK;
	(void)wk_fail(err, WK_UNSAFE, "raw.partition",
		      "%s: the 256KiB there reach into the partition %s",
		      d->shown, p.met);
	wk_err_hint(err,
		    "nothing overrides this: choose a gap between "
		    "partitions, or a partition of its own, /dev/%s@0",
		    p.met);
	return WK_UNSAFE;
}

/* --- labels ---------------------------------------------------------------- */

struct labelled {
	const char *label;
	unsigned int count;
	char names[2][NAME_MAX + 1]; /* below /dev */
};

/* The value of NAME= in the lines of an uevent file; "" without. */
static void uevent_value(const char *text, const char *name, char *buf,
			 size_t cap)
{
	size_t len = strlen(name);

	*buf = '\0';
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, len) != 0 || line[len] != '=')
			continue;
		line += len + 1;
		snprintf(buf, cap, "%.*s", (int)strcspn(line, "\n"), line);
		return;
	}
}

static bool look_at_label(const char *folder, const char *name, void *context)
{
	struct labelled *l = context;
	char text[4096], value[256];

	if (!read_attribute(folder, name, "uevent", text, sizeof(text)))
		return true;
	uevent_value(text, "PARTNAME", value, sizeof(value));
	if (strcmp(value, l->label) != 0)
		return true;
	uevent_value(text, "DEVNAME", l->names[l->count],
		     sizeof(l->names[l->count]));
	return ++l->count < WK_ARRAY_LEN(l->names);
}

/* The kernel makes something else of characters that are not ASCII. */
static bool kernel_knows(const char *label)
{
	for (; *label; label++)
		if (*label < ' ' || *label > '~')
			return false;
	return true;
}

static bool is_block(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISBLK(st.st_mode);
}

static enum wk_status no_label(const char *label, struct wk_err *err)
{
	(void)wk_fail(err, WK_NOT_FOUND, "raw.no-label",
		      "there is no partition with the label '%s'", label);
	wk_err_hint(err, "'lsblk -o NAME,PARTLABEL' shows which there are");
	return WK_NOT_FOUND;
}

enum wk_status wk_blockdev_by_label(const char *label, const char *link,
				    char ret_path[static PATH_MAX],
				    struct wk_err *err)
{
	struct labelled l = { .label = label };
	char path[PATH_MAX];

	if (kernel_knows(label))
		each_entry(CLASS, look_at_label, &l);
	if (l.count > 1) {
		(void)wk_fail(err, WK_UNSAFE, "raw.same-label",
			      "two partitions have the label '%s': /dev/%s and "
			      "/dev/%s",
			      label, l.names[0], l.names[1]);
		wk_err_hint(err,
			    "nothing overrides this: name one of them, as "
			    "in /dev/%s@OFFSET",
			    l.names[0]);
		return WK_UNSAFE;
	}
	if (l.count)
		snprintf(path, sizeof(path), "/dev/%s", l.names[0]);
	else
		snprintf(path, sizeof(path), "%s", link);
	if (!is_block(path))
		return no_label(label, err);
	memcpy(ret_path, path, strlen(path) + 1);
	return WK_OK;
}
