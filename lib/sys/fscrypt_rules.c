/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of policies that can be told without asking the kernel, which
 * answers each with a bare EINVAL: fs/crypto/policy.c, fscrypt_supported_policy().
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/blob.h"
#include "sys/fscrypt_policy.h"
#include "sys/syscalls.h"

#define IV_INO_LBLK (WK_FSCRYPT_IV_INO_LBLK_64 | WK_FSCRYPT_IV_INO_LBLK_32)
#define ALL_FLAGS (WK_FSCRYPT_DIRECT_KEY | IV_INO_LBLK)
#define LOG2_UNIT_MIN 9	 /* the kernel's SECTOR_SHIFT */
#define LOG2_UNIT_MAX 16 /* the largest block that a file system has */

/* The usual partner of a contents mode comes first. */
static const struct {
	uint8_t contents, filenames;
	uint8_t version; /* of policies that have it first */
} pairs[] = {
	{ WK_FSCRYPT_AES_256_XTS, WK_FSCRYPT_AES_256_CTS, 1 },
	{ WK_FSCRYPT_AES_256_XTS, WK_FSCRYPT_AES_256_HCTR2, 2 },
	{ WK_FSCRYPT_AES_128_CBC, WK_FSCRYPT_AES_128_CTS, 1 },
	{ WK_FSCRYPT_SM4_XTS, WK_FSCRYPT_SM4_CTS, 2 },
	{ WK_FSCRYPT_ADIANTUM, WK_FSCRYPT_ADIANTUM, 1 },
};

uint8_t wk_fscrypt_filenames_for(uint8_t contents)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(pairs); i++)
		if (pairs[i].contents == contents)
			return pairs[i].filenames;
	return 0;
}

uint8_t wk_fscrypt_contents_for(uint8_t filenames)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(pairs); i++)
		if (pairs[i].filenames == filenames)
			return pairs[i].contents;
	return 0;
}

size_t wk_fscrypt_policy_strength(const struct wk_fscrypt_policy *p)
{
	const struct wk_fscrypt_mode *c =
		wk_fscrypt_mode_by_number(p->contents);
	const struct wk_fscrypt_mode *f =
		wk_fscrypt_mode_by_number(p->filenames);
	size_t contents = c ? c->strength : 0;
	size_t filenames = f ? f->strength : 0;

	return contents > filenames ? contents : filenames;
}

static enum wk_status refuse(struct wk_err *err, const char *hint,
			     const char *fmt, ...) WK_PRINTF(3, 4);
static enum wk_status refuse(struct wk_err *err, const char *hint,
			     const char *fmt, ...)
{
	char rule[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(rule, sizeof(rule), fmt, args);
	va_end(args);
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.policy", "%s", rule);
	wk_err_hint(err, "%s", hint);
	return WK_UNSUPPORTED;
}

static enum wk_status check_numbers(const struct wk_fscrypt_policy *p,
				    struct wk_err *err)
{
	if (p->version != 1 && p->version != 2)
		return refuse(err, "there are versions 1 and 2",
			      "a policy of version %u does not exist",
			      p->version);
	if (!wk_fscrypt_mode_by_number(p->contents) ||
	    !wk_fscrypt_mode_by_number(p->filenames))
		return refuse(err, "choose a mode by its name",
			      "an encryption mode of number %u does not exist",
			      wk_fscrypt_mode_by_number(p->contents) ?
				      p->filenames :
				      p->contents);
	if (p->padding != 4 && p->padding != 8 && p->padding != 16 &&
	    p->padding != 32)
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "padding of names: %u bytes, not 4, 8, 16 or 32",
			       p->padding);
	if (p->flags & ~ALL_FLAGS)
		return refuse(err, "leave it out",
			      "the policy flag 0x%02x does not exist",
			      p->flags & ~ALL_FLAGS);
	return WK_OK;
}

/* The first version that has the pair, or 0. */
static uint8_t version_of_pair(const struct wk_fscrypt_policy *p)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(pairs); i++)
		if (pairs[i].contents == p->contents &&
		    pairs[i].filenames == p->filenames)
			return pairs[i].version;
	return 0;
}

static enum wk_status check_pair(const struct wk_fscrypt_policy *p,
				 struct wk_err *err)
{
	const char *contents = wk_fscrypt_mode_name(p->contents);
	const char *filenames = wk_fscrypt_mode_name(p->filenames);
	uint8_t usual = wk_fscrypt_filenames_for(p->contents);
	uint8_t version = version_of_pair(p);

