# SPDX-License-Identifier: Apache-2.0
# What this compiler and this machine have.  Sets the flags for mk/build.mk;
# `make config` prints the outcome.

comma := ,

have_pkg = $(shell $(PKG_CONFIG) --exists '$(1)' 2>/dev/null && echo yes)
pkg_cflags = $(shell $(PKG_CONFIG) --cflags '$(1)' 2>/dev/null)
pkg_libs = $(shell $(PKG_CONFIG) --libs '$(1)' 2>/dev/null)

# One shell for all questions: those of the options that the compiler takes.
cc_options = $(shell for o in $(1); do \
	$(CC) -Werror $$o -x c -fsyntax-only /dev/null 2>/dev/null && echo "$$o"; done)
# Whether a program links with these.
cc_links = $(shell d=$$(mktemp -d) && \
	echo 'int main(void){return 0;}' | \
	$(CC) -x c - -o $$d/a $(1) 2>/dev/null && echo yes; rm -rf $$d)

WARNINGS := -Wall -Wextra -Wshadow -Wvla -Wundef -Wstrict-prototypes \
	    -Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wformat=2 \
	    -Wimplicit-fallthrough
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif

HARDEN := $(call cc_options,-fstack-protector-strong -fstack-clash-protection \
	  -fcf-protection -ffile-prefix-map=$(CURDIR)=.)
# Fortification needs the optimizer and does not mix with sanitizers.
ifneq ($(filter -O -O1 -O2 -O3 -Os -Og -Oz -Ofast,$(CFLAGS)),)
ifeq ($(findstring -fsanitize,$(CFLAGS)),)
FORTIFY := $(shell printf '\043if !__has_builtin(__builtin_dynamic_object_size)\n\043error\n\043endif\n' | \
	$(CC) -x c -fsyntax-only - 2>/dev/null && echo 3 || echo 2)
HARDEN += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(FORTIFY)
endif
endif

ALL_CPPFLAGS := -D_GNU_SOURCE -DWK_VERSION='"$(VERSION)"' -I. -Iinclude -Ilib \
		$(CPPFLAGS)
ALL_CFLAGS := -std=gnu11 $(WARNINGS) $(HARDEN) -fPIC -fvisibility=hidden \
	      $(CFLAGS)
# Relative relocations in a few words, where linker and C library know how.
PACKED := $(if $(call cc_links,-pie -fPIE -Wl$(comma)-z$(comma)pack-relative-relocs),-Wl$(comma)-z$(comma)pack-relative-relocs)
ALL_LDFLAGS := -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed $(PACKED) \
	       $(if $(findstring -fsanitize,$(CFLAGS)),,-Wl,-z,defs) $(LDFLAGS)

HAVE_CC := $(shell $(CC) -x c -fsyntax-only /dev/null 2>/dev/null && echo yes)
HAVE_KEYUTILS := $(call cc_links,-lkeyutils)
HAVE_CRYPTO := $(call have_pkg,libcrypto)
HAVE_ARGON2 := $(call have_pkg,libargon2)

CRYPTO_CFLAGS := $(call pkg_cflags,libcrypto)
CRYPTO_LIBS := $(call pkg_libs,libcrypto)
ARGON2_CFLAGS := $(call pkg_cflags,libargon2)
ARGON2_LIBS := $(call pkg_libs,libargon2)

# The tool prefers the archive.  The start-up budget is 1.60 times the
# instructions of a dynamic hello (126 000); the shared libkeyutils alone costs
# 40 000 of them in the dynamic linker, for one-line wrappers of system calls.
KEYUTILS_SHARED := -lkeyutils
KEYUTILS_ARCHIVE := -l:libkeyutils.a
ifeq ($(KEYUTILS),auto)
KEYUTILS_KIND := $(if $(call cc_links,$(KEYUTILS_ARCHIVE)),archive,shared)
else
KEYUTILS_KIND := $(KEYUTILS)
endif
ifeq ($(filter archive shared,$(KEYUTILS_KIND)),)
$(error KEYUTILS=$(KEYUTILS): known are auto, archive and shared)
endif
KEYUTILS_LIBS := $(if $(filter archive,$(KEYUTILS_KIND)),$(KEYUTILS_ARCHIVE),$(KEYUTILS_SHARED))

