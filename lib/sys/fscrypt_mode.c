/* SPDX-License-Identifier: Apache-2.0 */
/* The modes of fscrypt: fs/crypto/keysetup.c, fscrypt_modes[]. */
#include "sys/fscrypt_policy.h"

#include <string.h>

#include "uapi/fscrypt.h"

#define MODE(id, text, bytes, needed, options)               \
	{                                                    \
		.number = FSCRYPT_MODE_##id, .name = (text), \
		.key_bytes = (bytes), .strength = (needed),  \
		.kconfig = (options)                         \
	}

const struct wk_fscrypt_mode wk_fscrypt_modes[] = {
	MODE(AES_256_XTS, "AES-256-XTS", 64, 32, "CONFIG_CRYPTO_XTS"),
	MODE(AES_256_CTS, "AES-256-CTS", 32, 32, "CONFIG_CRYPTO_CTS"),
	MODE(AES_128_CBC, "AES-128-CBC", 16, 16, "CONFIG_CRYPTO_ESSIV"),
	MODE(AES_128_CTS, "AES-128-CTS", 16, 16, "CONFIG_CRYPTO_CTS"),
	MODE(SM4_XTS, "SM4-XTS", 32, 16, "CONFIG_CRYPTO_SM4_GENERIC"),
	MODE(SM4_CTS, "SM4-CTS", 16, 16, "CONFIG_CRYPTO_SM4_GENERIC"),
	MODE(ADIANTUM, "Adiantum", 32, 32, "CONFIG_CRYPTO_ADIANTUM"),
	MODE(AES_256_HCTR2, "AES-256-HCTR2", 32, 32, "CONFIG_CRYPTO_HCTR2"),
	{ 0 },
};

const struct wk_fscrypt_mode *wk_fscrypt_mode_by_number(uint8_t number)
{
	for (const struct wk_fscrypt_mode *m = wk_fscrypt_modes; m->number; m++)
		if (m->number == number)
			return m;
	return NULL;
}

const char *wk_fscrypt_mode_name(uint8_t number)
{
	const struct wk_fscrypt_mode *m = wk_fscrypt_mode_by_number(number);

	return m ? m->name : "unknown";
}

const struct wk_fscrypt_mode *wk_fscrypt_mode_by_name(const char *name)
{
	for (const struct wk_fscrypt_mode *m = wk_fscrypt_modes; m->number; m++)
		if (!strcmp(m->name, name))
			return m;
	return NULL;
}
