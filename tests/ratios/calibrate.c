/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calibrate MS: chooses an Argon2id cost for so many milliseconds as `generate
 * --kdf-time` does; prints how long choosing took, and then a derivation.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "backends/soft/cost.h"

static uint64_t target_ms;

/* Nothing is fixed; --kdf-time's own default stands for the target. */
static uint64_t number(const struct wk_settings *s, const char *option,
		       uint64_t fallback)
{
	(void)s;
	(void)option;
	return fallback == WK_KDF_TARGET_MS_DEFAULT ? target_ms : fallback;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static enum wk_status derive(const struct wk_session *s,
			     const struct wk_argon2_cost *cost,
			     struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *pass = NULL;
	enum wk_status st = wk_secret_from("correct horse", 13, &pass, err);
	uint8_t out[32];

	if (st)
		return st;
	return s->argon2->derive(pass, wk_span("sixteen bytes of", 16), cost,
				 wk_kdf_threads(cost), out, err);
}

static enum wk_status measure(struct wk_session *s, struct wk_err *err)
{
	struct wk_settings free_choice = { .number = number };
	struct wk_argon2_cost cost;
	double start = now(), chosen;
	enum wk_status st = wk_kdf_cost_choose(s, &free_choice, &cost, err);

	if (st)
		return st;
	chosen = now();
	st = derive(s, &cost, err);
	if (!st)
		printf("%.1f %.1f\n", chosen - start, now() - chosen);
	return st;
}

int main(int argc, char **argv)
{
	struct wk_session *s;
	struct wk_err err;
	enum wk_status st = wk_session_open(NULL, &s, &err);

	target_ms = argc > 1 ? (uint64_t)atoi(argv[1]) : 2000;
	if (!st)
		st = wk_session_argon2(s, &err);
	if (!st)
		st = measure(s, &err);
	if (st)
		fprintf(stderr, "calibrate: %s\n", err.msg);
	return (int)st;
}