# TPM: real sources when they exist and are wanted, else lib/backends/tpm/absent.c.
TPM_SOURCES := $(filter-out %/absent.c,$(wildcard lib/backends/tpm/*.c))
ifeq ($(filter auto 0 1,$(WITH_TPM)),)
$(error WITH_TPM=$(WITH_TPM): known are auto, 1 and 0)
endif
ifeq ($(WITH_TPM),0)
NO_TPM := WITH_TPM=0
else ifeq ($(TPM_SOURCES),)
NO_TPM := this version has no TPM backend yet
else ifneq ($(call have_pkg,tss2-esys),yes)
NO_TPM := tss2-esys not found by $(PKG_CONFIG)
endif
TPM := $(if $(NO_TPM),no ($(NO_TPM)),yes)
ifeq ($(WITH_TPM),1)
$(if $(NO_TPM),$(error WITH_TPM=1: $(NO_TPM)))
endif

# The system call filter is made by a program of the build machine, with the
# libseccomp of there; the tool links none.
HOSTCC ?= $(if $(filter $(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null))),$(shell uname -m)),$(CC),cc)
# Name of the architecture and byte order, as -m32 and the like leave them.
SECCOMP_TARGET := $(shell $(CC) $(CFLAGS) -E -P -x c cmd/seccomp/target.def 2>/dev/null)
ifeq ($(filter auto 0 1,$(WITH_SECCOMP)),)
$(error WITH_SECCOMP=$(WITH_SECCOMP): known are auto, 1 and 0)
endif
ifeq ($(WITH_SECCOMP),0)
NO_SECCOMP := WITH_SECCOMP=0
else ifneq ($(filter-out unknown little big,$(SECCOMP_TARGET)),$(firstword $(SECCOMP_TARGET)))
NO_SECCOMP := none is made for this architecture
else ifneq ($(shell d=$$(mktemp -d) && \
	printf '\043include <seccomp.h>\nint main(void){return !seccomp_init(SCMP_ACT_ALLOW);}\n' | \
	$(HOSTCC) -x c - -o $$d/a -lseccomp 2>/dev/null && echo yes; rm -rf $$d),yes)
NO_SECCOMP := $(HOSTCC) finds no libseccomp (libseccomp-dev)
endif
SECCOMP := $(if $(NO_SECCOMP),no ($(NO_SECCOMP)),$(firstword $(SECCOMP_TARGET)))
ifeq ($(WITH_SECCOMP),1)
$(if $(NO_SECCOMP),$(error WITH_SECCOMP=1: $(NO_SECCOMP)))
endif

# The sheet's QR code.  Linked in, it takes an archive, which Debian has not.
QR_CFLAGS := $(call pkg_cflags,libqrencode)
QR_LIBS := $(call pkg_libs,libqrencode)
ifeq ($(filter auto 0 1,$(WITH_QR)),)
$(error WITH_QR=$(WITH_QR): known are auto, 1 and 0)
endif
ifeq ($(WITH_QR),0)
NO_QR := WITH_QR=0
else ifneq ($(call have_pkg,libqrencode),yes)
NO_QR := libqrencode not found by $(PKG_CONFIG)
else ifeq ($(STATIC),1)
ifneq ($(call cc_links,-static $(QR_LIBS)),yes)
NO_QR := no static libqrencode for STATIC=1
endif
endif
QR := $(if $(NO_QR),no ($(NO_QR)),yes)
ifeq ($(WITH_QR),1)
$(if $(NO_QR),$(error WITH_QR=1: $(NO_QR)))
endif

MISSING := $(if $(HAVE_CC),,a working compiler ($(CC): gcc libc6-dev)) \
	   $(if $(HAVE_KEYUTILS),,libkeyutils (libkeyutils-dev)) \
	   $(if $(HAVE_CRYPTO),,libcrypto (libssl-dev, found with pkgconf)) \
	   $(if $(HAVE_ARGON2),,libargon2 (libargon2-dev, found with pkgconf))

yesno = $(if $(1),$(1),no)
config:
	@echo 'version       $(VERSION)'
	@echo 'compiler      $(CC), $(call yesno,$(HAVE_CC))'
	@echo 'optimize      $(CFLAGS)'
	@echo 'hardening     $(HARDEN)'
	@echo 'libkeyutils   $(call yesno,$(HAVE_KEYUTILS)); the tool links the $(KEYUTILS_KIND) one'
	@echo 'libcrypto     $(call yesno,$(HAVE_CRYPTO))'
	@echo 'libargon2     $(call yesno,$(HAVE_ARGON2))'
	@echo 'TPM           $(TPM)'
	@echo 'seccomp       $(SECCOMP)'
	@echo 'QR code       $(QR)'
	@echo 'modules       $(if $(filter 1,$(STATIC)),linked in (STATIC=1),$(MODULEDIR))'
	@echo 'prefix        $(PREFIX)'
ifneq ($(strip $(MISSING)),)
	@echo 'missing       $(strip $(MISSING)): make setup'
endif

# Before the first object: say what is missing instead of a page of errors.
need-build:
ifneq ($(strip $(MISSING)),)
	@echo 'make: missing: $(strip $(MISSING))' >&2
	@echo 'make: `make setup` installs the Debian packages' >&2
	@exit 1
endif

.PHONY: config need-build
