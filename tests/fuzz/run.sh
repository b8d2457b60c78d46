#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the harnesses of this folder with clang and runs each for its share of
# FUZZ_SECONDS, one after the other.  `make fuzz` calls this.
#
#   tests/fuzz/run.sh [HARNESS...]      all when none is named
#
# The first inputs are the vectors, and tests/fuzz/seeds/.  What is found on the
# way stays in $BUILD/fuzz/corpus/ and is where the next run begins; an input
# that breaks a promise stays in $BUILD/fuzz/findings/.  At last all inputs run
# once more and the lines that they reach are counted: at least COVERAGE in a
# hundred of the decoders', or it is a failure.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=$(cd "$TOP" && realpath -m "${BUILD:-build}")
cd "$TOP" || exit 1
: "${FUZZ_SECONDS:=600}" "${COVERAGE:=90}" "${FUZZ_CC:=clang}"
fuzz=$BUILD/fuzz
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

# Harness and its part of the time.
ALL=(keyfile:8 args:4 pem:3 der:3 protection:3 num:1 hex:1 base64:1 recovery:1 raw_formats:1 rawcopy:2)
# What decodes bytes from outside.
DECODERS=(lib/keyfile_decode.c lib/keyfile_consistency.c lib/keyfile_pem.c lib/keyfile_rules.c
	lib/protection.c lib/base/der.c lib/base/base64.c lib/base/hex.c lib/base/num.c
	lib/base/utf8.c lib/base/crc32.c lib/recovery_key.c cmd/raw_formats.c lib/rawcopy.c lib/location.c)

