# SPDX-License-Identifier: Apache-2.0
# From sources to products.  A new source file needs no edit here.

OBJ := $(BUILD)/obj
# Second flavour of the few objects that know whether modules are linked in.
SOBJ := $(BUILD)/obj-static

objects = $(patsubst %.c,$(OBJ)/%.o,$(1))
static_objects = $(patsubst %.c,$(SOBJ)/%.o,$(1))

BASE_SRC := $(wildcard lib/base/*.c)
SYS_SRC := $(wildcard lib/sys/*.c)
LIB_SRC := $(filter-out lib/module_static.c,$(wildcard lib/*.c))
CMD_SRC := $(filter-out cmd/main.c,$(wildcard cmd/*.c))

# A backend is its own sources, or absent.c where there are none to build.
backend_src = $(or $(filter-out %/absent.c,$(wildcard lib/backends/$(1)/*.c)),$(wildcard lib/backends/$(1)/absent.c))
BACKENDS := $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard lib/backends/*/*.c)))))
BACKEND_SRC := $(foreach b,$(filter-out tpm,$(BACKENDS)),$(call backend_src,$(b)))
BACKEND_SRC += $(if $(filter yes,$(TPM)),$(TPM_SOURCES),$(wildcard lib/backends/tpm/absent.c))

