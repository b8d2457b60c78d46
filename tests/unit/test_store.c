/* SPDX-License-Identifier: Apache-2.0 */
/* store, store_file: key files are replaced in place, and none is ever lost. */
/* link: create_faults create_fixture */
/* wrap: openat write fsync fchmod linkat renameat renameat2 unlinkat getrandom */
/* wrap: fstatat faccessat read */
#include "tests/unit/sample_keyfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "keyfile_impl.h"
#include "store.h"

/* Behind what has variables of the same names in its functions. */
#include "tests/unit/create_fixture.h"

#define AUTO_STORE __attribute__((cleanup(store_done)))
#define AUTO_KEYFILE __attribute__((cleanup(keyfile_done)))

static void store_done(struct wk_store **s)
{
	*s = wk_store_close(*s);
}

static void keyfile_done(struct wk_keyfile **kf)
{
	*kf = wk_keyfile_free(*kf);
}

/* --- key files -------------------------------------------------------------- */

static struct wk_blob encoded(uint64_t epoch)
{
	struct wk_keyfile kf;
	struct wk_blob der = { 0 };

	sample_min(&kf);
	kf.epoch = epoch;
	CHECK(!wk_keyfile_encode(&kf, &der, &err));
	return der;
}

static void put_key(const char *name, uint64_t epoch, bool pem)
{
	WK_AUTO_BLOB struct wk_blob der = encoded(epoch);
	WK_AUTO_BLOB struct wk_blob text = { 0 };
	const struct wk_blob *b = pem ? &text : &der;
	FILE *f = fopen(name, "we");

	CHECK(!pem || !wk_keyfile_to_pem(wk_blob_span(&der), &text, &err));
	CHECK(f && fwrite(b->p, 1, b->len, f) == b->len && !fclose(f));
}

/* The epoch of what is there; 0: no key file. */
static uint64_t epoch_of(const char *name)
{
	struct wk_keyfile *kf;
	struct wk_err ignored;
	uint64_t epoch;

	if (wk_keyfile_read(name, &kf, &ignored))
		return 0;
	epoch = kf->epoch;
	(void)wk_keyfile_free(kf);
	return epoch;
}

static bool is_pem(const char *name)
{
	char got[6] = "";
	FILE *f = fopen(name, "re");

	CHECK(f && fread(got, 1, 5, f) == 5 && !fclose(f));
	return strcmp(got, "-----") == 0;
}

static unsigned int proofs;
static enum wk_status proof; /* what it comes to */

static enum wk_status prove(void *context, const struct wk_keyfile *written,
			    struct wk_err *e)
{
	proofs++;
	CHECK(written->epoch == *(const uint64_t *)context);
	return proof ? wk_fail(e, proof, "test.proof", "not proved") : WK_OK;
}

static enum wk_status next(const char *path, void (*between)(void))
{
	struct wk_store *s AUTO_STORE = NULL;
	struct wk_keyfile *kf AUTO_KEYFILE = NULL;
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	enum wk_status st = wk_store_open(path, &s, &err);
	uint64_t epoch;

	if (!st)
		st = wk_store_read(s, &kf, &err);
	if (st)
		return st;
	epoch = kf->epoch + 1;
	der = encoded(epoch);
	if (between)
		between();
	return wk_store_replace(s, wk_blob_span(&der), prove, &epoch, &err);
}

static int fresh(void **state)
{
	proofs = 0;
	proof = WK_OK;
	return reset(state);
}

/* One name, and no temporary one. */
static bool alone(void)
{
	unsigned int temps;

	return names(&temps) == 1 && !temps;
}

/* --- replacing --------------------------------------------------------------- */

static void replaced_on_every_kernel(void **state)
{
	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++) {
		fresh(NULL);
		put_key("key", 7, k % 2);
		lacks = kernels[k];
		assert_int_equal(next("key", NULL), WK_OK);
		assert_int_equal(epoch_of("key"), 8);
		assert_int_equal(is_pem("key"), k % 2);
		assert_int_equal(proofs, 1);
		assert_true(alone());
	}
}

static void one_store_replaces_often(void **state)
{
	struct wk_store *s AUTO_STORE = NULL;

	(void)state;
	put_key("key", 1, false);
	assert_int_equal(wk_store_open("key", &s, &err), WK_OK);
	for (uint64_t epoch = 2; epoch < 5; epoch++) {
		struct wk_keyfile *kf AUTO_KEYFILE = NULL;
		WK_AUTO_BLOB struct wk_blob der = encoded(epoch);

		assert_int_equal(wk_store_read(s, &kf, &err), WK_OK);
		assert_int_equal(kf->epoch, epoch - 1);
		assert_int_equal(wk_store_replace(s, wk_blob_span(&der), prove,
						  &epoch, &err),
				 WK_OK);
		/* What was read is no more. */
		assert_int_equal(wk_store_replace(s, wk_blob_span(&der), prove,
						  &epoch, &err),
				 WK_TRANSIENT);
	}
	assert_int_equal(epoch_of("key"), 4);
	assert_true(alone());
}