if [ $# -gt 0 ]; then
	chosen=()
	for h in "${ALL[@]}"; do
		[[ " $* " != *" ${h%:*} "* ]] || chosen+=("$h")
	done
	[ ${#chosen[@]} = $# ] || { echo "fuzz: known are: ${ALL[*]%:*}" >&2; exit 1; }
	ALL=("${chosen[@]}")
fi
parts=0
for h in "${ALL[@]}"; do parts=$((parts + ${h#*:})); done

# The library and the tool by clang, then each harness with libFuzzer's main().
build() {
	local flags='-g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all
		-fprofile-instr-generate -fcoverage-mapping' h extra
	flags=${flags//[$'\n\t']/ }
	make BUILD="$fuzz/build" CC="$FUZZ_CC" STATIC=0 WITH_TPM=0 WITH_QR=0 -j"$(nproc)" \
		CFLAGS="$flags -fsanitize=fuzzer-no-link,address,undefined" LDFLAGS= \
		"$fuzz/build/static.a" "$fuzz/build/cmd.a" >"$fuzz/make.log" 2>&1 ||
		{ tail -n 20 "$fuzz/make.log"; return 1; }
	for h in "${ALL[@]%:*}"; do
		extra=
		! grep -q '^/\* mutate: der \*/$' "tests/fuzz/$h.c" || extra=tests/fuzz/der_mutate.c
		# shellcheck disable=SC2046,SC2086 # lists
		"$FUZZ_CC" -std=gnu11 -D_GNU_SOURCE -I. -Iinclude -Ilib -Wall -Wextra $flags \
			-fsanitize=fuzzer,address,undefined -o "$fuzz/$h" "tests/fuzz/$h.c" $extra \
			"$fuzz/build/cmd.a" "$fuzz/build/static.a" \
			$(pkg-config --libs libcrypto libargon2) -lkeyutils -ldl -pthread || return 1
	done
}

# as_pem FILE: DER as PEM, by coreutils.
as_pem() {
	echo '-----BEGIN WKEYCTL KEY-----'
	base64 -w 64 "$1"
	echo '-----END WKEYCTL KEY-----'
}

# seeds HARNESS FOLDER: its first inputs.
seeds() {
	local f n=0 line
	case $1 in
	keyfile | der | protection) cp tests/vectors/valid/*.wk tests/vectors/evil/*.wk "$2" ;;
	pem)
		for f in tests/vectors/valid/*.wk; do
			as_pem "$f" >"$2/$(basename "$f").pem"
			as_pem "$f" | sed 's/$/\r/' >"$2/$(basename "$f").crlf.pem"
		done
		;;
	esac
	[ "$1" != rawcopy ] || for f in tests/vectors/raw/*.gz; do
		gzip -dc "$f" | head -c 4800 >"$2/$(basename "$f" .img.gz)"
	done
	[ "$1" != keyfile ] || as_pem tests/vectors/valid/passphrase.wk >"$2/pem"
	# Their lines, a NUL for each blank; of protections, in hexadecimal.
	[ ! -e "tests/fuzz/seeds/$1" ] || while IFS= read -r line; do
		n=$((n + 1))
		case $1 in
		args) tr ' ' '\0' <<<"$line" | tr -d '\n' ;;
		protection) printf '%b' "\\x${line// /\\x}" ;;
		*) printf '%s' "$line" ;;
		esac >"$2/line-$n"
	done <"tests/fuzz/seeds/$1"
}

# dictionary HARNESS: words worth trying, from the sources.
dictionary() {
	case $1 in
	args) grep -oh '"[a-z0-9][a-z0-9-]*"' cmd/*.c lib/backends/*/*.c | sort -u; printf '"%s"\n' -- '\x00' ;;
	num) grep -oh '"[A-Za-z]*"' lib/base/num.c | sort -u ;;
	pem) printf '"%s"\n' '-----BEGIN WKEYCTL KEY-----' '-----END WKEYCTL KEY-----' '\x0d\x0a' '==' ;;
	*) printf '"\\x%s"\n' 02 04 06 0a 0c 18 30 80 81 82 a0 a1 a2 a5 b0 b1 04\\x04 ;;
	esac
}

# fuzz_one HARNESS SECONDS: leaves its log; whether nothing was found.
fuzz_one() {
	local corpus=$fuzz/corpus/$1 seeds=$fuzz/seeds/$1
	rm -rf "$seeds"
	mkdir -p "$corpus" "$seeds"
	seeds "$1" "$seeds"
	dictionary "$1" >"$fuzz/$1.dict"
	LLVM_PROFILE_FILE=/dev/null "$fuzz/$1" -max_total_time="$2" -print_final_stats=1 \
		-timeout=10 -max_len=8192 -dict="$fuzz/$1.dict" -artifact_prefix="$fuzz/findings/$1-" \
		"$corpus" "$seeds" >"$fuzz/$1.log" 2>&1
}

executions() { sed -n 's/^stat::number_of_executed_units: *//p' "$fuzz/$1.log"; }

# Each harness over all its inputs, without looking for more.
replay() {
	local h
	rm -f "$fuzz"/*.profraw
	for h in "${ALL[@]%:*}"; do
		LLVM_PROFILE_FILE=$fuzz/$h.profraw "$fuzz/$h" -runs=0 "$fuzz/corpus/$h" "$fuzz/seeds/$h" \
			>"$fuzz/$h.replay.log" 2>&1 || echo "fuzz: $h: fails on its corpus: $fuzz/$h.replay.log"
	done
	llvm-profdata merge -o "$fuzz/all.profdata" "$fuzz"/*.profraw
}

# "file reached lines" of each decoder.
coverage() {
	local h objects=()
	for h in "${ALL[@]%:*}"; do objects+=(-object "$fuzz/$h"); done
	llvm-cov report -instr-profile="$fuzz/all.profdata" "${objects[@]:1}" 2>"$fuzz/cov.log" |
		awk -v decoders=" ${DECODERS[*]} " '
			{
				name = $1
				while (name != "" && !index(decoders, " " name " "))
					if (!sub(/^[^\/]*\//, "", name))
						name = ""
			}
			# Regions, functions, lines: how many, missed, percent.
			name != "" { print name, $8 - $9, $8 }'
}

mkdir -p "$fuzz/findings"
find "$fuzz/findings" -type f -delete
build || exit 1
total=0
for h in "${ALL[@]}"; do
	name=${h%:*} seconds=$((FUZZ_SECONDS * ${h#*:} / parts))
	fuzz_one "$name" $((seconds ? seconds : 1)) || {
		echo "fuzz: $name: FOUND"
		grep -E '^(==[0-9]+==ERROR|SUMMARY|[^ ]*does not hold)|runtime error' "$fuzz/$name.log"
	}
	n=$(executions "$name")
	total=$((total + ${n:-0}))
	echo "$name: ${n:-0} executions, $(find "$fuzz/corpus/$name" -type f | wc -l) inputs kept"
done
found=$(find "$fuzz/findings" -type f)
[ -z "$found" ] || printf 'kept: %s\n' "$found"
replay
coverage >"$fuzz/coverage"
awk '{ printf "%-24s %4d of %4d lines  %5.1f %%\n", $1, $2, $3, 100 * $2 / $3 }' "$fuzz/coverage"
# Some harnesses alone are not linked with all of them.
[ $# -gt 0 ] || [ "$(grep -c . "$fuzz/coverage")" = ${#DECODERS[@]} ] ||
	{ echo "fuzz: not every decoder was looked at" >&2; exit 1; }
percent=$(awk '{ reached += $2; lines += $3 } END { printf "%.1f", lines ? 100 * reached / lines : 0 }' "$fuzz/coverage")
count=$(grep -c . <<<"$found")
printf 'fuzz: %d executions, %d findings; decoder coverage %s %% of lines\n' "$total" "$count" "$percent"
[ $# -gt 0 ] || awk -v p="$percent" -v least="$COVERAGE" 'BEGIN { exit !(p >= least) }' || exit 1
[ "$count" = 0 ] && ! grep -lq '^==[0-9]*== *ERROR' "$fuzz"/*.replay.log
