/* SPDX-License-Identifier: Apache-2.0 */
/* fscryptctl import_, generate_ and prepare_hw_wrapped_key. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/fscryptctl.h"
#include "sys/blkcrypto.h"

/* The one argument, or NULL: the reason has been told. */
static const char *device_of(int argc, char **argv)
{
	if (!wk_fscryptctl_no_options(argc, argv))
		return NULL;
	if (argc - optind == 1)
		return argv[optind];
	(void)wk_fscryptctl_fail("must specify a single block device");
	return NULL;
}

/* The end of each: the blob, or why there is none. */
static int finish(enum wk_status st, const struct wk_err *err, const char *what,
		  const struct wk_blkcrypto_blob *blob)
{
	if (st)
		return wk_fscryptctl_fail("%s hardware-wrapped key: %s", what,
					  strerror(err->errnum));
	return wk_fscryptctl_write(STDOUT_FILENO, blob->bytes, blob->len) ?
		       EXIT_SUCCESS :
		       EXIT_FAILURE;
}

int wk_fscryptctl_import(int argc, char **argv)
{
	const char *device = device_of(argc, argv);
	WK_AUTO_SECRET struct wk_secret *raw = NULL;
	WK_AUTO_FD int fd = -1;
	struct wk_blkcrypto_blob lt;
	struct wk_err err;
	enum wk_status st;

	if (!device || wk_fscryptctl_read_key(WK_BLKCRYPTO_RAW_MAX, &raw) ||
	    wk_fscryptctl_open(device, 0, &fd))
		return EXIT_FAILURE;
	st = wk_blkcrypto_import(fd, raw, &lt, &err);
	return finish(st, &err, "importing", &lt);
}

int wk_fscryptctl_generate(int argc, char **argv)
{
	const char *device = device_of(argc, argv);
	WK_AUTO_FD int fd = -1;
	struct wk_blkcrypto_blob lt;
	struct wk_err err;
	enum wk_status st;

	if (!device || wk_fscryptctl_open(device, 0, &fd))
		return EXIT_FAILURE;
	st = wk_blkcrypto_generate(fd, &lt, &err);
	return finish(st, &err, "generating", &lt);
}

/* What is read is no secret, but has the same limits as one. */
int wk_fscryptctl_prepare(int argc, char **argv)
{
	const char *device = device_of(argc, argv);
	WK_AUTO_SECRET struct wk_secret *lt = NULL;
	WK_AUTO_FD int fd = -1;
	struct wk_blkcrypto_blob eph;
	struct wk_err err;
	enum wk_status st;

	if (!device || wk_fscryptctl_read_key(WK_BLKCRYPTO_BLOB_MAX, &lt) ||
	    wk_fscryptctl_open(device, 0, &fd))
		return EXIT_FAILURE;
	st = wk_blkcrypto_prepare(
		fd, wk_span(wk_secret_view(lt), wk_secret_len(lt)), &eph, &err);
	return finish(st, &err, "preparing", &eph);
}
