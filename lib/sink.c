/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that sinks share.  See sink.h. */
#include "sink.h"

#include "base/blob.h"

/* Why a sink does not take a kind, and what to do instead; {0}: it does. */
struct refusal {
	const char *cause;
	const char *hint;
};

static const struct refusal refusals[WK_SINKS][WK_MATERIAL_KINDS] = {
	[WK_SINK_KEYRING] = {
		[WK_MATERIAL_ENGINE_RAW] = {
			"the bytes serve an inline-crypto engine only; in a "
			"keyring they would be taken for the storage key",
			"add it to fscrypt or a block device on a machine "
			"with such an engine",
		},
	},
	[WK_SINK_FSCRYPT] = {
		[WK_MATERIAL_ENGINE_RAW] = {
			"the kernel cannot take the keys that an engine derives "
			"from these bytes, and as a raw key they would give "
			"another identifier: data would be lost",
			"use it on a machine with an engine of the same kind",
		},
		[WK_MATERIAL_HW_WRAPPED] = {
			"hardware-wrapped keys cannot be added to fscrypt by "
			"this version",
			"it needs Linux 6.16, mount -o inlinecrypt and a policy "
			"of kind IV_INO_LBLK_64 or 32",
		},
		[WK_MATERIAL_KERNEL_KEY] = {
			"its bytes stay in the kernel, and fscrypt takes no "
			"trusted or encrypted key",
			"use it with dm-crypt, or make a recoverable key",
		},
	},
};

/* The word of --usage. */
static const char *usage_name(enum wk_usage u)
{
	static const char *const names[] = {
		[WK_USAGE_ANY] = "any",
		[WK_USAGE_FSCRYPT] = "fscrypt",
		[WK_USAGE_DM_CRYPT] = "dm-crypt",
		[WK_USAGE_DM_INLINECRYPT] = "dm-inlinecrypt",
		[WK_USAGE_KEYRING] = "keyring",
	};

	return (size_t)u < WK_ARRAY_LEN(names) ? names[u] : "unknown";
}

enum wk_status wk_sink_check_material(enum wk_sink sink,
				      const struct wk_material *m,
				      struct wk_err *err)
{
	static const char *const kinds[WK_MATERIAL_KINDS] = {
		[WK_MATERIAL_RAW] = "raw key",
		[WK_MATERIAL_ENGINE_RAW] = "engine key",
		[WK_MATERIAL_HW_WRAPPED] = "hardware-wrapped key",
		[WK_MATERIAL_KERNEL_KEY] = "kernel key",
	};
	const struct refusal *r = &refusals[sink][m->kind];

	if (!r->cause)
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "sink.material", "%s: %s", kinds[m->kind],
		r->cause);
	wk_err_hint(err, "%s", r->hint);
	return WK_UNSUPPORTED;
}

enum wk_status wk_sink_check_usage(const struct wk_keyfile *kf,
				   unsigned int set, const char *what,
				   enum wk_usage wanted, struct wk_err *err)
{
	enum wk_usage u = wk_keyfile_usage(kf);

	if (set & WK_USAGE_SET(u))
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "sink.usage",
		"key '%s': made for %s, not for %s", wk_keyfile_name(kf),
		usage_name(u), what);
	wk_err_hint(err,
		    "one key serves one purpose: make another with "
		    "generate --usage %s",
		    usage_name(wanted));
	return WK_UNSUPPORTED;
}
