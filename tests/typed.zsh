#!/usr/bin/env zsh
# SPDX-License-Identifier: Apache-2.0
# Types at an interactive shell on a terminal of its own, for completions.bats.
#
#   zsh -f tests/typed.zsh KEYS SHELL [ARGUMENT...]
#
# SHELL's prompt is "READY> ".  KEYS end with a newline and run the wkeyctl on
# PATH, a stub that writes the file argv.  Fails after 20 s without it, with what
# the terminal showed.
zmodload zsh/zpty zsh/zselect || exit 1
keys=$1
shift

export TERM=dumb
zpty -b shell ${(q)@} || exit 1
trap 'zpty -d shell' EXIT

shown=
# seen prompt|argv: waits for it.
seen() {
	local -i tries=2000
	local some
	while (( tries-- )); do
		while zpty -rt shell some; do shown+=$some; done
		case $1 in
		(prompt) [[ $shown == *"READY> "* ]] && return ;;
		(argv) [[ -e argv ]] && return ;;
		esac
		zselect -t 1
	done
	print -r -- "no $1 in: ${(V)shown}"
	return 1
}

seen prompt || exit 1
zpty -wn shell $keys
seen argv
