/* SPDX-License-Identifier: Apache-2.0 */
/* Where modules are looked for, who may have written them, what they must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/blob.h"
#include "crypto/crypto.h"
#include "module.h"
#include "module_load.h"
#include "module_path.h"

static struct wk_err err;
static char top[] = "/tmp/wkey-test-XXXXXX";

/* top/name; valid until the fourth call after. */
static const char *at(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned int turn;
	char *path = paths[turn++ % 4];

	(void)snprintf(path, PATH_MAX, "%s/%s", top, name);
	return path;
}

static void file(const char *name)
{
	FILE *f = fopen(at(name), "w");

	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(at(name), 0644), 0);
}

static void folder(const char *name, mode_t mode)
{
	assert_int_equal(mkdir(at(name), 0755), 0);
	assert_int_equal(chmod(at(name), mode), 0);
}

static int setup(void **state)
{
	static const char *const folders[] = {
		"bin", "bin/modules", "lib", "lib/wkeyctl", "real",
	};

	(void)state;
	if (!mkdtemp(top))
		return -1;
	for (size_t i = 0; i < WK_ARRAY_LEN(folders); i++)
		folder(folders[i], 0755);
	file("real/m.so");
	return 0;
}

static int teardown(void **state)
{
	char command[PATH_MAX];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command);
}

/* --- where ---------------------------------------------------------------- */

static void program_is_this_one(void **state)
{
	char exe[PATH_MAX] = "";
	struct wk_program p;

	(void)state;
	assert_true(readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0);
	*strrchr(exe, '/') = '\0';
	assert_int_equal(wk_program_locate(&p, &err), WK_OK);
	assert_string_equal(p.dir, exe);
	assert_false(p.library);
}

static struct wk_program program(const char *dir, bool library)
{
	struct wk_program p = { .owner = geteuid(), .library = library };

	(void)snprintf(p.dir, sizeof(p.dir), "%s", at(dir));
	return p;
}

static void finds(const char *dir, bool library, const char *wanted)
{
	struct wk_program p = program(dir, library);
	char path[PATH_MAX];

	assert_int_equal(wk_module_find(&p, "x", path, &err), WK_OK);
	assert_string_equal(path, at(wanted));
}

static void build_folder_before_installed(void **state)
{
	struct wk_program p = program("bin", false);
	char path[PATH_MAX] = "untouched";

	(void)state;
	assert_int_equal(wk_module_find(&p, "x", path, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "module.missing");
	assert_non_null(strstr(err.msg, at("lib/wkeyctl")));
	assert_non_null(strstr(err.msg, "the x module is not installed"));
	assert_string_equal(path, "untouched");

	file("lib/wkeyctl/x.so");
	finds("bin", false, "lib/wkeyctl/x.so");
	finds("lib", true, "lib/wkeyctl/x.so");
	file("bin/modules/x.so");
	finds("bin", false, "bin/modules/x.so");
	finds("bin", true, "bin/modules/x.so");
}

static void program_in_the_root(void **state)
{
	struct wk_program p = { .dir = "" };
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(wk_module_find(&p, "no-such", path, &err),
			 WK_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "'/lib/wkeyctl' and '/modules'"));
}

/* --- whether -------------------------------------------------------------- */

static enum wk_status check(const char *name, char path[PATH_MAX])
{
	(void)snprintf(path, PATH_MAX, "%s", at(name));
	return wk_module_check(path, geteuid(), &err);
}

static void allowed(const char *name, const char *real)
{
	char path[PATH_MAX];

	assert_int_equal(check(name, path), WK_OK);
	assert_string_equal(path, at(real));
}

static void unsafe(const char *name, const char *culprit)
{
	char path[PATH_MAX];

	assert_int_equal(check(name, path), WK_UNSAFE);
	assert_string_equal(err.code, "module.unsafe");
	assert_non_null(strstr(err.msg, at(culprit)));
}

static void plain_file(void **state)
{
	char path[PATH_MAX];

	(void)state;
	allowed("real/m.so", "real/m.so");
	unsafe("real", "real");
	assert_int_equal(check("real/none.so", path), WK_NOT_FOUND);
}

