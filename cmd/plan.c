/* SPDX-License-Identifier: Apache-2.0 */
/* --dry-run: what a command would do. */
#include "cmd/plan.h"

#include <limits.h>

#include "cmd/text.h"

const struct wk_option wk_opts_dry_run[] = {
	{ .name = "dry-run",
	  .type = WK_OPT_FLAG,
	  .help = "say what would be done" },
	{ 0 },
};

void wk_plan_say(struct wk_out *out, const char *what, const char *name,
		 const char *more)
{
	char subject[PATH_MAX], rest[PATH_MAX];

	wk_text_clean(subject, sizeof(subject), name);
	wk_text_clean(rest, sizeof(rest), more ? more : "");
	wk_out_bool(out, "dry_run", NULL, true);
	wk_out_text(out, "would %s %s%s%s\n", what, subject, more ? " " : "",
		    rest);
}
