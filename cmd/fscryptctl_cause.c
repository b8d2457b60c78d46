/* SPDX-License-Identifier: Apache-2.0 */
/* Why an ioctl of fscrypt failed, in the words of fscryptctl. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "cmd/fscryptctl.h"

#define UNKNOWN_VERSION \
	"file or directory uses an unrecognized encryption policy version"

struct cause {
	int errnum;
	const char *text;
};

static const struct cause common[] = {
	{ ENOTTY,
	  "your kernel is too old to support filesystem encryption, or the "
	  "filesystem you are using does not support encryption" },
	{ EOPNOTSUPP,
	  "filesystem encryption has been disabled in the kernel config, or "
	  "you need to enable encryption on your filesystem (see the README "
	  "for more detailed instructions)." },
	{ 0 },
};

static const struct cause getting[] = {
	{ ENODATA, "file or directory not encrypted" },
	{ EINVAL, UNKNOWN_VERSION },
	{ EOVERFLOW, UNKNOWN_VERSION },
	{ 0 },
};

static const struct cause setting[] = {
	{ EEXIST, "file or directory already encrypted" },
	{ EINVAL, "invalid encryption options provided" },
	{ 0 },
};

static const char *find(const struct cause *c, int errnum)
{
	while (c->errnum && c->errnum != errnum)
		c++;
	return c->text;
}

static const char *cause(const struct cause *own, int errnum)
{
	const char *text = find(own, errnum);

	if (!text)
		text = find(common, errnum);
	return text ? text : strerror(errnum);
}

const char *wk_fscryptctl_get_policy_cause(int errnum)
{
	return cause(getting, errnum);
}

const char *wk_fscryptctl_set_policy_cause(int errnum)
{
	return cause(setting, errnum);
}

/* The ioctls for keys came with Linux 5.4. */
static bool is_before_keys(void)
{
	struct utsname u;
	int major, minor;

	return uname(&u) == 0 &&
	       sscanf(u.release, "%d.%d", &major, &minor) == 2 &&
	       (major < 5 || (major == 5 && minor < 4));
}

const char *wk_fscryptctl_key_cause(int errnum)
{
	if (errnum == ENOTTY && is_before_keys())
		return "ioctl not implemented.  Your kernel may be too old to "
		       "support all the fscrypt ioctls.  Please upgrade to "
		       "Linux 5.4 or later.";
	return cause(common, errnum);
}
