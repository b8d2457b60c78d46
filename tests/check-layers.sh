#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Proves the direction of includes and who may make which calls.
#
#   tests/check-layers.sh [TREE]
#
# The table of rooms is in check-layers.awk.  Prints every violation; exits 1
# when there is one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/..}"
files=$(find include lib cmd tests -name uapi -prune -o \
	\( -name '*.c' -o -name '*.h' -o -name '*.def' \) -type f -print | sort)
# shellcheck disable=SC2086 # a list of names without spaces
exec awk -f "$here/check-layers.awk" $files
