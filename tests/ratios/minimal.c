/* SPDX-License-Identifier: Apache-2.0 */
/*
 * minimal MOUNTPOINT [BOX]: the least that adds an fscrypt key.  The raw key
 * comes from standard input; or, with BOX, from that file: nonce, ciphertext and
 * tag of AES-256-GCM under the key in the user keyring that ephemeral forms are
 * under.  No check, no locked memory, no wiping.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/fscrypt.h>
#include <linux/keyctl.h>

#ifdef WITH_BOX
#include <openssl/evp.h>

#define NONCE 12
#define TAG 16

static long boot_key(uint8_t key[32])
{
	long serial;

	syscall(SYS_keyctl, KEYCTL_LINK, KEY_SPEC_USER_KEYRING,
		KEY_SPEC_PROCESS_KEYRING);
	serial = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_PROCESS_KEYRING,
			 "user", "wkeyctl:boot", 0);
	return syscall(SYS_keyctl, KEYCTL_READ, serial, key, 32);
}

static int open_box(const char *path, uint8_t *out)
{
	uint8_t key[32], box[NONCE + 64 + TAG];
	int fd = open(path, O_RDONLY), len, n;
	ssize_t got = read(fd, box, sizeof(box));
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();

	if (got <= NONCE + TAG || boot_key(key) != 32)
		return -1;
	n = (int)got - NONCE - TAG;
	if (!EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, box) ||
	    !EVP_DecryptUpdate(c, out, &len, box + NONCE, n) ||
	    !EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG,
				 box + NONCE + n) ||
	    !EVP_DecryptFinal_ex(c, out + len, &len))
		return -1;
	return n;
}
#else
static int open_box(const char *path, uint8_t *out)
{
	(void)path;
	(void)out;
	return -1;
}
#endif

int main(int argc, char **argv)
{
	union {
		struct fscrypt_add_key_arg arg;
		uint8_t room[sizeof(struct fscrypt_add_key_arg) + 64];
	} u = { .arg.key_spec.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER };
	int fd = open(argv[1], O_RDONLY | O_DIRECTORY);
	int len = argc > 2 ? open_box(argv[2], u.arg.raw) :
			     (int)read(0, u.arg.raw, 64);

	u.arg.raw_size = (uint32_t)len;
	if (len < 0 || ioctl(fd, FS_IOC_ADD_ENCRYPTION_KEY, &u)) {
		perror("minimal");
		return 1;
	}
	for (int i = 0; i < FSCRYPT_KEY_IDENTIFIER_SIZE; i++)
		printf("%02x", u.arg.key_spec.u.identifier[i]);
	return puts("") < 0;
}
