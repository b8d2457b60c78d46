/* SPDX-License-Identifier: Apache-2.0 */
/* location: what is a path, what a raw region, and what is neither. */
#include "location.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct wk_err err;

/* --- paths ------------------------------------------------------------------- */

static void paths(void **state)
{
	static const char *const texts[] = {
		"",
		"-",
		"k.wk",
		"./raw:img@0",
		"a@0",
		"dir/@4MiB",
		"/dev/stdin",
		"/dev/shm/a@b.wk",
		"/dev/a@-b",
		"/dev/disk/by-id/x",
		"./part:a",
		"Raw:a@0",
		"PART:a@0",
		"raw",
		"part",
		"/dev",
		"/device/a@0",
		"dev/sda@0",
	};
	struct wk_location l;

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(texts); i++) {
		memset(&l, 0xff, sizeof(l));
		assert_int_equal(wk_location_parse(texts[i], &l, &err), WK_OK);
		assert_ptr_equal(l.shown, texts[i]);
		assert_false(l.raw);
		assert_false(l.from_end);
		assert_int_equal(l.offset, 0);
		assert_string_equal(l.path, "");
		assert_string_equal(l.label, "");
	}
}

/* --- regions ----------------------------------------------------------------- */

struct region {
	const char *text, *path;
	uint64_t offset;
	bool from_end;
};

static void regions(void **state)
{
	static const struct region all[] = {
		{ "raw:img@0", "img", 0, false },
		{ "raw:/a/b@4MiB", "/a/b", 4 << 20, false },
		{ "raw:img@512KiB", "img", 512 << 10, false },
		{ "raw:img@8192B", "img", 8192, false },
		{ "raw:img@-256KiB", "img", 256 << 10, true },
		{ "raw:img@-1GiB", "img", 1 << 30, true },
		{ "raw:user@home/img@4KiB", "user@home/img", 4096, false },
		{ "raw:-@0", "-", 0, false },
		{ "raw:raw:a@0", "raw:a", 0, false },
		{ "/dev/sda@1MiB", "/dev/sda", 1 << 20, false },
		{ "/dev/mmcblk0boot0@-1MiB", "/dev/mmcblk0boot0", 1 << 20,
		  true },
		{ "/dev/disk/by-id/usb@1@0", "/dev/disk/by-id/usb@1", 0,
		  false },
		{ "raw:img@8388607TiB", "img", 8388607ull << 40, false },
	};
	struct wk_location l;
	char device[PATH_MAX];

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(all); i++) {
		memset(&l, 0xff, sizeof(l));
		assert_int_equal(wk_location_parse(all[i].text, &l, &err),
				 WK_OK);
		assert_true(l.raw);
		assert_string_equal(l.path, all[i].path);
		assert_int_equal(l.offset, all[i].offset);
		assert_int_equal(l.from_end, all[i].from_end);
		assert_string_equal(l.label, "");
		assert_int_equal(wk_location_device(&l, device, &err), WK_OK);
		assert_string_equal(device, all[i].path);
	}
}

#define BY "/dev/disk/by-partlabel/"

/* The links are those that udev makes: Debian's systemd, 60-persistent-storage. */
static void labels(void **state)
{
	static const struct region all[] = {
		{ "part:keys@0", BY "keys", 0, false },
		{ "part:a b@4KiB", BY "a\\x20b", 4096, false },
		{ "part:a@b@0", BY "a@b", 0, false },
		{ "part:#+-.:=@_09AZaz@0", BY "#+-.:=@_09AZaz", 0, false },
		{ "part:a\\b@0", BY "a\\x5cb", 0, false },
		{ "part:\x7f(\")@-512KiB", BY "\\x7f\\x28\\x22\\x29", 512 << 10,
		  true },
		{ "part:Schl\xc3\xbcssel@0", BY "Schl\xc3\xbcssel", 0, false },
	};
	struct wk_location l;

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(all); i++) {
		size_t len = (size_t)(strrchr(all[i].text, '@') - all[i].text);

		assert_int_equal(wk_location_parse(all[i].text, &l, &err),
				 WK_OK);
		assert_true(l.raw);
		assert_string_equal(l.path, all[i].path);
		assert_int_equal(strlen(l.label), len - strlen("part:"));
		assert_memory_equal(l.label, all[i].text + strlen("part:"),
				    len - strlen("part:"));
		assert_int_equal(l.offset, all[i].offset);
		assert_int_equal(l.from_end, all[i].from_end);
	}
}