static void owner_and_mode_stay(void **state)
{
	static const mode_t modes[] = { 0600, 0640, 0444, 0666 };
	mode_t was = umask(0077);
	struct stat st;

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(modes); i++) {
		fresh(NULL);
		put_key("key", 1, false);
		if (geteuid() == 0 && chown("key", 65534, 65533))
			print_message("owners cannot be changed here\n");
		assert_int_equal(stat("key", &st), 0);
		assert_int_equal(chmod("key", 04000 | modes[i]), 0);
		assert_int_equal(next("key", NULL), WK_OK);
		/* But no privilege of who executes it. */
		assert_int_equal(mode_of("key"), modes[i]);
		{
			struct stat now;

			assert_int_equal(stat("key", &now), 0);
			assert_int_equal(now.st_uid, st.st_uid);
			assert_int_equal(now.st_gid, st.st_gid);
			assert_int_not_equal(now.st_ino, st.st_ino);
		}
	}
	(void)umask(was);
}

/* acl(5) as the kernel keeps it: version 2, then tag, rights, id. */
#define ACL "system.posix_acl_access"
#define ENTRY(tag, rights, id) tag "\0" rights "\0" id
static const char acl_of_1[] = "\2\0\0\0" ENTRY("\1", "\6", "\377\377\377\377")
	ENTRY("\2", "\4", "\1\0\0\0") ENTRY("\4", "\0", "\377\377\377\377")
		ENTRY("\20", "\4", "\377\377\377\377")
			ENTRY("\40", "\0", "\377\377\377\377");

static void access_lists_stay(void **state)
{
	char got[100];

	(void)state;
	put_key("key", 1, false);
	if (setxattr("key", ACL, acl_of_1, sizeof(acl_of_1) - 1, 0))
		skip();
	assert_int_equal(mode_of("key"), 0640);
	(void)setxattr("key", "user.note", "mine", 4, 0);
	assert_int_equal(next("key", NULL), WK_OK);
	assert_int_equal(getxattr("key", ACL, got, sizeof(got)),
			 sizeof(acl_of_1) - 1);
	assert_memory_equal(got, acl_of_1, sizeof(acl_of_1) - 1);
	assert_int_equal(mode_of("key"), 0640);
	if (getxattr("key", "user.note", got, sizeof(got)) >= 0)
		assert_memory_equal(got, "mine", 4);
	/* None that the directory would add. */
	assert_int_equal(removexattr("key", ACL), 0);
	assert_int_equal(chmod("key", 0640), 0);
	assert_int_equal(setxattr(".", "system.posix_acl_default", acl_of_1,
				  sizeof(acl_of_1) - 1, 0),
			 0);
	assert_int_equal(next("key", NULL), WK_OK);
	assert_int_equal(removexattr(".", "system.posix_acl_default"), 0);
	assert_true(getxattr("key", ACL, got, sizeof(got)) < 0);
	assert_int_equal(mode_of("key"), 0640);
}

static void links_stay(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	put_key("sub/key", 1, false);
	assert_int_equal(symlink("sub/key", "link"), 0);
	assert_int_equal(next("link", NULL), WK_OK);
	assert_int_equal(epoch_of("sub/key"), 2);
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(unlink("sub/key"), 0);
}

/* --- what is refused early --------------------------------------------------- */

static void refused_early(const char *path, enum wk_status st, const char *code)
{
	struct wk_store *s = NULL;

	assert_int_equal(wk_store_open(path, &s, &err), st);
	assert_string_equal(err.code, code);
	assert_null(s);
}

static void places_are_checked(void **state)
{
	struct wk_keyfile *kf;

	(void)state;
	refused_early("-", WK_FAIL, "usage.bad-value");
	refused_early("key", WK_NOT_FOUND, "file.not-found");
	refused_early("no/key", WK_NOT_FOUND, "file.no-directory");
	refused_early("/dev/null", WK_FAIL, "file.not-regular");
	assert_int_equal(symlink("nowhere", "key"), 0);
	refused_early("key", WK_NOT_FOUND, "file.dangling-link");
	assert_int_equal(mkdir("sub", 0700), 0);
	refused_early("sub", WK_FAIL, "file.not-regular");
	refused_early("raw:sub@1", WK_FAIL, "usage.bad-value");
	assert_int_equal(wk_keyfile_read("part:x", &kf, &err), WK_FAIL);
	assert_string_equal(err.code, "usage.bad-value");
}

