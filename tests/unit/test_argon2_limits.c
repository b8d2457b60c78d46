/* SPDX-License-Identifier: Apache-2.0 */
/* Module "argon2" where memory or threads are not to be had. */
#include <sys/resource.h>

#include "crypto/crypto.h"
#include "module.h"
#include "unit.h"

static const struct wk_argon2_ops *ops;
static struct wk_err err;

static int setup(void **state)
{
	const struct wk_module *m;

	(void)state;
	assert_int_equal(wk_module_open("argon2", &m, &err), WK_OK);
	ops = m->ops;
	return 0;
}

static enum wk_status derive(const struct wk_argon2_cost *cost)
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	uint8_t out[32];
	enum wk_status st = wk_secret_from("p", 1, &s, &err);

	if (st)
		return st;
	return ops->derive(s, wk_span("somesalt", 8), cost, cost->lanes, out,
			   &err);
}

/*
 * The outcome of a child with limits of its own.  Only before the first secret
 * of this process: a child does not inherit the arena.
 */
static int with_limit(int resource, rlim_t to, uid_t user,
		      const struct wk_argon2_cost *cost)
{
	const struct rlimit limit = { to, to };
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (setrlimit(resource, &limit) || setuid(user))
			_exit(99);
		_exit((int)derive(cost));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void no_memory(void **state)
{
	const struct wk_argon2_cost cost = { 8 << 20, 1, 1 };

	(void)state;
	assert_int_equal(with_limit(RLIMIT_AS, (rlim_t)1 << 30, getuid(),
				    &cost),
			 WK_NOMEM);
}

/* The limit does not bind root; so as somebody else, whom it leaves no thread. */
static void no_threads(void **state)
{
	const struct wk_argon2_cost cost = { 4096, 1, 4 };

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(with_limit(RLIMIT_NPROC, 1, 54321, &cost), WK_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_memory),
		cmocka_unit_test(no_threads),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
