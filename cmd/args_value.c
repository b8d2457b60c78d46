/* SPDX-License-Identifier: Apache-2.0 */
/* Option values against their types; the refusal says what would be right. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cmd/args_impl.h"

/* No upper limit is written as 0. */
static uint64_t upper(const struct wk_option *opt)
{
	return opt->max ? opt->max : UINT64_MAX;
}

static bool in_range(const struct wk_option *opt, uint64_t n)
{
	return n >= opt->min && n <= upper(opt);
}

static bool is_choice(const struct wk_option *opt, const char *value)
{
	for (size_t i = 0; opt->choices[i]; i++)
		if (strcmp(opt->choices[i], value) == 0)
			return true;
	return false;
}

static bool is_good(const struct wk_option *opt, const char *value,
		    uint64_t *ret_num)
{
	uint8_t uuid[16];

	switch (opt->type) {
	case WK_OPT_FLAG:
	case WK_OPT_STRING:
		return true;
	case WK_OPT_PATH:
		return value[0] != '\0';
	case WK_OPT_FD:
		return wk_num_uint(value, 0, INT_MAX, ret_num);
	case WK_OPT_UINT:
		return wk_num_uint(value, opt->min, upper(opt), ret_num);
	case WK_OPT_KEY_SIZE:
		return wk_num_key_bits(value, ret_num) && *ret_num % 8 == 0 &&
		       in_range(opt, *ret_num);
	case WK_OPT_MEMORY:
		return wk_num_bytes(value, ret_num) && in_range(opt, *ret_num);
	case WK_OPT_DURATION:
		return wk_num_ms(value, ret_num) && in_range(opt, *ret_num);
	case WK_OPT_CHOICE:
		return is_choice(opt, value);
	case WK_OPT_UUID:
		return wk_num_uuid(value, uuid);
	}
	return false;
}

/* The largest unit that says n exactly. */
static void with_unit(char buf[static 32], enum wk_opt_type type, uint64_t n)
{
	static const struct {
		enum wk_opt_type type;
		uint64_t factor;
		const char *unit;
	} units[] = {
		{ WK_OPT_KEY_SIZE, 1, "bit" },
		{ WK_OPT_MEMORY, 1ULL << 30, "GiB" },
		{ WK_OPT_MEMORY, 1ULL << 20, "MiB" },
		{ WK_OPT_MEMORY, 1ULL << 10, "KiB" },
		{ WK_OPT_MEMORY, 1, "B" },
		{ WK_OPT_DURATION, 24 * 3600 * 1000, "d" },
		{ WK_OPT_DURATION, 3600 * 1000, "h" },
		{ WK_OPT_DURATION, 60 * 1000, "min" },
		{ WK_OPT_DURATION, 1000, "s" },
		{ WK_OPT_DURATION, 1, "ms" },
		{ WK_OPT_UINT, 1, "" },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].type != type || n % units[i].factor != 0)
			continue;
		snprintf(buf, 32, "%llu%s",
			 (unsigned long long)(n / units[i].factor),
			 units[i].unit);
		return;
	}
}

static void describe_range(char *buf, size_t cap, const struct wk_option *opt)
{
	static const char *const forms[] = {
		[WK_OPT_UINT] = "a decimal number",
		[WK_OPT_KEY_SIZE] =
			"whole bytes with their unit, such as 256bit or 32byte",
		[WK_OPT_MEMORY] = "a size with its unit, such as 64MiB or 1GiB",
		[WK_OPT_DURATION] =
			"a time with its unit, such as 500ms, 5s, 2min or 1h",
	};
	const char *form = forms[opt->type];
	char low[32], high[32];

	with_unit(low, opt->type, opt->min);
	with_unit(high, opt->type, upper(opt));
	if (opt->max)
		snprintf(buf, cap, "%s, from %s to %s", form, low, high);
	else if (opt->min)
		snprintf(buf, cap, "%s, at least %s", form, low);
	else
		snprintf(buf, cap, "%s", form);
}

static void describe_choices(char *buf, size_t cap, const struct wk_option *opt)
{
	size_t len = 0;

	for (size_t i = 0; opt->choices[i] && len < cap; i++) {
		const char *before = i == 0		 ? "one of " :
				     opt->choices[i + 1] ? ", " :
							   " or ";

		len += (size_t)snprintf(buf + len, cap - len, "%s%s", before,
					opt->choices[i]);
	}
}

static void describe(char *buf, size_t cap, const struct wk_option *opt)
{
	switch (opt->type) {
	case WK_OPT_CHOICE:
		describe_choices(buf, cap, opt);
		return;
	case WK_OPT_PATH:
		snprintf(buf, cap, "a path");
		return;
	case WK_OPT_UUID:
		snprintf(buf, cap, "a UUID, hexadecimal digits as 8-4-4-4-12");
		return;
	default:
		describe_range(buf, cap, opt);
	}
}

enum wk_status wk_option_value(const struct wk_option *opt, const char *value,
			       uint64_t *ret_num, struct wk_err *err)
{
	char wanted[200];

	if (is_good(opt, value, ret_num))
		return WK_OK;
	/* The secret itself may stand here by mistake: it is not repeated. */
	if (opt->type == WK_OPT_FD)
		return wk_fail(
			err, WK_FAIL, "usage.bad-value",
			"option '--%s': not the number of an open file, from 0 to %d",
			opt->name, INT_MAX);
	describe(wanted, sizeof(wanted), opt);
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"option '--%s': bad value '%.80s', expected %s", opt->name,
		value, wanted);
	if (opt->type == WK_OPT_CHOICE)
		wk_args_hint_choice(err, opt, value);
	return WK_FAIL;
}