static void writable_by_others(void **state)
{
	static const mode_t modes[] = { 0775, 0757, 0777 };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(modes); i++) {
		assert_int_equal(chmod(at("real"), modes[i]), 0);
		unsafe("real/m.so", "real'");
	}
	/* As /tmp: nobody can replace what belongs to somebody else. */
	assert_int_equal(chmod(at("real"), 01777), 0);
	allowed("real/m.so", "real/m.so");
	assert_int_equal(chmod(at("real"), 0755), 0);
	assert_int_equal(chmod(at("real/m.so"), 0664), 0);
	unsafe("real/m.so", "real/m.so");
	assert_string_not_equal(err.hint, "");
	assert_int_equal(chmod(at("real/m.so"), 0644), 0);
}

static void other_owner(void **state)
{
	char path[PATH_MAX];

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(at("real/m.so"), 54321, 0), 0);
	unsafe("real/m.so", "real/m.so");
	(void)snprintf(path, sizeof(path), "%s", at("real/m.so"));
	assert_int_equal(wk_module_check(path, 54321, &err), WK_OK);
	assert_int_equal(chown(at("real/m.so"), 0, 0), 0);
}

static void points(const char *link, const char *target)
{
	(void)unlink(at(link));
	assert_int_equal(symlink(target, at(link)), 0);
}

static void links_are_followed(void **state)
{
	char path[PATH_MAX];

	(void)state;
	points("abs", at("real"));
	points("rel", "abs");
	points("lib/up", "../rel/m.so");
	allowed("abs/m.so", "real/m.so");
	allowed("rel/m.so", "real/m.so");
	assert_int_equal(check("lib/up", path), WK_OK);
	points("loop", "loop");
	unsafe("loop/m.so", "loop");
	points("gone", "nowhere");
	assert_int_equal(check("gone", path), WK_NOT_FOUND);
}

/* The target is as it should be, but others choose the target. */
static void link_in_a_writable_folder(void **state)
{
	(void)state;
	folder("open", 0777);
	points("open/m.so", at("real/m.so"));
	points("via", "open/m.so");
	unsafe("open/m.so", "open'");
	unsafe("via", "open'");
	if (geteuid() != 0)
		return;
	assert_int_equal(chmod(at("open"), 01777), 0);
	allowed("via", "real/m.so");
	assert_int_equal(lchown(at("open/m.so"), 54321, 0), 0);
	unsafe("via", "open/m.so");
}

/* --- what ----------------------------------------------------------------- */

/* Compiles a module with this table; false without a compiler. */
static bool compile(const char *name, const char *table)
{
	char command[3 * PATH_MAX];
	FILE *f = fopen(at("m.c"), "w");

	assert_non_null(f);
	fprintf(f,
		"#include \"module.h\"\n"
		"int inits;\n"
		"static void init(const struct wk_core *c)\n"
		"{ inits += c->abi == WK_MODULE_ABI && c->secret_new; }\n"
		"extern const struct wk_module %s;\n"
		"const struct wk_module %s = { %s, .init = init, .ops = &inits };\n",
		table ? "wk_module" : "other", table ? "wk_module" : "other",
		table ? table : ".abi = 1");
	assert_int_equal(fclose(f), 0);
	(void)snprintf(command, sizeof(command),
		       "${CC:-cc} -Iinclude -Ilib -shared -fPIC -o '%s' '%s'",
		       at(name), at("m.c"));
	return !system(command);
}

static enum wk_status load(const char *name, const char *table,
			   const struct wk_module **ret_module)
{
	if (!compile(name, table))
		skip();
	return wk_module_load(at(name), "mine", ret_module, &err);
}

static void loads_and_gets_its_core(void **state)
{
	const struct wk_module *m;

	(void)state;
	assert_int_equal(load("good.so",
			      ".abi = WK_MODULE_ABI, .name = \"mine\"", &m),
			 WK_OK);
	assert_string_equal(m->name, "mine");
	assert_int_equal(*(const int *)m->ops, 1);
}

static void refuses_other_interface(void **state)
{
	const struct wk_module *m = NULL;

	(void)state;
	assert_int_equal(load("abi.so", ".abi = 99, .name = \"mine\"", &m),
			 WK_UNSUPPORTED);
	assert_string_equal(err.code, "module.abi");
	assert_non_null(strstr(err.msg, "99"));
	assert_null(m);
}

