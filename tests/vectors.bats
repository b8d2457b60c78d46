#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The published key files: made again, read by foreign ASN.1 programs, read by
# wkeyctl; and the specification, which quotes the module and one vector.

load helpers

setup() {
	VECTORS=$TOP/tests/vectors
	PAGE=$TOP/man/wkeyctl-keyfile.5
}

# quoted NAME: the example between the comments NAME of the page, as it was
# before it became roff.
quoted() {
	sed -n "/^\\.\\\\\" $1: begin\$/,/^\\.\\\\\" $1: end\$/p" "$PAGE" |
		sed -e '/^\./d' -e 's/\\-/-/g' -e 's/\\e/\\/g'
}

need_python() {
	/usr/bin/python3 -c 'import argon2, cryptography' 2>/dev/null ||
		skip "needs python3-argon2 and python3-cryptography"
}

need_asn1c() {
	command -v asn1c >/dev/null || skip "needs asn1c"
}

@test "vectors: make.py makes the same files again" {
	need_python
	works "$VECTORS/make.py" --check
	[ -z "$output" ]
}

@test "vectors: at least 20 valid and 100 evil" {
	local valid evil
	works "$VECTORS/compare.py" count
	read -r valid evil <<<"$output"
	[ "$valid" -ge 20 ]
	[ "$evil" -ge 100 ]
}

@test "vectors: asn1c and openssl judge each as the manifest says" {
	local driver
	need_asn1c
	# Built once for all; without root not in a build folder of root's.
	dir=$BUILD/asn1
	[ -w "$BUILD" ] || dir=$BATS_FILE_TMPDIR/asn1
	driver=$("$VECTORS/asn1check.sh" "$dir")
	run "$VECTORS/compare.py" asn1 "$driver"
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

@test "vectors: every evil one names the rule that it breaks" {
	run "$VECTORS/compare.py" unsaid
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

@test "vectors: wkeyctl inspects and tests each as the manifest says" {
	run "$VECTORS/compare.py" tool "$WKEYCTL"
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

@test "vectors: openssl opens the KEK that is in escrow" {
	run "$VECTORS/compare.py" escrow openssl
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

@test "vectors: recovery keys however they are typed; the group that is mistyped" {
	run "$VECTORS/compare.py" recovery "$WKEYCTL"
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

@test "vectors: the specification quotes lib/keyfile.asn1" {
	diff <(quoted module) "$TOP/lib/keyfile.asn1"
}

@test "vectors: the specification's examples are vectors" {
	need_python
	for what in file recovery sheet; do
		diff <(quoted "$what") <("$VECTORS/make.py" --explain "$what")
	done
}
