# SPDX-License-Identifier: Apache-2.0
# Installing, and taking back exactly the same list.

# All that a build may have; installed are those of this one.
INSTALL_MODULES := crypto argon2 cms qr
MAN_PAGES := $(wildcard man/*.[1-8])
man_dir = $(MANDIR)/man$(patsubst .%,%,$(suffix $(1)))
COMP_BASH := $(wildcard completions/wkeyctl.bash)
COMP_ZSH := $(wildcard completions/_wkeyctl)
COMP_FISH := $(wildcard completions/wkeyctl.fish)

INSTALLED := $(BINDIR)/wkeyctl $(INCLUDEDIR)/wkey.h $(LIBDIR)/libwkey.a \
	     $(PKGCONFIGDIR)/libwkey.pc \
	     $(foreach m,$(MAN_PAGES),$(call man_dir,$(m))/$(notdir $(m))) \
	     $(if $(COMP_BASH),$(BASHCOMPDIR)/wkeyctl) \
	     $(if $(COMP_ZSH),$(ZSHCOMPDIR)/_wkeyctl) \
	     $(if $(COMP_FISH),$(FISHCOMPDIR)/wkeyctl.fish)
# libwkey.so looks in wkeyctl/ beside itself: a link where that is another place.
MODULE_LINK := $(if $(filter-out $(abspath $(MODULEDIR)),$(abspath $(LIBDIR)/wkeyctl)),$(LIBDIR)/wkeyctl)
INSTALLED_SHARED := $(LIBDIR)/libwkey.so $(LIBDIR)/libwkey.so.0 \
		    $(INSTALL_MODULES:%=$(MODULEDIR)/%.so) $(MODULE_LINK)

# The name under which the tool is that program, and its page, which its usage
# names; what is not ours is let alone.
NAME_LINK = '$(DESTDIR)$(BINDIR)/fscryptctl'
NAME_PAGE = '$(DESTDIR)$(MANDIR)/man1/fscryptctl.1'

put = install -D -m $(1) $(2) '$(DESTDIR)$(3)'

install: all
	$(call say,INSTALL)$(call put,755,$(BUILD)/wkeyctl,$(BINDIR)/wkeyctl)
	@if [ -e $(NAME_LINK) ] && ! [ $(NAME_LINK) -ef '$(DESTDIR)$(BINDIR)/wkeyctl' ]; then \
		echo "$(BINDIR)/fscryptctl is another program: no link is made"; \
	else \
		ln -sfn wkeyctl $(NAME_LINK); \
	fi
	@$(call put,644,include/wkey.h,$(INCLUDEDIR)/wkey.h)
	@$(call put,644,$(BUILD)/libwkey.a,$(LIBDIR)/libwkey.a)
	@$(call put,644,$(BUILD)/libwkey.pc,$(PKGCONFIGDIR)/libwkey.pc)
ifneq ($(STATIC),1)
	@$(call put,755,$(BUILD)/libwkey.so.0,$(LIBDIR)/libwkey.so.0)
	@ln -sf libwkey.so.0 '$(DESTDIR)$(LIBDIR)/libwkey.so'
	@$(foreach m,$(MODULES),$(call put,755,$(BUILD)/modules/$(m).so,$(MODULEDIR)/$(m).so) &&) :
ifneq ($(MODULE_LINK),)
	@ln -sfn "$$(realpath -ms --relative-to='$(LIBDIR)' '$(MODULEDIR)')" '$(DESTDIR)$(MODULE_LINK)'
endif
endif
	@$(foreach m,$(MAN_PAGES),$(call put,644,$(m),$(call man_dir,$(m))/$(notdir $(m))) &&) :
	@[ -e $(NAME_PAGE) ] || ln -sfn wkeyctl-fscryptctl.1 $(NAME_PAGE)
	@$(foreach f,$(COMP_BASH),$(call put,644,$(f),$(BASHCOMPDIR)/wkeyctl) &&) :
	@$(foreach f,$(COMP_ZSH),$(call put,644,$(f),$(ZSHCOMPDIR)/_wkeyctl) &&) :
	@$(foreach f,$(COMP_FISH),$(call put,644,$(f),$(FISHCOMPDIR)/wkeyctl.fish) &&) :

# Both kinds of build are taken back, whichever STATIC says now.
uninstall:
	rm -f $(patsubst %,'$(DESTDIR)%',$(INSTALLED) $(INSTALLED_SHARED))
	@[ "$$(readlink $(NAME_LINK))" != wkeyctl ] || rm -f $(NAME_LINK)
	@[ "$$(readlink $(NAME_PAGE))" != wkeyctl-fscryptctl.1 ] || rm -f $(NAME_PAGE)
	@rmdir '$(DESTDIR)$(MODULEDIR)' 2>/dev/null || :

.PHONY: install uninstall
