/* SPDX-License-Identifier: Apache-2.0 */
/* The list of commands. */
#include "cmd/command.h"

#include <string.h>

#define WK_COMMAND(id) extern const struct wk_command wk_command_##id;
#include "cmd/commands.def"
#undef WK_COMMAND

const struct wk_command *const wk_commands[] = {
#define WK_COMMAND(id) &wk_command_##id,
#include "cmd/commands.def"
#undef WK_COMMAND
	NULL,
};

static bool is_called(const struct wk_command *c, const char *name)
{
	return strcmp(c->name, name) == 0 ||
	       (c->alias && strcmp(c->alias, name) == 0);
}

const struct wk_command *wk_command_find(const char *name)
{
	for (size_t i = 0; wk_commands[i]; i++)
		if (is_called(wk_commands[i], name))
			return wk_commands[i];
	return NULL;
}
