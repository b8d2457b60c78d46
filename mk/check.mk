# SPDX-License-Identifier: Apache-2.0
# Tests.  check and demo first install what is missing, then start make again:
# only then can compiler and libraries be asked what they have.

again = +@$(MAKE) --no-print-directory

setup:
	@sh tests/setup.sh build test

check:
	@sh tests/setup.sh build test
	$(again) check-run
check-fast:
	$(again) check-fast-run
demo:
	@sh tests/setup.sh build demo
	$(again) demo-run
ratios:
	@sh tests/setup.sh build ratios
	$(again) ratios-run
clean-root:
	@sh tests/setup.sh clean-root
	@sh tests/clean-root.sh

# Everything below needs a build.
LINT_CPPFLAGS = $(ALL_CPPFLAGS) $(CRYPTO_CFLAGS) $(ARGON2_CFLAGS)
tests_env = LINT_CC='$(CC)' LINT_CPPFLAGS="$(subst ",\",$(LINT_CPPFLAGS))"
BATS ?= $(wildcard tests/*.bats)

check-run: all unit
	@$(tests_env) bash tests/run.sh all
check-fast-run: all unit
	@$(tests_env) bash tests/run.sh fast
check-unit: all unit
	@bash tests/run.sh unit
check-bats: all
	@bash tests/run.sh bats $(BATS)
lint: all
	@$(tests_env) bash tests/run.sh lint
demo-run: all
	@bash tests/demo.sh
ratios-run: all $(BUILD)/static.a
	@bash tests/ratios/run.sh

format:
	@find include lib cmd tests/unit tests/ratios tests/san tests/fuzz -name uapi -prune -o -name '*.[ch]' -type f -print | \
		xargs clang-format -i

check-layers:
	@sh tests/check-layers.sh

.PHONY: setup check check-fast check-unit check-bats lint demo ratios clean-root \
	check-run check-fast-run demo-run ratios-run check-layers format
