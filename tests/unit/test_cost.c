/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing an Argon2id cost, on machines whose speed is known. */
/* wrap: clock_gettime */
#include <time.h>

#include "backends/soft/cost.h"
#include "tests/unit/unit.h"

/* time = memory * (touch + passes * pass), in ns for each KiB */
static struct machine {
	const char *what;
	double touch, pass;
	uint64_t max_mib; /* --kdf-max-memory */
	uint64_t target_ms;
	uint32_t passes; /* expected; 0: whatever fills the time */
	double disturb; /* how much longer the first use of much memory takes */
} m;
static unsigned int derivations;
/* The machine's clock: only derivations take time. */
static int64_t now_ns;

int __wrap_clock_gettime(clockid_t clock, struct timespec *t);
int __wrap_clock_gettime(clockid_t clock, struct timespec *t)
{
	(void)clock;
	t->tv_sec = now_ns / 1000000000;
	t->tv_nsec = now_ns % 1000000000;
	return 0;
}

static double model_ns(const struct wk_argon2_cost *c)
{
	return (double)c->memory_kib * (m.touch + m.pass * c->passes);
}

static enum wk_status derive(const struct wk_secret *passphrase,
			     struct wk_span salt,
			     const struct wk_argon2_cost *cost,
			     unsigned int threads, uint8_t out[32],
			     struct wk_err *err)
{
	double ns = model_ns(cost);

	(void)passphrase;
	(void)salt;
	(void)threads;
	(void)out;
	(void)err;
	if (++derivations == 2)
		ns *= m.disturb;
	now_ns += (int64_t)ns;
	return WK_OK;
}

static uint64_t number(const struct wk_settings *s, const char *option,
		       uint64_t fallback)
{
	(void)s;
	(void)option;
	return fallback == WK_KDF_TARGET_MS_DEFAULT ? m.target_ms : fallback;
}

static void choose(void **state)
{
	static const struct machine machines[] = {
		{ "fast", 60, 250, 1024, 300, 3, 1 },
		{ "slow", 400, 6000, 1024, 300, 1, 1 },
		{ "memory costs nothing", 0, 500, 1024, 300, 3, 1 },
		{ "limit of memory", 60, 250, 100, 300, 0, 1 },
		{ "limit just below three passes", 60, 250, 300, 300, 0, 1 },
		{ "tiny limit", 60, 250, 20, 300, 0, 1 },
		{ "a disturbed run", 60, 250, 1024, 300, 3, 3 },
	};
	static const struct wk_argon2_ops ops = { .derive = derive };
	struct wk_settings free_choice = { .number = number };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(machines); i++) {
		struct wk_session s = { .argon2 = &ops };
		struct wk_argon2_cost c;
		struct wk_err err;
		double near;

		m = machines[i];
		s.kdf_max_bytes = m.max_mib << 20;
		derivations = 0;
		assert_int_equal(wk_kdf_cost_choose(&s, &free_choice, &c, &err),
				 WK_OK);
		near = model_ns(&c) / ((double)m.target_ms * 1e6);
		if (near < 0.85 || near > 1.15 || derivations > 3 ||
		    (m.passes && c.passes != m.passes) ||
		    c.memory_kib > m.max_mib << 10)
			fail_msg("%s: %llu KiB, %u passes, %.2f of the time, "
				 "%u derivations",
				 m.what, (unsigned long long)c.memory_kib,
				 c.passes, near, derivations);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(choose) };

	return cmocka_run_group_tests_name("cost", tests, NULL, NULL);
}
