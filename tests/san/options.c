/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every program under the sanitizers starts with, whatever becomes of its
 * environment: linked into all of them by `make check-san`, with WK_SAN_LOG, the
 * beginning of the names of reports.
 *
 * The tool makes itself undumpable and forbids ptrace, without which
 * LeakSanitizer cannot look: its leaks are found by valgrind.  Unit tests ask
 * for leaks in ASAN_OPTIONS, which comes on top of this.
 */
#include <dlfcn.h>
#include <stddef.h>

/* One string for both runtimes: each reads the common names. */
#define OPTIONS                                                     \
	"log_path=" WK_SAN_LOG ":exitcode=99:detect_leaks=0:"       \
	"detect_stack_use_after_return=1:strict_string_checks=1:"   \
	"check_initialization_order=1:allocator_may_return_null=1:" \
	"print_stacktrace=1:disable_coredump=1"

/* Asked for by the runtimes, which have no header for it. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
	return OPTIONS;
}

__attribute__((visibility("default"))) const char *__ubsan_default_options(void)
{
	return OPTIONS;
}

/*
 * The runtime of UBSan, when it is a library beside that of ASan, reads log_path
 * and does not follow it; and the function of that name is ASan's.
 */
__attribute__((constructor)) static void lead_ubsan(void)
{
	void *lib = dlopen("libubsan.so.1", RTLD_LAZY | RTLD_NOLOAD);
	void (*set)(const char *path) = NULL;

	if (lib)
		*(void **)&set = dlsym(lib, "__sanitizer_set_report_path");
	if (set)
		set(WK_SAN_LOG);
}
