/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing and checking Argon2id costs. */
#include "cost.h"

#include <inttypes.h>

#include "calibrate.h"
#include "sys/limits.h"

#define MEMORY_FLOOR_KIB 64 /* what the tests use */

unsigned int wk_kdf_threads(const struct wk_argon2_cost *cost)
{
	unsigned int cpus = wk_sys_cpus();

	return cost->lanes < cpus ? cost->lanes : cpus;
}

static enum wk_status too_costly(struct wk_err *err, const char *what,
				 uint64_t asked, const char *unit,
				 uint64_t limit)
{
	wk_fail(err, WK_NOMEM, "kdf.cost",
		"Argon2id with %" PRIu64 "%s %s is above the limit of %" PRIu64
		"%s",
		asked, unit, what, limit, unit);
	return WK_NOMEM;
}

/* KiB that may be used; an explicit --kdf-max-memory has the last word. */
static enum wk_status memory_limit(const struct wk_session *s,
				   uint64_t *ret_kib, struct wk_err *err)
{
	uint64_t bytes = s->kdf_max_bytes;
	enum wk_status st = WK_OK;

	if (!bytes)
		st = wk_sys_memory_allowed(&bytes, err);
	if (!st)
		*ret_kib = bytes / 1024;
	return st;
}

static enum wk_status check_memory(const struct wk_session *s, uint64_t kib,
				   struct wk_err *err)
{
	uint64_t limit;
	enum wk_status st = memory_limit(s, &limit, err);

	if (st || kib <= limit)
		return st;
	too_costly(err, "of memory", kib, " KiB", limit);
	wk_err_hint(err,
		    s->kdf_max_bytes ?
			    "raise --kdf-max-memory" :
			    "the limit is what the cgroup, RLIMIT_AS and free "
			    "memory allow; --kdf-max-memory overrides it");
	return WK_NOMEM;
}

enum wk_status wk_kdf_cost_check(const struct wk_session *s,
				 const struct wk_soft_protection *p,
				 struct wk_argon2_cost *ret_cost,
				 struct wk_err *err)
{
	enum wk_status st;

	if (p->lanes > WK_KDF_LANES_MAX)
		return too_costly(err, "lanes", p->lanes, "", WK_KDF_LANES_MAX);
	if (p->passes > WK_KDF_PASSES_MAX)
		return too_costly(err, "passes", p->passes, "",
				  WK_KDF_PASSES_MAX);
	if (p->memory_kib > WK_KDF_WORK_MAX_KIB / p->passes)
		return too_costly(err, "of memory in each pass", p->memory_kib,
				  " KiB", WK_KDF_WORK_MAX_KIB / p->passes);
	st = check_memory(s, p->memory_kib, err);
	if (st)
		return st;
	*ret_cost = (struct wk_argon2_cost){ .memory_kib = p->memory_kib,
					     .passes = (uint32_t)p->passes,
					     .lanes = (uint32_t)p->lanes };
	return WK_OK;
}

/* What the options fix; 0 is free. */
static struct wk_argon2_cost fixed_cost(const struct wk_settings *o)
{
	return (struct wk_argon2_cost){
		.memory_kib = o->number(o, "kdf-memory", 0) / 1024,
		.passes = (uint32_t)o->number(o, "kdf-passes", 0),
		.lanes = (uint32_t)o->number(o, "kdf-lanes",
					     WK_KDF_LANES_DEFAULT),
	};
}

/* Half of what may be used: the machine has other things to do as well. */
static enum wk_status choice_limit(const struct wk_session *s,
				   uint64_t *ret_kib, struct wk_err *err)
{
	uint64_t bytes, kib;
	enum wk_status st = wk_sys_memory_allowed(&bytes, err);

	if (st)
		return st;
	kib = bytes / 1024 / 2;
	if (kib > WK_KDF_MEMORY_CHOICE_KIB)
		kib = WK_KDF_MEMORY_CHOICE_KIB;
	if (s->kdf_max_bytes && kib > s->kdf_max_bytes / 1024)
		kib = s->kdf_max_bytes / 1024;
	*ret_kib = kib;
	return WK_OK;
}

/*
 * RFC 9106 §4 second choice: three passes, and as much memory as the time
 * allows.  One pass when the machine is too slow for 64 MiB with three.  When
 * memory would pass its limit, so many passes that less of it fills the time:
 * a whole pass more or less of all of it would miss the time by far.
 */