static void no_such_label(void **state)
{
	static const char *const texts[] = { "part:wkeyctl-no-such-label@0",
					     "part:.@0", "part:..@0",
					     "part:\xc3\xbc\xc3\xbc@0" };
	char device[PATH_MAX] = "untouched";
	struct wk_location l;

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(texts); i++) {
		assert_int_equal(wk_location_parse(texts[i], &l, &err), WK_OK);
		assert_int_equal(wk_location_device(&l, device, &err),
				 WK_NOT_FOUND);
		assert_string_equal(err.code, "raw.no-label");
		assert_memory_equal(err.msg, texts[i], strlen(texts[i]));
		assert_non_null(strstr(err.hint, "PARTLABEL"));
		assert_string_equal(device, "untouched");
	}
}

/* --- neither ----------------------------------------------------------------- */

static void refused(const char *text, const char *cause)
{
	struct wk_location l;

	assert_int_equal(wk_location_parse(text, &l, &err), WK_FAIL);
	assert_string_equal(err.code, "usage.bad-value");
	assert_non_null(strstr(err.msg, cause));
	assert_memory_equal(err.msg, text,
			    strlen(text) < 60 ? strlen(text) : 60);
	assert_true(err.hint[0]);
	assert_false(l.raw);
}

static void bad_offsets(void **state)
{
	static const char *const offsets[] = {
		"",	  "x",	    "1",     "4096",	    "+4KiB",
		"04KiB",  "4kiB",   "4 KiB", "4KiB ",	    "4096byte",
		"--4KiB", "- 4KiB", "-",     "00",	    "0x1000",
		"1.5MiB", "4MB",    "-0 ",   "16777216TiB",
	};
	static const char *const odd[] = { "1B",   "4095B", "4097B",
					   "1KiB", "2KiB",  "-262145B" };
	static const char *const late[] = { "-0", "-4KiB", "-252KiB" };
	char text[64];

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(offsets); i++) {
		snprintf(text, sizeof(text), "raw:a@%s", offsets[i]);
		refused(text, "no number of bytes behind the '@'");
		snprintf(text, sizeof(text), "raw:/dev/a@%s", offsets[i]);
		refused(text, "no number of bytes");
		snprintf(text, sizeof(text), "part:a@%s", offsets[i]);
		refused(text, "no number of bytes");
	}
	for (size_t i = 0; i < WK_ARRAY_LEN(odd); i++) {
		snprintf(text, sizeof(text), "raw:a@%s", odd[i]);
		refused(text, "no multiple of 4096");
	}
	for (size_t i = 0; i < WK_ARRAY_LEN(late); i++) {
		snprintf(text, sizeof(text), "raw:a@%s", late[i]);
		refused(text, "begins at -256KiB at the latest");
	}
	refused("raw:a@8388608TiB", "too large");
	refused("raw:a@-8388608TiB", "too large");
}

static void bad_names(void **state)
{
	char text[PATH_MAX + 64];
	struct wk_location l;

	(void)state;
	refused("raw:", "no '@'");
	refused("raw:img", "no '@'");
	refused("part:keys", "no '@'");
	refused("raw:@0", "no device");
	refused("part:@0", "no label");
	refused("part:a/b@0", "no '/'");
	memset(text, 'a', sizeof(text));
	memcpy(text, "part:", 5);
	strcpy(text + 5 + WK_PART_LABEL_MAX, "@0");
	assert_int_equal(wk_location_parse(text, &l, &err), WK_OK);
	assert_int_equal(strlen(l.label), WK_PART_LABEL_MAX);
	strcpy(text + 5 + WK_PART_LABEL_MAX, "a@0");
	refused(text, "too long");
	memset(text, 'a', sizeof(text));
	memcpy(text, "raw:", 4);
	strcpy(text + 4 + PATH_MAX - 1, "@0");
	assert_int_equal(wk_location_parse(text, &l, &err), WK_OK);
	assert_int_equal(strlen(l.path), PATH_MAX - 1);
	memset(text, 'a', sizeof(text));
	memcpy(text, "raw:", 4);
	strcpy(text + 4 + PATH_MAX, "@0");
	assert_int_equal(wk_location_parse(text, &l, &err), WK_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),       cmocka_unit_test(regions),
		cmocka_unit_test(labels),      cmocka_unit_test(no_such_label),
		cmocka_unit_test(bad_offsets), cmocka_unit_test(bad_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
