/* SPDX-License-Identifier: Apache-2.0 */
/* The raw part of inspect: which copies a region holds. */
#include "cmd/inspect_raw.h"

#include "store.h"

static const char *const state_names[] = {
	[WK_RAW_EMPTY] = "empty",     [WK_RAW_GOOD] = "good",
	[WK_RAW_DAMAGED] = "damaged", [WK_RAW_TOO_NEW] = "too-new",
	[WK_RAW_FOREIGN] = "foreign",
};

static void print_copy(const struct wk_raw_view *v, int i, struct wk_out *out)
{
	const struct wk_raw_copy *c = &v->copies[i];

	wk_out_begin_object(out, NULL);
	wk_out_int(out, "copy", "Copy", i);
	wk_out_str(out, "state", "State", state_names[c->state]);
	wk_out_bool(out, "used", "Used", i == v->newest);
	if (c->state == WK_RAW_GOOD) {
		wk_out_int(out, "sequence", "Sequence", (long long)c->sequence);
		wk_out_int(out, "epoch", "Epoch", (long long)v->epoch[i]);
	}
	if (c->state == WK_RAW_DAMAGED)
		wk_out_str(out, "why", "Why", c->why);
	wk_out_end_object(out);
}

enum wk_status wk_inspect_raw(const char *location, struct wk_out *out,
			      struct wk_err *err)
{
	struct wk_location at;
	struct wk_raw_view v;
	enum wk_status st = wk_location_parse(location, &at, err);

	if (st || !at.raw)
		return st;
	st = wk_raw_view_read(&at, &v, err);
	if (st)
		return st;
	wk_out_begin_object(out, "raw");
	wk_out_str(out, "device", "Device", v.device);
	wk_out_int(out, "offset_bytes", "Offset", (long long)v.offset);
	if (v.newest >= 0)
		wk_out_int(out, "newest", NULL, v.newest);
	wk_out_begin_array(out, "copies");
	for (int i = 0; i < WK_RAW_COPIES; i++)
		print_copy(&v, i, out);
	wk_out_end_array(out);
	wk_out_end_object(out);
	wk_raw_view_done(&v);
	return WK_OK;
}