static uint32_t choose_passes(const struct wk_kdf_speed *v, uint64_t max_kib,
			      uint64_t target_ms)
{
	uint64_t three = wk_kdf_memory_for(v, WK_KDF_PASSES, target_ms);
	uint32_t passes = three < WK_KDF_MEMORY_WARN_KIB ? 1 : WK_KDF_PASSES;

	if (wk_kdf_memory_for(v, passes, target_ms) <= max_kib)
		return passes;
	passes = wk_kdf_passes_for(v, max_kib, target_ms);
	if (wk_kdf_memory_for(v, passes, target_ms) > max_kib)
		passes++;
	return passes < WK_KDF_PASSES_MAX ? passes : WK_KDF_PASSES_MAX;
}

static void fill_cost(struct wk_argon2_cost *c, const struct wk_kdf_speed *v,
		      uint64_t max_kib, uint64_t target_ms)
{
	uint64_t low = 8 * (uint64_t)c->lanes;

	if (!c->memory_kib) {
		if (!c->passes)
			c->passes = choose_passes(v, max_kib, target_ms);
		c->memory_kib = wk_kdf_memory_for(v, c->passes, target_ms);
		if (c->memory_kib > max_kib)
			c->memory_kib = max_kib;
		if (c->memory_kib < low)
			c->memory_kib = low;
	}
	if (!c->passes)
		c->passes = wk_kdf_passes_for(v, c->memory_kib, target_ms);
	if (c->passes > WK_KDF_PASSES_MAX)
		c->passes = WK_KDF_PASSES_MAX;
	if (c->passes > WK_KDF_WORK_MAX_KIB / c->memory_kib)
		c->passes = (uint32_t)(WK_KDF_WORK_MAX_KIB / c->memory_kib);
	if (!c->passes)
		c->passes = 1;
}

static enum wk_status calibrate(struct wk_session *s, uint64_t target_ms,
				struct wk_argon2_cost *c, struct wk_err *err)
{
	struct wk_kdf_speed v;
	uint64_t max_kib;
	enum wk_status st = choice_limit(s, &max_kib, err);

	if (st)
		return st;
	if (max_kib < 8 * (uint64_t)c->lanes)
		return too_costly(err, "of memory for its lanes",
				  8 * (uint64_t)c->lanes, " KiB", max_kib);
	st = wk_kdf_measure(s->argon2, c->lanes, wk_kdf_threads(c), max_kib,
			    target_ms, &v, err);
	if (!st)
		fill_cost(c, &v, max_kib, target_ms);
	return st;
}

static enum wk_status refuse_small(const struct wk_argon2_cost *c,
				   struct wk_err *err)
{
	return wk_fail(err, WK_FAIL, "usage.bad-value",
		       "Argon2id with %u lanes needs at least %u KiB of "
		       "memory, not %" PRIu64 " KiB",
		       c->lanes, 8 * c->lanes, c->memory_kib);
}

/* The same limits as for a foreign file: we write nothing that we refuse. */
static enum wk_status check_chosen(struct wk_session *s,
				   const struct wk_argon2_cost *c,
				   struct wk_err *err)
{
	struct wk_soft_protection p = { .memory_kib = c->memory_kib,
					.passes = c->passes ? c->passes : 1,
					.lanes = c->lanes };
	struct wk_argon2_cost ignored;

	if (c->memory_kib < 8 * (uint64_t)c->lanes)
		return refuse_small(c, err);
	return wk_kdf_cost_check(s, &p, &ignored, err);
}

enum wk_status wk_kdf_cost_choose(struct wk_session *s,
				  const struct wk_settings *settings,
				  struct wk_argon2_cost *ret_cost,
				  struct wk_err *err)
{
	struct wk_argon2_cost c = fixed_cost(settings);
	uint64_t target = settings->number(settings, "kdf-time",
					   WK_KDF_TARGET_MS_DEFAULT);
	enum wk_status st = WK_OK;

	if (s->chosen_cost.passes) {
		*ret_cost = s->chosen_cost;
		return WK_OK;
	}
	/* What the options alone make impossible is refused before any work. */
	if (c.memory_kib)
		st = check_chosen(s, &c, err);
	if (!st && (!c.memory_kib || !c.passes))
		st = calibrate(s, target, &c, err);
	if (!st)
		st = check_chosen(s, &c, err);
	if (st)
		return st;
	if (c.memory_kib < WK_KDF_MEMORY_WARN_KIB)
		wk_session_warn(s,
				"Argon2id with %" PRIu64 " KiB of memory is "
				"weak: 64 MiB and more is advised",
				c.memory_kib);
	s->chosen_cost = c;
	*ret_cost = c;
	return WK_OK;
}
