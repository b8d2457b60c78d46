/* SPDX-License-Identifier: Apache-2.0 */
/* The list of backends. */
#include "backend.h"

#include <string.h>

#include "boot_slot.h"
#include "recipient_slot.h"
#include "recovery_slot.h"

#define WK_BACKEND(id) extern const struct wk_backend wk_backend_##id;
#include "backends.def"
#undef WK_BACKEND

const struct wk_backend *const wk_backends[] = {
#define WK_BACKEND(id) &wk_backend_##id,
#include "backends.def"
#undef WK_BACKEND
	NULL,
};

/* Kinds of slots that are no roots of trust. */
static const struct wk_backend *const slot_kinds[] = {
	&wk_slot_kind_boot,
	&wk_slot_kind_recipient,
	&wk_slot_kind_recovery,
	NULL,
};

const struct wk_backend *wk_backend_by_name(const char *name)
{
	for (size_t i = 0; wk_backends[i]; i++)
		if (strcmp(wk_backends[i]->name, name) == 0)
			return wk_backends[i];
	return NULL;
}

const struct wk_backend *wk_backend_by_slot(unsigned int slot_type)
{
	for (size_t i = 0; wk_backends[i]; i++)
		if (wk_backends[i]->slot_type == slot_type)
			return wk_backends[i];
	for (size_t i = 0; slot_kinds[i]; i++)
		if (slot_kinds[i]->slot_type == slot_type)
			return slot_kinds[i];
	return NULL;
}