static void check_as_nobody(const void *arg)
{
	struct wk_store *s;

	(void)arg;
	CHECK(!setresgid(65534, 65534, 65534) &&
	      !setresuid(65534, 65534, 65534));
	CHECK(wk_store_open("closed/key", &s, &err) == WK_DENIED);
	CHECK(!strcmp(err.code, "file.denied") && strstr(err.msg, "closed'"));
	CHECK(wk_store_open("open/secret", &s, &err) == WK_DENIED);
	CHECK(!strcmp(err.code, "file.denied") && strstr(err.msg, "read"));
	CHECK(wk_store_open("open/key", &s, &err) == WK_DENIED);
	CHECK(!strcmp(err.code, "file.owner") && err.hint[0]);
	CHECK(next("open/mine", NULL) == WK_OK);
}

static void unprivileged(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(".", 0755) | mkdir("closed", 0755) |
				 mkdir("open", 0777) | chmod("open", 0777),
			 0);
	put_key("closed/key", 1, false);
	put_key("open/key", 1, false);
	put_key("open/secret", 1, false);
	put_key("open/mine", 1, false);
	assert_int_equal(chmod("open/secret", 0600), 0);
	if (!chown("open/mine", 65534, 65534))
		in_child(check_as_nobody, NULL);
	for (const char *const *f =
		     (const char *const[]){ "closed/key", "open/key",
					    "open/secret", "open/mine", NULL };
	     *f; f++)
		assert_int_equal(unlink(*f), 0);
}

/* --- changed meanwhile -------------------------------------------------------- */

static void rename_over(void)
{
	put_key("other", 50, false);
	CHECK(!rename("other", "key"));
}

static void write_into(void)
{
	struct stat before, after;

	CHECK(!stat("key", &before));
	put_key("key", 50, false);
	CHECK(!stat("key", &after) && before.st_ino == after.st_ino);
}

static void longer(void)
{
	int fd = open("key", O_WRONLY | O_APPEND | O_CLOEXEC);

	CHECK(fd >= 0 && pwrite(fd, "", 1, 0) == 1);
	close(fd);
}

static void remove_key(void)
{
	CHECK(!unlink("key"));
}

static void changes_are_seen(void **state)
{
	static void (*const changes[])(void) = { rename_over, write_into,
						 longer, remove_key };

	(void)state;
	for (size_t i = 0; i < 2 * WK_ARRAY_LEN(changes); i++) {
		bool late = i % 2; /* while the new one is written */

		fresh(NULL);
		put_key("key", 1, false);
		on_fsync = late ? changes[i / 2] : NULL;
		assert_int_equal(next("key", late ? NULL : changes[i / 2]),
				 WK_TRANSIENT);
		assert_string_equal(err.code, "file.changed");
		if (i < 4)
			assert_int_equal(epoch_of("key"), 50);
		assert_true(i / 2 == 3 || alone());
	}
}

#define RIVALS 4
#define ROUNDS 25

static void count_on(const void *arg)
{
	(void)arg;
	for (unsigned int i = 0; i < ROUNDS;) {
		enum wk_status st = next("key", NULL);

		CHECK(!st || st == WK_TRANSIENT);
		i += !st;
	}
}

static void rivals_lose_nothing(void **state)
{
	pid_t pids[RIVALS];

	(void)state;
	put_key("key", 1, false);
	fflush(NULL);
	for (size_t i = 0; i < RIVALS; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			count_on(NULL);
			_exit(0);
		}
	}
	for (size_t i = 0; i < RIVALS; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(epoch_of("key"), 1 + RIVALS * ROUNDS);
	assert_true(alone());
}

/* --- what goes wrong ----------------------------------------------------------- */

static void unproved(void **state)
{
	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++) {
		fresh(NULL);
		put_key("key", 1, false);
		lacks = kernels[k];
		proof = WK_AUTH;
		assert_int_equal(next("key", NULL), WK_AUTH);
		assert_string_equal(err.code, "test.proof");
		assert_int_equal(epoch_of("key"), 1);
		assert_true(alone());
	}
}

/* Something else's bytes arrive on the disk. */
static void damage_new(void)
{
	DIR *d = opendir(".");
	struct dirent *e;

	while ((e = readdir(d)))
		if (!strncmp(e->d_name, ".key.", 5)) {
			int fd = open(e->d_name, O_WRONLY | O_CLOEXEC);

			CHECK(fd >= 0 && pwrite(fd, "?", 1, 20) == 1);
			close(fd);
		}
	closedir(d);
}

static void damage_is_seen(void **state)
{
	(void)state;
	put_key("key", 1, false);
	lacks.tmpfile = EOPNOTSUPP;
	on_fsync = damage_new;
	assert_int_equal(next("key", NULL), WK_FAIL);
	assert_string_equal(err.code, "file.verify");
	assert_int_equal(proofs, 0);
	assert_int_equal(epoch_of("key"), 1);
	assert_true(alone());
}