	if (version && version <= p->version)
		return WK_OK;
	if (version)
		return refuse(err, "take version 2",
			      "policies of version 1 have no %s with %s",
			      contents, filenames);
	if (!usual)
		return refuse(err,
			      "contents take AES-256-XTS, AES-128-CBC, SM4-XTS "
			      "or Adiantum",
			      "%s encrypts names, not contents", contents);
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.policy",
		"%s for contents and %s for names do not go together", contents,
		filenames);
	wk_err_hint(err, "with %s for contents take %s for names", contents,
		    wk_fscrypt_mode_name(usual));
	return WK_UNSUPPORTED;
}

/* The IV must have room for the nonce behind the index: 24 bytes. */
static enum wk_status check_direct_key(const struct wk_fscrypt_policy *p,
				       struct wk_err *err)
{
	if (p->contents == WK_FSCRYPT_ADIANTUM)
		return WK_OK;
	return refuse(err, "take Adiantum for contents and names, or no flag",
		      "DIRECT_KEY goes with Adiantum only, not with %s",
		      wk_fscrypt_mode_name(p->contents));
}

static enum wk_status check_flags(const struct wk_fscrypt_policy *p,
				  struct wk_err *err)
{
	if (p->flags & (p->flags - 1))
		return refuse(err, "take one of them",
			      "DIRECT_KEY, IV_INO_LBLK_64 and IV_INO_LBLK_32 "
			      "exclude each other");
	if (p->flags & WK_FSCRYPT_DIRECT_KEY)
		return check_direct_key(p, err);
	if (!(p->flags & IV_INO_LBLK))
		return WK_OK;
	if (p->version == 1)
		return refuse(
			err, "take version 2",
			"policies of version 1 have no IV_INO_LBLK flags");
	if (p->contents != WK_FSCRYPT_AES_256_XTS)
		return refuse(err, "take AES-256-XTS for contents, or no flag",
			      "IV_INO_LBLK_%s goes with AES-256-XTS for "
			      "contents only, not with %s",
			      p->flags & WK_FSCRYPT_IV_INO_LBLK_64 ? "64" :
								     "32",
			      wk_fscrypt_mode_name(p->contents));
	return WK_OK;
}

static enum wk_status check_data_unit(const struct wk_fscrypt_policy *p,
				      struct wk_err *err)
{
	if (!p->log2_data_unit_size)
		return WK_OK;
	if (p->version == 1)
		return refuse(err, "take version 2",
			      "policies of version 1 have no data unit size");
	if (p->log2_data_unit_size < LOG2_UNIT_MIN ||
	    p->log2_data_unit_size > LOG2_UNIT_MAX)
		return refuse(err, "take a power of two in between",
			      "a data unit has 512 to 65536 bytes, not 2^%u",
			      p->log2_data_unit_size);
	return WK_OK;
}

enum wk_status wk_fscrypt_check_policy(const struct wk_fscrypt_policy *p,
				       struct wk_err *err)
{
	enum wk_status st = check_numbers(p, err);

	if (!st)
		st = check_pair(p, err);
	if (!st)
		st = check_flags(p, err);
	return st ? st : check_data_unit(p, err);
}

enum wk_status wk_fscrypt_check_policy_on(int fd,
					  const struct wk_fscrypt_policy *p,
					  struct wk_err *err)
{
	enum wk_status st = wk_fscrypt_check_policy(p, err);
	uint64_t unit, block;

	/* Where the size is not known, the kernel decides. */
	if (st || !p->log2_data_unit_size || wk_sys_block_size(fd, &block) < 0)
		return st;
	unit = 1ULL << p->log2_data_unit_size;
	if (unit == block)
		return WK_OK;
	if (unit > block)
		return refuse(err, "a data unit is at most a block",
			      "data units of %llu bytes do not fit in the file "
			      "system's blocks of %llu bytes",
			      (unsigned long long)unit,
			      (unsigned long long)block);
	if (p->flags & WK_FSCRYPT_IV_INO_LBLK_32)
		return refuse(err, "leave the data unit size or the flag out",
			      "IV_INO_LBLK_32 goes with data units of a whole "
			      "block only (%llu bytes)",
			      (unsigned long long)block);
	return WK_OK;
}
