/* SPDX-License-Identifier: Apache-2.0 */
/* Key files in memory: their life, and what the public header shows of them. */
#include "keyfile.h"

#include <string.h>

#include "keyfile_impl.h"

const uint8_t wk_keyfile_magic[WK_MAGIC_BYTES] = {
	0x69, 0x81, 0xfa, 0x9c, 0x87, 0xc3, 0xcb, 0xb7, 0xd2, 0xb0,
	0x9d, 0x9b, 0xa9, 0xdb, 0xe5, 0xa8, 0xe2, 0x87, 0xaf, 0x69,
};

/*
 * slots[] is nine tenths of the struct.  A batch reads thousands of files of
 * one or two slots: clearing it would cost more than reading them.
 */
void wk_keyfile_clear(struct wk_keyfile *kf)
{
	const size_t after =
		offsetof(struct wk_keyfile, slots) + sizeof(kf->slots);

	memset(kf, 0, offsetof(struct wk_keyfile, slots));
	memset((uint8_t *)kf + after, 0, sizeof(*kf) - after);
}

enum wk_status wk_keyfile_new(struct wk_keyfile **ret_kf, struct wk_err *err)
{
	struct wk_keyfile *kf = calloc(1, sizeof(*kf));

	if (!kf)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	*ret_kf = kf;
	return WK_OK;
}

void wk_keyfile_done(struct wk_keyfile *kf)
{
	wk_blob_done(&kf->image);
	wk_keyfile_clear(kf);
}

struct wk_keyfile *wk_keyfile_free(struct wk_keyfile *kf)
{
	if (kf) {
		wk_blob_done(&kf->image);
		free(kf);
	}
	return NULL;
}

const struct wk_slot *wk_keyfile_slot(const struct wk_keyfile *kf, uint8_t id)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (kf->slots[i].id == id)
			return &kf->slots[i];
	return NULL;
}

const uint8_t *wk_keyfile_id(const struct wk_keyfile *kf)
{
	return kf->key_id;
}

const char *wk_keyfile_name(const struct wk_keyfile *kf)
{
	return kf->name;
}

enum wk_usage wk_keyfile_usage(const struct wk_keyfile *kf)
{
	return kf->usage;
}

unsigned int wk_keyfile_key_bits(const struct wk_keyfile *kf)
{
	return kf->key_bits;
}
