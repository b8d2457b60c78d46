/* SPDX-License-Identifier: Apache-2.0 */
/* signals: what the handler cleans and says, and when it waits. */
/* wrap: wk_create_abort_signal wk_secret_wipe_all wk_tty_restore */
#include "cmd/signals.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "base/create.h"
#include "base/secret.h"
#include "cmd/tty.h"
#include "tests/unit/unit.h"

/* What a child that ends by a signal did before; the parent looks. */
static struct seen {
	int files, secrets, terminal;
	int went_on;
} * seen;

void __wrap_wk_create_abort_signal(void);
void __wrap_wk_create_abort_signal(void)
{
	seen->files++;
}

void __wrap_wk_secret_wipe_all(void);
void __wrap_wk_secret_wipe_all(void)
{
	seen->secrets++;
}

void __wrap_wk_tty_restore(void);
void __wrap_wk_tty_restore(void)
{
	seen->terminal++;
}

static int setup(void **state)
{
	(void)state;
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return seen == MAP_FAILED;
}

static int teardown(void **state)
{
	(void)state;
	return munmap(seen, sizeof(*seen));
}

/* Runs body in a child; what it writes to fd is text. */
static int ended(void (*body)(const void *arg), const void *arg, int fd,
		 char *text, size_t cap)
{
	int ends[2], kept = dup(fd), status;
	ssize_t n;

	fflush(NULL);
	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[1], fd) >= 0);
	status = status_of_child(body, arg);
	assert_true(dup2(kept, fd) >= 0);
	close(kept);
	close(ends[1]);
	n = read(ends[0], text, cap - 1);
	close(ends[0]);
	text[n > 0 ? n : 0] = '\0';
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void raise_it(const void *arg)
{
	wk_signals_init("load", false);
	raise(*(const int *)arg);
	seen->went_on++;
}

static void every_signal_cleans(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	char text[256], want[80];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		memset(seen, 0, sizeof(*seen));
		assert_int_equal(ended(raise_it, &signals[i], 2, text,
				       sizeof(text)),
				 128 + signals[i]);
		snprintf(want, sizeof(want),
			 "wkeyctl: load: interrupted by signal %d\n",
			 signals[i]);
		assert_string_equal(text, want);
		assert_int_equal(seen->files, 1);
		assert_int_equal(seen->secrets, 1);
		assert_int_equal(seen->terminal, 1);
		assert_int_equal(seen->went_on, 0);
	}
}

static void deadline(void **state)
{
	static const int sig = SIGALRM;
	char text[256];

	(void)state;
	assert_int_equal(ended(raise_it, &sig, 2, text, sizeof(text)),
			 WK_TIMEOUT);
	assert_string_equal(
		text, "wkeyctl: load: the time limit of --timeout passed\n");
	assert_int_equal(seen->secrets, 1);
}

static void raise_for_json(const void *arg)
{
	(void)arg;
	wk_signals_init("load", true);
	raise(SIGTERM);
}

static void as_json(void **state)
{
	char text[256];

	(void)state;
	assert_int_equal(ended(raise_for_json, NULL, 1, text, sizeof(text)),
			 128 + SIGTERM);
	assert_string_equal(text, "{\"schema\":\"wkeyctl/load/1\",\"ok\":false,"
				  "\"errors\":[{\"code\":\"signal.caught\","
				  "\"exit\":143,\"detail\":"
				  "\"interrupted by signal 15\"}]}\n");
}

/* The first of two that come meanwhile counts, and at the outermost release. */
static void hold_and_release(const void *arg)
{
	(void)arg;
	wk_signals_init("load", false);
	wk_signals_hold();
	wk_signals_hold();
	raise(SIGTERM);
	raise(SIGINT);
	CHECK(wk_signals_waiting() == SIGTERM);
	CHECK(seen->secrets == 0);
	wk_signals_release();
	CHECK(seen->secrets == 0);
	seen->went_on++;
	wk_signals_release();
	seen->went_on++;
}

static void held_until_released(void **state)
{
	char text[256];

	(void)state;
	assert_int_equal(ended(hold_and_release, NULL, 2, text, sizeof(text)),
			 128 + SIGTERM);
	assert_string_equal(text, "wkeyctl: load: interrupted by signal 15\n");
	assert_int_equal(seen->went_on, 1);
	assert_int_equal(seen->files, 1);
	assert_int_equal(seen->secrets, 1);
}

static void release_nothing(const void *arg)
{
	(void)arg;
	wk_signals_init("load", false);
	wk_signals_hold();
	CHECK(wk_signals_waiting() == 0);
	wk_signals_release();
	seen->went_on++;
}

static void released_without_any(void **state)
{
	(void)state;
	in_child(release_nothing, NULL);
	assert_int_equal(seen->went_on, 1);
	assert_int_equal(seen->secrets, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_signal_cleans),
		TEST(deadline),
		TEST(as_json),
		TEST(held_until_released),
		TEST(released_without_any),
	};

	return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
