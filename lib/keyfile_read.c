/* SPDX-License-Identifier: Apache-2.0 */
/* Key file: from a location to a decoded struct. */
#include "keyfile_impl.h"

#include <string.h>

#include "base/file.h"
#include "store_impl.h"

/* Cheap, because most locations are paths, and for many files it counts. */
static bool may_be_raw(const char *text)
{
	switch (text[0]) {
	case 'p':
		return !strncmp(text, "part:", 5);
	case 'r':
		return !strncmp(text, "raw:", 4);
	case '/':
		return text[1] == 'd' && !strncmp(text, "/dev/", 5) &&
		       strchr(text + 5, '@');
	default:
		return false;
	}
}

static enum wk_status read_path(const char *path, const char *name,
				struct wk_blob *file, struct wk_err *err)
{
	enum wk_status st = wk_file_read(path, WK_PEM_MAX, file, err);

	if (st == WK_CORRUPT)
		return wk_fail(err, st, "keyfile.too-large",
			       "%s: too large for a key file", name);
	return st;
}

/* The location is large: it is on no stack where it is not needed. */
static __attribute__((noinline)) enum wk_status
read_location(const char *text, struct wk_blob *file, char *ret_note,
	      struct wk_err *err)
{
	struct wk_location at;
	char unused[WK_NOTE_MAX];
	enum wk_status st = wk_location_parse(text, &at, err);

	if (st)
		return st;
	if (!at.raw)
		return read_path(text, text, file, err);
	return wk_raw_read(&at, file, ret_note ? ret_note : unused, err);
}

/* note: for wk_keyfile_read_note(), or NULL. */
static enum wk_status read_anywhere(const char *path,
				    struct wk_keyfile **ret_kf, char *note,
				    struct wk_err *err)
{
	bool piped = path[0] == '-' && !path[1];
	const char *name = piped ? "standard input" : path;
	WK_AUTO_BLOB struct wk_blob file = { 0 };
	struct wk_keyfile *kf;
	enum wk_status st = may_be_raw(path) ?
				    read_location(path, &file, note, err) :
				    read_path(path, name, &file, err);

	if (st)
		return st;
	/* Not wk_keyfile_new(): decoding clears what has to be clear. */
	kf = malloc(sizeof(*kf));
	if (!kf)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	st = wk_keyfile_take(&file, kf, err);
	if (st) {
		wk_err_prefix(err, "%s", name);
		wk_keyfile_free(kf);
		return st;
	}
	*ret_kf = kf;
	return WK_OK;
}

enum wk_status wk_keyfile_read(const char *path, struct wk_keyfile **ret_kf,
			       struct wk_err *err)
{
	return read_anywhere(path, ret_kf, NULL, err);
}

enum wk_status wk_keyfile_read_note(const char *location,
				    struct wk_keyfile **ret_kf,
				    char ret_note[static WK_NOTE_MAX],
				    struct wk_err *err)
{
	ret_note[0] = '\0';
	return read_anywhere(location, ret_kf, ret_note, err);
}