# The modules.  glue*.c is the module's side of struct wk_core: part of every
# shared module, of no static one.
GLUE_SRC := $(wildcard lib/crypto/glue*.c)
ARGON2_SRC := $(wildcard lib/crypto/argon2*.c)
CRYPTO_SRC := $(filter-out $(GLUE_SRC) $(ARGON2_SRC),$(wildcard lib/crypto/*.c))
QR_SRC := $(if $(NO_QR),,$(wildcard lib/qr/*.c))
CMS_SRC := $(wildcard lib/cms/*.c)
MODULE_SRC := $(CRYPTO_SRC) $(ARGON2_SRC) $(CMS_SRC) $(QR_SRC)
MODULES := $(if $(CRYPTO_SRC),crypto) $(if $(ARGON2_SRC),argon2) $(if $(CMS_SRC),cms) $(if $(QR_SRC),qr)

# What tells the two flavours apart; everything else is compiled once.
FLAVOUR_SRC := $(wildcard lib/module*.c) $(MODULE_SRC)
COMMON_SRC := $(BASE_SRC) $(SYS_SRC) $(LIB_SRC) $(BACKEND_SRC)
LIB_OBJ := $(call objects,$(COMMON_SRC))
LIB_SOBJ := $(call objects,$(filter-out $(FLAVOUR_SRC),$(COMMON_SRC))) \
	    $(call static_objects,$(FLAVOUR_SRC))
CMD_OBJ := $(call objects,$(CMD_SRC))
MAIN_OBJ := $(call objects,$(wildcard cmd/main.c))

TOOL := $(if $(MAIN_OBJ),$(BUILD)/wkeyctl)
SONAME := libwkey.so.0
LIBRARIES := $(BUILD)/libwkey.a $(BUILD)/libwkey.pc
ifneq ($(STATIC),1)
LIBRARIES += $(BUILD)/$(SONAME) $(BUILD)/libwkey.so
MODULE_SO := $(MODULES:%=$(BUILD)/modules/%.so)
endif

all: $(TOOL) $(LIBRARIES) $(MODULE_SO)

# --- settings: a change of any rebuilds ---------------------------------------

FLAGS_TEXT := $(CC)|$(AR)|$(ALL_CPPFLAGS)|$(ALL_CFLAGS)|$(ALL_LDFLAGS)|$(STATIC)|$(KEYUTILS_LIBS)|$(CRYPTO_LIBS)|$(ARGON2_LIBS)|$(TPM)|$(HOSTCC)|$(SECCOMP)|$(QR)
$(BUILD)/.flags: FORCE | need-build
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_TEXT))' >$@.tmp; \
	if cmp -s $@.tmp $@; then rm -f $@.tmp; else mv $@.tmp $@; fi

# A source that went away must leave the archives, so their lists are settings too.
# Without the folder's name: relative and absolute it is the same.
LIST_TEXT := $(patsubst $(BUILD)/%,%,$(LIB_SOBJ) $(LIB_OBJ) $(CMD_OBJ))
$(BUILD)/.list: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(LIST_TEXT)' >$@.tmp; \
	if cmp -s $@.tmp $@; then rm -f $@.tmp; else mv $@.tmp $@; fi

# --- objects ------------------------------------------------------------------

compile = $(CC) $(ALL_CPPFLAGS) $(OWN_CFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OBJ)/%.o: %.c $(BUILD)/.flags | need-build
	@mkdir -p $(@D)
	$(call say,CC)$(compile)
$(SOBJ)/%.o: %.c $(BUILD)/.flags | need-build
	@mkdir -p $(@D)
	$(call say,CC)$(compile)
$(SOBJ)/%.o: private OWN_CFLAGS += -DWK_MODULES_STATIC

# Parsers of untrusted lengths: no silent conversions.
STRICT_SRC := $(BASE_SRC) $(wildcard lib/keyfile*.c lib/sheet*.c)
$(call objects,$(STRICT_SRC)): private OWN_CFLAGS += -Wconversion
# Flags of a library go to the objects that need it and to no other.
$(call objects,$(CRYPTO_SRC) $(CMS_SRC)): private OWN_CFLAGS += $(CRYPTO_CFLAGS)
$(call objects,$(ARGON2_SRC)): private OWN_CFLAGS += $(ARGON2_CFLAGS)
$(call objects,$(QR_SRC)): private OWN_CFLAGS += $(QR_CFLAGS)
$(call static_objects,$(CRYPTO_SRC) $(CMS_SRC)): private OWN_CFLAGS += -DWK_MODULES_STATIC $(CRYPTO_CFLAGS)
$(call static_objects,$(ARGON2_SRC)): private OWN_CFLAGS += -DWK_MODULES_STATIC $(ARGON2_CFLAGS)
$(call static_objects,$(QR_SRC)): private OWN_CFLAGS += -DWK_MODULES_STATIC $(QR_CFLAGS)
ifeq ($(NO_QR),)
$(call static_objects,lib/module_static.c): private OWN_CFLAGS += -DWK_MODULES_STATIC -DWK_WITH_QR
QR_LINKED := $(QR_LIBS)
QR_DEFINE := -DWK_WITH_QR $(QR_CFLAGS)
endif

# --- the system call filter ---------------------------------------------------
# Made by a program that is compiled and run here, on the build machine.

ifeq ($(NO_SECCOMP),)
FILTER := $(BUILD)/gen/seccomp_filter.h
$(BUILD)/gen/generate: cmd/seccomp/generate.c $(wildcard cmd/seccomp/*.def) $(BUILD)/.flags
	@mkdir -p $(@D)
	$(call say,HOSTCC)$(HOSTCC) -std=gnu11 -O1 -I. -o $@ $< -lseccomp
$(FILTER): $(BUILD)/gen/generate
	$(call say,GEN)$< $(SECCOMP_TARGET) >$@
$(OBJ)/cmd/sandbox_seccomp.o: $(FILTER)
$(OBJ)/cmd/sandbox_seccomp.o: private OWN_CFLAGS += -DWK_SECCOMP_FILTER -I$(BUILD)/gen
endif

# --- archives -----------------------------------------------------------------

archive = rm -f $@.tmp && $(AR) rcsD $@.tmp $(filter %.o,$^) && mv $@.tmp $@

# Internal: the library with its modules linked in (STATIC=1, unit tests).
$(BUILD)/static.a: $(LIB_SOBJ) $(BUILD)/.list
	$(call say,AR)$(archive)
# Internal: lib/base, from which a module takes the stateless parts it uses.
$(BUILD)/base.a: $(call objects,$(BASE_SRC)) $(BUILD)/.list
	$(call say,AR)$(archive)
# Internal: the tool without main(), for unit tests of cmd/.
$(BUILD)/cmd.a: $(CMD_OBJ) $(BUILD)/.list
	$(call say,AR)$(archive)

ifeq ($(STATIC),1)
$(BUILD)/libwkey.a: $(BUILD)/static.a
	$(call say,AR)cp $< $@
else
$(BUILD)/libwkey.a: $(LIB_OBJ) $(BUILD)/.list
	$(call say,AR)$(archive)
endif

# --- products -----------------------------------------------------------------

link = $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)

ifeq ($(STATIC),1)
PIE := $(if $(call cc_links,-static-pie),-static-pie,-static)
TOOL_LIBS := $(BUILD)/static.a $(CRYPTO_LIBS) $(ARGON2_LIBS) $(QR_LINKED) -lkeyutils -ldl -pthread
TOOL_DEPS := $(BUILD)/static.a
else
PIE := -pie
TOOL_LIBS := $(BUILD)/libwkey.a $(KEYUTILS_LIBS)
TOOL_DEPS := $(BUILD)/libwkey.a
endif
# The tool exports nothing, and takes from the archives what it uses.
$(BUILD)/wkeyctl: $(MAIN_OBJ) $(CMD_OBJ) $(TOOL_DEPS) $(BUILD)/.flags
	$(call say,LD)$(link) $(PIE) -Wl,--exclude-libs,ALL \
		-o $@ $(MAIN_OBJ) $(CMD_OBJ) $(TOOL_LIBS)

$(BUILD)/$(SONAME): $(LIB_OBJ) $(BUILD)/.list $(BUILD)/.flags
	$(call say,LD)$(link) -shared -Wl,-soname,$(SONAME) -o $@ $(LIB_OBJ) \
		$(KEYUTILS_SHARED)
$(BUILD)/libwkey.so: $(BUILD)/$(SONAME)
	$(call say,LN)ln -sf $(SONAME) $@

module = @mkdir -p $(@D); \
	$(if $(filter 1,$(V)),set -x,printf '  %-7s %s\n' LD modules/$(@F)); \
	$(link) -shared -Wl,--version-script=lib/module.map -o $@ $(filter %.o,$^) \
	$(BUILD)/base.a
$(BUILD)/modules/crypto.so: $(call objects,$(CRYPTO_SRC) $(GLUE_SRC)) $(BUILD)/base.a lib/module.map $(BUILD)/.flags
	$(module) $(CRYPTO_LIBS)
$(BUILD)/modules/argon2.so: $(call objects,$(ARGON2_SRC) $(GLUE_SRC)) $(BUILD)/base.a lib/module.map $(BUILD)/.flags
	$(module) $(ARGON2_LIBS) -pthread
$(BUILD)/modules/cms.so: $(call objects,$(CMS_SRC) $(GLUE_SRC)) $(BUILD)/base.a lib/module.map $(BUILD)/.flags
	$(module) $(CRYPTO_LIBS)
$(BUILD)/modules/qr.so: $(call objects,$(QR_SRC) $(GLUE_SRC)) $(BUILD)/base.a lib/module.map $(BUILD)/.flags
	$(module) $(QR_LIBS)

$(BUILD)/libwkey.pc: lib/libwkey.pc.in $(BUILD)/.pcvars
	$(call say,GEN)sed -e 's,@PREFIX@,$(PREFIX),' -e 's,@LIBDIR@,$(LIBDIR),' \
		-e 's,@INCLUDEDIR@,$(INCLUDEDIR),' -e 's,@VERSION@,$(VERSION),' $< >$@
$(BUILD)/.pcvars: FORCE
	@mkdir -p $(@D)
	@echo '$(PREFIX) $(LIBDIR) $(INCLUDEDIR) $(VERSION)' >$@.tmp; \
	if cmp -s $@.tmp $@; then rm -f $@.tmp; else mv $@.tmp $@; fi

# --- unit tests ---------------------------------------------------------------
# tests/unit/test_x.c links with the whole library; in its first lines
#   /* link: fake_syscalls */   tests/unit/fake_syscalls.c stands in for
#                               lib/sys/syscalls.c
#   /* wrap: malloc getrandom */  -Wl,--wrap= for each

UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_HELP_SRC := $(filter-out $(UNIT_SRC),$(wildcard tests/unit/*.c))
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(UNIT_SRC))
first_lines = $(shell sed -n '1,15s|.*/\* $(1): \(.*\) \*/.*|\1|p' $(2))

unit: $(UNIT)
$(BUILD)/unit/%: $(OBJ)/tests/unit/%.o $(call objects,$(UNIT_HELP_SRC)) $(BUILD)/cmd.a $(BUILD)/static.a
	@mkdir -p $(@D)
	$(call say,LD)$(link) -o $@ $< \
		$(patsubst %,$(OBJ)/tests/unit/%.o,$(call first_lines,link,tests/unit/$*.c)) \
		$(patsubst %,-Wl$(comma)--wrap=%,$(call first_lines,wrap,tests/unit/$*.c)) \
		$(BUILD)/cmd.a $(BUILD)/static.a -lcmocka $(CRYPTO_LIBS) $(ARGON2_LIBS) $(QR_LINKED) \
		-lkeyutils -ldl -pthread
$(call objects,$(UNIT_SRC)): private OWN_CFLAGS += -Itests/unit $(CRYPTO_CFLAGS) $(ARGON2_CFLAGS) $(QR_DEFINE)
$(call objects,$(UNIT_HELP_SRC)): private OWN_CFLAGS += -Itests/unit

.SECONDARY:
FORCE:
.PHONY: FORCE all unit

-include $(shell find $(OBJ) $(SOBJ) -name '*.d' 2>/dev/null)
