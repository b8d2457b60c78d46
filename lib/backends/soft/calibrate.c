/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring Argon2id and turning a time into a cost. */
#include "calibrate.h"

#include <time.h>

/* The first look at an unknown machine: 8 ms here, a second on a slow SoC. */
#define FIRST_KIB (16 << 10)
/* More memory than this tells nothing new about the speed. */
#define SECOND_MAX_KIB (256 << 10)
/* Of the target time, for each of the two runs after the first look. */
#define RUN_SHARE 0.05
/* Touching fresh memory against a pass, with huge pages. */
#define TOUCH_SHARE 0.2

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static enum wk_status time_one(const struct wk_argon2_ops *ops,
			       const struct wk_argon2_cost *cost,
			       unsigned int threads, double *ret_ns,
			       struct wk_err *err)
{
	static const uint8_t salt[16] = "calibration salt";
	WK_AUTO_SECRET struct wk_secret *pass = NULL;
	uint8_t out[32];
	double start;
	enum wk_status st = wk_secret_from("calibration", 11, &pass, err);

	if (st)
		return st;
	start = now_ns();
	st = ops->derive(pass, wk_span(salt, sizeof(salt)), cost, threads, out,
			 err);
	*ret_ns = now_ns() - start;
	return st;
}

static uint64_t clamp(double v, uint64_t low, uint64_t high)
{
	if (v < (double)low)
		return low;
	return v > (double)high ? high : (uint64_t)v;
}

/*
 * Of two equal runs the first, which touches fresh memory as a real derivation
 * does; unless something held it up (another program, a hypervisor that had to
 * find the memory first).
 */
static double undisturbed(double first_ns, double second_ns)
{
	return first_ns > 1.5 * second_ns ? second_ns : first_ns;
}

/*
 * From t(m, PASSES).  Three passes are what is chosen in the end if memory and
 * time allow, so that there the prediction is a mere proportion, and the share
 * of touching matters for other numbers of passes only.
 */
static struct wk_kdf_speed solve(double ns, uint64_t kib)
{
	double pass = ns / (double)kib / (WK_KDF_PASSES + TOUCH_SHARE);

	return (struct wk_kdf_speed){ .touch_ns = TOUCH_SHARE * pass,
				      .pass_ns = pass };
}

/* Twice the same cost, of about RUN_SHARE of the target each. */
static enum wk_status measure_at(const struct wk_argon2_ops *ops,
				 const struct wk_argon2_cost *cost,
				 unsigned int threads,
				 struct wk_kdf_speed *ret_speed,
				 struct wk_err *err)
{
	double one, two;
	enum wk_status st = time_one(ops, cost, threads, &one, err);

	if (!st)
		st = time_one(ops, cost, threads, &two, err);
	if (!st)
		*ret_speed = solve(undisturbed(one, two), cost->memory_kib);
	return st;
}

enum wk_status wk_kdf_measure(const struct wk_argon2_ops *ops, uint32_t lanes,
			      unsigned int threads, uint64_t max_kib,
			      uint64_t target_ms,
			      struct wk_kdf_speed *ret_speed,
			      struct wk_err *err)
{
	uint64_t low = 8 * (uint64_t)lanes;
	uint64_t high = max_kib < SECOND_MAX_KIB ? max_kib : SECOND_MAX_KIB;
	struct wk_argon2_cost cost = { .passes = 1, .lanes = lanes };
	double first, kib;
	enum wk_status st;

	cost.memory_kib = clamp(FIRST_KIB, low, max_kib);
	st = time_one(ops, &cost, threads, &first, err);
	if (st)
		return st;
	kib = RUN_SHARE * (double)target_ms * 1e6 / first *
	      (double)cost.memory_kib / WK_KDF_PASSES;
	cost.memory_kib = clamp(kib, low, high);
	cost.passes = WK_KDF_PASSES;
	return measure_at(ops, &cost, threads, ret_speed, err);
}

uint32_t wk_kdf_passes_for(const struct wk_kdf_speed *v, uint64_t memory_kib,
			   uint64_t target_ms)
{
	double left =
		(double)target_ms * 1e6 - v->touch_ns * (double)memory_kib;

	return (uint32_t)clamp(left / (v->pass_ns * (double)memory_kib) + 0.5,
			       1, UINT32_MAX);
}

uint64_t wk_kdf_memory_for(const struct wk_kdf_speed *v, uint32_t passes,
			   uint64_t target_ms)
{
	return clamp((double)target_ms * 1e6 /
			     (v->touch_ns + v->pass_ns * passes),
		     1, UINT64_MAX >> 11);
}
