/* SPDX-License-Identifier: Apache-2.0 */
/* Parser of /proc/self/mountinfo.  See mountinfo.h. */
#include "sys/mountinfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "sys/syscalls.h"

/*
 * Room for the whole file; pages that it does not fill are never touched.  Of
 * a longer one the beginning is searched.
 */
#define MOUNTINFO_MAX (1U << 20)

struct wanted {
	const char *type; /* NULL: by dev */
	dev_t dev;
	bool (*will_do)(const struct wk_mount *m, void *context);
	void *context;
};

/* Whether scanf cut the field: it filled the buffer to the last byte. */
static bool cut(const char *field, size_t size)
{
	return strlen(field) == size - 1;
}

static bool is_octal(const char *s)
{
	return s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' &&
	       s[2] >= '0' && s[2] <= '7';
}

/* The kernel writes blanks, newlines and backslashes as \ooo. */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (*s == '\\' && is_octal(s + 1)) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
				       (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/* Whether the word stands in a list with commas. */
static bool has_option(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (;;) {
		size_t n = strcspn(list, ",");

		if (n == len && !strncmp(list, word, len))
			return true;
		if (!list[n])
			return false;
		list += n + 1;
	}
}

/*
 * "36 35 98:0 /root /point options [optional...] - type source superoptions":
 * the optional fields end with the lone hyphen.  Lines with longer fields than
 * struct wk_mount has room for are skipped.
 */
static bool parse_line(const char *line, dev_t *ret_dev, struct wk_mount *m)
{
	const char *tail = strstr(line, " - "), *options;
	unsigned int major, minor;

	if (!tail ||
	    sscanf(line, "%*u %*u %u:%u %255s %255s ", &major, &minor, m->root,
		   m->point) != 4 ||
	    sscanf(tail, " - %31s %255s", m->type, m->source) != 2)
		return false;
	if (cut(m->root, sizeof(m->root)) || cut(m->point, sizeof(m->point)) ||
	    cut(m->type, sizeof(m->type)) || cut(m->source, sizeof(m->source)))
		return false;
	options = strrchr(tail, ' ') + 1; /* super options are the last field */
	m->inlinecrypt = has_option(options, "inlinecrypt");
	unescape(m->root);
	unescape(m->point);
	unescape(m->source);
	*ret_dev = makedev(major, minor);
	return true;
}

static bool search(char *text, const struct wanted *w)
{
	struct wk_mount m;
	dev_t dev;

	for (char *line = text, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!parse_line(line, &dev, &m))
			continue;
		if (w->type ? strcmp(m.type, w->type) : dev != w->dev)
			continue;
		if (w->will_do(&m, w->context))
			return true;
	}
	return false;
}

static bool find(const struct wanted *w)
{
	char *text = malloc(MOUNTINFO_MAX);
	bool found = false;

	if (text &&
	    wk_sys_read_file("/proc/self/mountinfo", text, MOUNTINFO_MAX) > 0)
		found = search(text, w);
	free(text);
	return found;
}

static bool take(const struct wk_mount *m, void *ret_mount)
{
	*(struct wk_mount *)ret_mount = *m;
	return true;
}

bool wk_mount_by_device(dev_t dev,
			bool (*will_do)(const struct wk_mount *m,
					void *context),
			void *context)
{
	return find(&(struct wanted){
		.dev = dev, .will_do = will_do, .context = context });
}

bool wk_mount_by_type(const char *type, struct wk_mount *ret_mount)
{
	return find(&(struct wanted){
		.type = type, .will_do = take, .context = ret_mount });
}

void wk_mount_name(int fd, struct wk_mount *ret_mount)
{
	dev_t dev;

	if (wk_sys_device(fd, &dev) < 0 ||
	    !wk_mount_by_device(dev, take, ret_mount))
		*ret_mount = (struct wk_mount){ .type = "unknown",
						.source = "DEVICE" };
}
