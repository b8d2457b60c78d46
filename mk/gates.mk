# SPDX-License-Identifier: Apache-2.0
# Gates that take longer than `make check` may: each in a copy or a build of its own.

# Needs no build of this tree: every fault is built in a copy.
check-mutants:
	@sh tests/setup.sh build test
	@bash tests/mutants/run.sh $(MUTANTS)

# The tests as they are, with sanitizers compiled in, and under valgrind.
# SAN="asan" or "valgrind" chooses one of them.
check-san:
	@sh tests/setup.sh build test san
	$(again) check-san-run
check-san-run: all unit
	@$(tests_env) bash tests/san/run.sh $(SAN)

# Harnesses for libFuzzer, in a build of their own by clang.
FUZZ_SECONDS ?= 600
fuzz:
	@sh tests/setup.sh build fuzz
	@FUZZ_SECONDS='$(FUZZ_SECONDS)' bash tests/fuzz/run.sh $(FUZZ)

.PHONY: check-mutants check-san check-san-run fuzz
