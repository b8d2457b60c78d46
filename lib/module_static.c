/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The modules that are linked in: STATIC=1, and unit tests.
 *
 * What a module is made of:
 *   crypto.so  lib/crypto/{crypto,aead,hkdf}.c           -lcrypto
 *   argon2.so  lib/crypto/argon2*.c                      -largon2 -pthread
 *   cms.so     lib/cms/{cms,certificate,certificate_rules}.c  -lcrypto
 *   qr.so      lib/qr/qr.c                               -lqrencode; optional
 * each with lib/crypto/glue.c and what it uses of lib/base, linked with
 * lib/module.map.  Linked in, they are the same files without glue.c, and all
 * of them and lib/module*.c are compiled with -DWK_MODULES_STATIC.
 */
#include "module_load.h"

#include <string.h>

#include "base/blob.h"

extern const struct wk_module wk_module_crypto, wk_module_argon2, wk_module_cms,
	wk_module_qr;

static const struct wk_module *const linked[] = {
	&wk_module_crypto,
	&wk_module_argon2,
	&wk_module_cms,
#ifdef WK_WITH_QR
	&wk_module_qr,
#endif
};

const struct wk_module *wk_module_linked(const char *name)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(linked); i++) {
		if (!strcmp(linked[i]->name, name))
			return linked[i];
	}
	return NULL;
}
