# SPDX-License-Identifier: Apache-2.0
# wkeyctl: the only Makefile (its longer parts are under mk/).  `make help`.
#
# Settings, given as `make NAME=value`:
#
#   BUILD=build       folder for everything that is made; may lie anywhere
#   V=1               show whole commands
#   CC, AR, PKG_CONFIG, CPPFLAGS, CFLAGS (-O2 -g), LDFLAGS
#                     as usual; they come after our own flags
#   HOSTCC            compiles for the build machine: CC, in a cross build cc
#   WERROR=1          warnings are errors (CI)
#   WITH_TPM=auto     TPM 2.0 backend: auto, 1 (its absence is an error), 0
#   WITH_SECCOMP=auto system call filter of the sandbox: likewise
#   WITH_QR=auto      QR code of the recovery sheet (libqrencode): likewise
#   KEYUTILS=auto     how the tool links libkeyutils: auto, archive, shared
#   STATIC=1          one static program, modules linked in
#   DESTDIR, PREFIX (/usr/local), BINDIR, LIBDIR, MODULEDIR, INCLUDEDIR, MANDIR,
#   PKGCONFIGDIR, BASHCOMPDIR, ZSHCOMPDIR, FISHCOMPDIR
#                     where `make install` puts things
#   WKEY_NO_INSTALL=1 check and demo install no Debian packages
#
# Nothing that is built for the target is run by the build: cross builds need a
# CC and a PKG_CONFIG for it, nothing else.  One small program is built for the
# build machine and run there, with its libseccomp: cmd/seccomp/generate.c makes
# the system call filter of the target.

VERSION := 0.1.0

BUILD ?= build
V ?= 0
CC ?= cc
AR ?= ar
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
WERROR ?= 0
WITH_TPM ?= auto
WITH_SECCOMP ?= auto
WITH_QR ?= auto
KEYUTILS ?= auto
STATIC ?= 0

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
# Where the tool looks: ../lib/wkeyctl as seen from its own folder.
MODULEDIR ?= $(dir $(BINDIR))lib/wkeyctl
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d
# For the tests.
export BUILD CC PKG_CONFIG VERSION
# A make that a test starts must not take what is built for out of date.
export AR CPPFLAGS CFLAGS LDFLAGS WERROR WITH_TPM WITH_SECCOMP WITH_QR KEYUTILS STATIC

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @printf '  %-7s %s\n' '$(1)' '$(patsubst $(BUILD)/%,%,$@)';
endif

# These look at no compiler and no library themselves: on a fresh machine they
# may be what installs them.  Everything else needs the answers of mk/detect.mk.
BARE_GOALS := help setup check check-fast demo ratios clean dist uninstall \
	      check-layers check-mutants check-san fuzz clean-root format
ifneq ($(filter-out $(BARE_GOALS),$(or $(MAKECMDGOALS),all)),)
include mk/detect.mk
include mk/build.mk
endif
include mk/install.mk
include mk/completions.mk
include mk/check.mk
include mk/gates.mk

help:
	@echo 'make               build the tool, the library and the modules in $(BUILD)/'
	@echo 'make check         every test; installs missing Debian packages first'
	@echo 'make check-fast    tests that need no root, under a minute'
	@echo 'make check-unit    unit tests only'
	@echo 'make check-bats    command-line tests only; BATS="tests/x.bats ..." BATS_FILTER=REGEX choose'
	@echo 'make lint          format, shell, headers, layers, sizes, symbols, man pages'
	@echo 'make check-layers  direction of includes only'
	@echo 'make format        clang-format on the C sources, in place'
	@echo 'make completions   fresh tables in completions/, from the built program'
	@echo 'make ratios        time and instructions against the neighbours'
	@echo 'make demo          the main job, visibly, on this machine'
	@echo 'make check-mutants faults of tests/mutants/list: whether a test catches each'
	@echo 'make check-san     every test again with ASan and UBSan, and under valgrind; SAN=asan'
	@echo 'make fuzz          parsers under libFuzzer, FUZZ_SECONDS=600 in all; coverage'
	@echo 'make clean-root    demo and check in a fresh Debian 12 root (needs root)'
	@echo 'make setup         install the Debian packages for building and testing'
	@echo 'make install       DESTDIR= PREFIX= and so on; uninstall takes it back'
	@echo 'make dist          $(BUILD)/wkeyctl-$(VERSION).tar.gz'
	@echo 'make config        what was found and will be built'
	@echo 'make clean         remove $(BUILD)/'
	@echo 'The settings are explained at the top of the Makefile.'

clean:
	rm -rf $(BUILD)

# From the last commit; from an unpacked archive, of what lies there.
dist:
	@mkdir -p $(BUILD)
	@if git rev-parse -q --verify HEAD >/dev/null 2>&1 && [ -z "$$(git rev-parse --show-prefix)" ]; then \
		git archive --format=tar.gz --prefix=wkeyctl-$(VERSION)/ \
			-o $(BUILD)/wkeyctl-$(VERSION).tar.gz HEAD; \
	else \
		tar -czf $(BUILD)/.dist.tmp --transform 's,^\.,wkeyctl-$(VERSION),' \
			--owner=0 --group=0 --exclude=./.git --exclude=./build --exclude=./$(BUILD) . && \
		mv $(BUILD)/.dist.tmp $(BUILD)/wkeyctl-$(VERSION).tar.gz; \
	fi
	@echo $(BUILD)/wkeyctl-$(VERSION).tar.gz

.PHONY: all help clean dist