static void every_call_fails(void **state)
{
	static const int errnos[] = { EIO, ENOSPC, EDQUOT, EPERM, EROFS };

	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (size_t e = 0; e < WK_ARRAY_LEN(errnos); e++)
			for (unsigned int at = 1;; at++) {
				enum wk_status st;

				fresh(NULL);
				put_key("key", 1, false);
				lacks = kernels[k];
				inject.at = at;
				inject.e = errnos[e];
				st = next("key", NULL);
				inject.at = 0;
				assert_int_equal(
					epoch_of("key"),
					!st || strstr(err.msg, "replaced") ? 2 :
									     1);
				assert_true(alone());
				if (!inject.call)
					break;
			}
}

static void next_in_child(const void *arg)
{
	(void)arg;
	exit(next("key", NULL));
}

static void every_call_is_killed(void **state)
{
	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (unsigned int at = 1;; at++) {
			unsigned int temps;
			int status;

			fresh(NULL);
			put_key("key", 1, false);
			lacks = kernels[k];
			count_unlink = true;
			inject.at = at;
			inject.kill = true;
			status = status_of_child(next_in_child, NULL);
			memset(&inject, 0, sizeof(inject));
			assert_in_range(epoch_of("key"), 1, 2);
			assert_true(names(&temps) == 1 + temps && temps <= 1);
			if (!WIFSIGNALED(status)) {
				assert_int_equal(status, 0);
				assert_int_equal(epoch_of("key"), 2);
				break;
			}
			assert_int_equal(next("key", NULL), WK_OK);
		}
}

/* --- creating ------------------------------------------------------------------- */

static enum wk_status make(const struct wk_store_new *how, uint64_t epoch)
{
	WK_AUTO_BLOB struct wk_blob der = encoded(epoch);

	return wk_store_create("key", wk_blob_span(&der), how, prove, &epoch,
			       &err);
}

static void created(void **state)
{
	static const struct wk_store_new plain_new = { .pem = true };
	static const struct wk_store_new over = { .force = true,
						  .old_suffix = ".old-1" };

	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++) {
		fresh(NULL);
		lacks = kernels[k];
		proof = WK_AUTH;
		assert_int_equal(make(&plain_new, 3), WK_AUTH);
		assert_false(there("key"));
		proof = WK_OK;
		assert_int_equal(wk_store_create_check("key", false, &err), 0);
		assert_int_equal(make(&plain_new, 3), WK_OK);
		assert_true(is_pem("key"));
		assert_int_equal(mode_of("key"), 0600);
		assert_int_equal(proofs, 2);
		assert_true(alone());
		assert_int_equal(make(&plain_new, 4), WK_EXISTS);
		proof = WK_AUTH;
		assert_int_equal(make(&over, 4), WK_AUTH);
		assert_int_equal(epoch_of("key"), 3);
		assert_true(alone());
		proof = WK_OK;
		assert_int_equal(make(&over, 4), WK_OK);
		assert_int_equal(epoch_of("key"), 4);
		assert_int_equal(epoch_of("key.old-1"), 3);
	}
}

/* For thousands of files: in memory, where there is such a folder. */
static int make_fast_dir(void **state)
{
	strcpy(dir, "/dev/shm/wk-store-XXXXXX");
	return mkdtemp(dir) ? chdir(dir) : make_dir(state);
}

int main(void)
{
	const struct CMUnitTest exhaustive[] = {
		cmocka_unit_test_setup(rivals_lose_nothing, fresh),
		cmocka_unit_test_setup(every_call_fails, fresh),
		cmocka_unit_test_setup(every_call_is_killed, fresh),
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(replaced_on_every_kernel, fresh),
		cmocka_unit_test_setup(one_store_replaces_often, fresh),
		cmocka_unit_test_setup(owner_and_mode_stay, fresh),
		cmocka_unit_test_setup(access_lists_stay, fresh),
		cmocka_unit_test_setup(links_stay, fresh),
		cmocka_unit_test_setup(places_are_checked, fresh),
		cmocka_unit_test_setup(unprivileged, fresh),
		cmocka_unit_test_setup(changes_are_seen, fresh),
		cmocka_unit_test_setup(unproved, fresh),
		cmocka_unit_test_setup(damage_is_seen, fresh),
		cmocka_unit_test_setup(created, fresh),
	};
	int failed = cmocka_run_group_tests_name(
		"store, every call", exhaustive, make_fast_dir, remove_dir);

	return failed + cmocka_run_group_tests_name("store", tests, make_dir,
						    remove_dir);
}
