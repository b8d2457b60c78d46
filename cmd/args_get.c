/* SPDX-License-Identifier: Apache-2.0 */
/* What a command asks of its arguments. */
#include <assert.h>
#include <string.h>

#include "cmd/args_impl.h"

static const struct wk_option *declared(const struct wk_args *a,
					const char *option)
{
	const struct wk_option *opt =
		wk_option_find(a->command, option, strlen(option), 0);

	assert(opt);
	return opt;
}

/* The i-th occurrence, or NULL. */
static const struct wk_given *nth(const struct wk_args *a, const char *option,
				  size_t i)
{
	const struct wk_option *opt = declared(a, option);

	for (size_t at = 0; at < a->n_given; at++)
		if (a->given[at].opt == opt && i-- == 0)
			return &a->given[at];
	return NULL;
}

const struct wk_command *wk_args_command(const struct wk_args *a)
{
	return a->command;
}

bool wk_args_declared(const struct wk_args *a, const char *option)
{
	return wk_option_find(a->command, option, strlen(option), 0);
}

bool wk_args_given(const struct wk_args *a, const char *option)
{
	return nth(a, option, 0);
}

const char *wk_args_str(const struct wk_args *a, const char *option)
{
	return wk_args_nth(a, option, 0);
}

uint64_t wk_args_num(const struct wk_args *a, const char *option,
		     uint64_t fallback)
{
	const struct wk_given *g = nth(a, option, 0);

	return g ? g->num : fallback;
}

size_t wk_args_count(const struct wk_args *a, const char *option)
{
	size_t n = 0;

	while (nth(a, option, n))
		n++;
	return n;
}

const char *wk_args_nth(const struct wk_args *a, const char *option, size_t i)
{
	const struct wk_given *g = nth(a, option, i);

	return g ? g->value : NULL;
}

size_t wk_args_npos(const struct wk_args *a)
{
	return a->n_pos;
}

const char *wk_args_pos(const struct wk_args *a, size_t i)
{
	assert(i < a->n_pos);
	return a->pos[i];
}
