#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# asn1check.sh DIR: builds DIR/asn1_driver from asn1_driver.c and what asn1c
# makes of lib/keyfile.asn1, unless it is there and newer, and prints its path.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
module=$here/../../lib/keyfile.asn1
mkdir -p "$1"
driver=$(cd "$1" && pwd)/asn1_driver

fresh() {
	[ -x "$driver" ] && [ -z "$(find "$module" "$here/asn1_driver.c" \
		"$here/asn1check.sh" -newer "$driver")" ]
}

if ! fresh; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	cd "$work"
	# asn1c 0.9.28 decodes no choice inside a SEQUENCE that the module does not
	# name, although "..." says so; the vectors use these three as unknown.
	awk '$1 != "..." { print; next }
		{ print "  unknown14 [14] ANY, empty15 [15] SEQUENCE {},"
		  print "  unknown30 [30] ANY" }' "$module" >keyfile.asn1
	asn1c -fcompound-names keyfile.asn1 >log 2>&1 || { cat log >&2; exit 1; }
	rm -f converter-sample.c
	# Generated code: its warnings are nobody's business here.
	${CC:-cc} -O1 -w -I. -o asn1_driver "$here/asn1_driver.c" ./*.c
	# Another run may be building the same file.
	mv asn1_driver "$driver.$$"
	mv "$driver.$$" "$driver"
fi
printf '%s\n' "$driver"
