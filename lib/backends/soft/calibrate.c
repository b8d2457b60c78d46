/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring Argon2id and turning a time into a cost. */
#include "calibrate.h"

#include <time.h>

/* The first look at an unknown machine: 8 ms here, a second on a slow SoC. */
#define FIRST_KIB (16 << 10)
/* More memory than this tells nothing new about the speed. */
#define SECOND_MAX_KIB (256 << 10)

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
 * From t(m, 1) and t(m, 2): the second pass is free of page faults.  Where one
 * of the two was disturbed (another program, a hypervisor that first has to
 * find the memory), they contradict each other: then the faster one counts,
 * as if touching cost nothing.
 */
static struct wk_kdf_speed solve(double one_ns, double two_ns, uint64_t kib)
{
	double pass = two_ns - one_ns;
	double most = one_ns < two_ns / 2 ? one_ns : two_ns / 2;
	double touch = one_ns - pass;

	if (pass > most || touch > pass) {
		pass = most;
		touch = 0;
	}
	return (struct wk_kdf_speed){ .touch_ns = touch / (double)kib,
				      .pass_ns = pass / (double)kib };
}

enum wk_status wk_kdf_measure(const struct wk_argon2_ops *ops, uint32_t lanes,
			      unsigned int threads, uint64_t max_kib,
			      uint64_t target_ms,
			      struct wk_kdf_speed *ret_speed,
			      struct wk_err *err)
{
	uint64_t low = 8 * (uint64_t)lanes;
	struct wk_argon2_cost cost = { .passes = 1, .lanes = lanes };
	double first, one, two;
	enum wk_status st;

	cost.memory_kib = clamp(FIRST_KIB, low, max_kib);
	st = time_one(ops, &cost, threads, &first, err);
	if (st)
		return st;
	/* A tenth of the target for one pass; both runs make three tenths. */
	cost.memory_kib =
		clamp((double)target_ms * 1e5 * (double)cost.memory_kib / first,
		      low, max_kib < SECOND_MAX_KIB ? max_kib : SECOND_MAX_KIB);
	st = time_one(ops, &cost, threads, &one, err);
	if (st)
		return st;
	cost.passes = 2;
	st = time_one(ops, &cost, threads, &two, err);
	if (!st)
		*ret_speed = solve(one, two, cost.memory_kib);
	return st;
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