static void refuses_what_is_no_module(void **state)
{
	static const char other[] = ".abi = WK_MODULE_ABI, .name = \"other\"";
	const struct wk_module *m = NULL;

	(void)state;
	assert_int_equal(wk_module_load(at("real/m.so"), "mine", &m, &err),
			 WK_UNSUPPORTED);
	assert_string_equal(err.code, "module.broken");
	assert_int_equal(load("other.so", other, &m), WK_UNSUPPORTED);
	assert_string_equal(err.code, "module.broken");
	assert_int_equal(load("none.so", NULL, &m), WK_UNSUPPORTED);
	assert_string_equal(err.code, "module.broken");
	assert_null(m);
}

static void linked_in(void **state)
{
	const struct wk_module *m = NULL;

	(void)state;
	assert_true(wk_module_present("crypto"));
	assert_true(wk_module_present("argon2"));
	assert_false(wk_module_present("no-such"));
	assert_int_equal(wk_module_open("crypto", &m, &err), WK_OK);
	assert_string_equal(m->name, "crypto");
	assert_int_equal(wk_module_open("no-such", &m, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "module.missing");
}

/* --- the real ones, when they are built beside ---------------------------- */

static const void *real_ops(const char *name)
{
	const struct wk_module *m = NULL;
	struct wk_program p;
	char path[2 * PATH_MAX];

	assert_int_equal(wk_program_locate(&p, &err), WK_OK);
	(void)snprintf(path, sizeof(path), "%s/../modules/%s.so", p.dir, name);
	if (access(path, R_OK))
		skip();
	assert_int_equal(wk_module_load(path, name, &m, &err), WK_OK);
	return m->ops;
}

static void real_crypto(void **state)
{
	WK_AUTO_SECRET struct wk_secret *ikm = NULL;
	const struct wk_crypto_ops *ops = real_ops("crypto");
	struct wk_crypto *c;
	struct wk_prk *prk;
	uint8_t id[16];

	(void)state;
	assert_int_equal(wk_secret_new(64, &ikm, &err), WK_OK);
	wk_secret_set_len(ikm, 64);
	for (int i = 0; i < 64; i++)
		wk_secret_bytes(ikm)[i] = (uint8_t)(i + 1);
	assert_int_equal(ops->open(&c, &err), WK_OK);
	assert_int_equal(ops->hkdf_extract(c, WK_SHA512, wk_span(NULL, 0), ikm,
					   &prk, &err),
			 WK_OK);
	assert_int_equal(ops->hkdf_expand(c, prk, wk_span("fscrypt\0\1", 9), id,
					  sizeof(id), &err),
			 WK_OK);
	assert_memory_equal(id,
			    "\x69\xb2\xf6\xed\xee\xe7\x20\xcc\xe0\x57\x79"
			    "\x37\xeb\x8a\x67\x51",
			    16);
	ops->prk_free(prk);
	ops->close(c);
}

static void real_argon2(void **state)
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	const struct wk_argon2_ops *ops = real_ops("argon2");
	const struct wk_argon2_cost cost = { 256, 2, 2 };
	uint8_t out[32];

	(void)state;
	assert_int_equal(wk_secret_from("password", 8, &s, &err), WK_OK);
	assert_int_equal(ops->derive(s, wk_span("somesalt", 8), &cost, 2, out,
				     &err),
			 WK_OK);
	assert_memory_equal(out, "\x6d\x09\x3c\x50\x1f\xd5\x99\x96", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(program_is_this_one),
		cmocka_unit_test(build_folder_before_installed),
		cmocka_unit_test(program_in_the_root),
		cmocka_unit_test(plain_file),
		cmocka_unit_test(writable_by_others),
		cmocka_unit_test(other_owner),
		cmocka_unit_test(links_are_followed),
		cmocka_unit_test(link_in_a_writable_folder),
		cmocka_unit_test(loads_and_gets_its_core),
		cmocka_unit_test(refuses_other_interface),
		cmocka_unit_test(refuses_what_is_no_module),
		cmocka_unit_test(linked_in),
		cmocka_unit_test(real_crypto),
		cmocka_unit_test(real_argon2),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
