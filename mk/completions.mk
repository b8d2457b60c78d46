# SPDX-License-Identifier: Apache-2.0
# Fresh tables for the completions, which are committed: building needs none of
# this, and a test says when they are old.

COMPLETIONS := completions/wkeyctl.bash completions/_wkeyctl completions/wkeyctl.fish

completions: $(BUILD)/wkeyctl
	$(call say,TABLES)$(BUILD)/wkeyctl help --dump-cli >$(BUILD)/cli.dump
	$(Q)for f in $(COMPLETIONS); do \
		sh completions/generate.sh $$f <$(BUILD)/cli.dump >$(BUILD)/completion.new && \
		cat $(BUILD)/completion.new >$$f || exit 1; \
	done
	@rm -f $(BUILD)/cli.dump $(BUILD)/completion.new

.PHONY: completions
