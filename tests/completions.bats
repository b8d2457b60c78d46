#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The completions: their tables against the program, what each shell offers, and
# what it makes of names that would be commands if anything evaluated them.

# slow: starts shells
load helpers

# Each of these in a path has broken a completion; evaluated, it makes a file x.
HOSTILE=$'m $(touch x) `touch x` "q" \'s\' \\040 #;&|{a,b} *[c]?\n$((1)) end'

setup() {
	export HOME=$BATS_TEST_TMPDIR/home XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/home
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/home
	mkdir "$HOME" "$BATS_TEST_TMPDIR/cwd" "$BATS_TEST_TMPDIR/bin"
	cd "$BATS_TEST_TMPDIR/cwd" || return
	cat >"$BATS_TEST_TMPDIR/bin/wkeyctl" <<-'END'
		#!/bin/sh
		printf '%s\0' "$@" >argv.new
		mv argv.new argv
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/wkeyctl"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

teardown() {
	cd /
	mountpoint -q "$BATS_TEST_TMPDIR/fs/$HOSTILE" && umount "$BATS_TEST_TMPDIR/fs/$HOSTILE"
	return 0
}

dump() { "$WKEYCTL" help --dump-cli; }
has() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

# in_bash LINE: what the registered function offers at its end, each ended by
# NUL; as bash calls it, in a shell without bash-completion.
in_bash() {
	bash --norc -euc '
		source "$TOP/completions/wkeyctl.bash"
		[[ $(complete -p wkeyctl) =~ -F\ ([^ ]+)\ wkeyctl$ ]]
		COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_KEY=9
		read -ra COMP_WORDS <<<"${1//=/ = }"
		[[ $1 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		"${BASH_REMATCH[1]}" wkeyctl "${COMP_WORDS[COMP_CWORD]}" ""
		[[ ${#COMPREPLY[@]} = 0 ]] || printf "%s\0" "${COMPREPLY[@]}"
	' bash "$1"
}

# in_fish LINE: the same, with escapes, one a line.
in_fish() {
	fish --no-config -c '
		source "$TOP/completions/wkeyctl.fish"
		complete --escape -C $argv[1]
	' "$1" | cut -f 1
}

# offers WORDS LINE: exactly these, in bash, and in fish where that is here.
# Fish offers --type=X where bash completes what stands after '='.
offers() {
	local want
	want=$(tr ' ' '\n' <<<"$1" | sed '/^$/d' | sort)
	diff -u --label wanted --label bash <(echo "$want") \
		<(in_bash "$2" | tr '\0' '\n' | sort -u | grep . || echo)
	command -v fish >/dev/null || return 0
	diff -u --label wanted --label fish <(echo "$want") \
		<(in_fish "$2" | sed 's/^--[a-z-]*=//; s,/$,,' | sort -u | grep . || echo)
}

# typed SHELL KEYS: the shell completes what is typed; leaves the words that its
# wkeyctl got in got[].
typed() {
	has zsh
	rm -f argv
	case $1 in
	bash)
		cat >"$HOME/rc" <<-'END'
			PS1='READY> '
			bind 'set bell-style none'
			bind 'set enable-bracketed-paste off'
			. "$TOP/completions/wkeyctl.bash"
		END
		set -- "$2" bash --noprofile --rcfile "$HOME/rc" -i
		;;
	zsh)
		cat >"$HOME/.zshrc" <<-'END'
			PS1='READY> '
			unset zle_bracketed_paste
			setopt no_beep
			[[ -v MOUNTS_ONLY ]] && zstyle ':completion:*' tag-order '! directories'
			fpath=("$TOP/completions" $fpath)
			autoload -Uz compinit
			compinit -u -D
		END
		set -- "$2" env ZDOTDIR="$HOME" zsh -d -i
		;;
	fish)
		has fish
		set -- "$2" fish --no-config -i -C 'function fish_prompt; printf "READY> "; end' \
			-C 'set -g fish_greeting; source "$TOP/completions/wkeyctl.fish"'
		;;
	esac
	zsh -f "$TOP/tests/typed.zsh" "$@" || return 1
	mapfile -d '' got <argv
	printf 'got:'; printf ' <%s>' "${got[@]}"; echo
}

# gets SHELL KEYS WORD...
gets() {
	local shell=$1 keys=$2
	shift 2
	typed "$shell" "$keys"
	[ "${#got[@]}" -eq $# ]
	[ "${got[*]@Q}" = "${*@Q}" ]
}

no_x() {
	[ -z "$(find "$BATS_TEST_TMPDIR" -name x)" ]
}

@test "the tables are those of the program (make completions)" {
	local f
	dump >"$BATS_TEST_TMPDIR/dump"
	for f in wkeyctl.bash _wkeyctl wkeyctl.fish; do
		sh "$TOP/completions/generate.sh" "$TOP/completions/$f" <"$BATS_TEST_TMPDIR/dump" |
			diff -u "$TOP/completions/$f" -
	done
}

@test "an argument of an unknown kind is refused, not guessed" {
	run sh -c 'sed "s/	KEYFILE	/	THING	/" | sh "$TOP/completions/generate.sh" \
		"$TOP/completions/_wkeyctl"' < <(dump)
	[ "$status" -ne 0 ]
	[[ $output == *"argument THING"* ]]
}

@test "no completion evaluates" {
	run -1 grep -nwE 'eval|source|compgen' "$TOP"/completions/{wkeyctl.bash,_wkeyctl,wkeyctl.fish}
}

@test "commands, and global options before them" {
	offers "$(dump | awk -F '\t' '$1 == "command" || $1 == "alias" { print $2 }' | xargs)" 'wkeyctl '
	offers 'load' 'wkeyctl lo'
	offers 'load' 'wkeyctl --timeout 5s lo'
	offers '--version --verbose' 'wkeyctl --ver'
	offers '' 'wkeyctl --dump'
}

@test "every option of every command" {
	local c want
	for c in $(dump | awk -F '\t' '$1 == "command" { print $2 }'); do
		want=$(dump | awk -F '\t' -v c="$c" \
			'$1 == "option" && ($2 == c || $2 == "-") { print $3 }' | xargs)
		offers "$want" "wkeyctl $c --"
	done
	offers '--output' 'wkeyctl ephemeralize --out'
	offers '--output' 'wkeyctl prepare --out'
}

@test "help: commands and exit-codes" {
	offers 'ephemeralize exit-codes export' 'wkeyctl help e'
	offers 'load' 'wkeyctl help lo'
	offers '' 'wkeyctl help load '
}

@test "choices as the next word and after =" {
	offers 'logon user fscrypt-provisioning' 'wkeyctl load --type '
	offers 'logon' 'wkeyctl load --type l'
	offers 'logon' 'wkeyctl load --type=l'
	offers 'logon user fscrypt-provisioning' 'wkeyctl load --type='
}

@test "backends after -b, --backend and in the same word" {
	local all
	all=$(dump | awk -F '\t' '$1 == "backend" { print $2 }' | xargs)
	offers "$all" 'wkeyctl generate -b '
	offers "$all" 'wkeyctl generate -qb '
	offers 'soft' 'wkeyctl generate --backend=s'
	offers '-bsoft' 'wkeyctl generate -bs'
}

@test "what was given is not offered again, unless it may be repeated" {
	offers '' 'wkeyctl load --type user --typ'
	offers '' 'wkeyctl load --type=user --typ'
	offers '' 'wkeyctl load -q --qui'
	offers '--backend' 'wkeyctl generate -b soft --back'
	# A value is no option.
	offers '--type' 'wkeyctl load --description=--type --typ'
}

@test "after -- nothing is an option" {
	: >k.wk
	offers '' 'wkeyctl load -- -'
	offers 'k.wk' 'wkeyctl load -- '
}

@test "key files and secrets' files are files; other values offer nothing" {
	: >k.wk
	mkdir dir
	offers 'dir k.wk' 'wkeyctl load '
	offers 'dir k.wk' 'wkeyctl load k.wk '
	offers '' 'wkeyctl import k.wk '
	offers 'dir k.wk' 'wkeyctl load --passphrase-file '
	offers 'k.wk' 'wkeyctl load --passphrase-file=k'
	offers '' 'wkeyctl load --passphrase-fd '
	offers '' 'wkeyctl load --passphrase-credential '
	offers '' 'wkeyctl unload '
	offers '' 'wkeyctl probe '
	offers 'dir' 'wkeyctl set-fscrypt-policy k.wk '
}

@test "mount points: ext4, f2fs, ubifs and ceph only" {
	mounted() {
		awk '$3 ~ /^(ext4|f2fs|ubifs|ceph)$/ && $2 !~ /\\/ { print $2 }' /proc/self/mounts |
			sort -u
	}
	# same SHELL LINE: offers what is mounted, as far as names are simple; other
	# suites mount and unmount meanwhile.
	same() {
		local before="" got
		until [ "$before" = "$(mounted)" ]; do
			before=$(mounted)
			got=$("$1" "$2" | tr '\0' '\n' | grep '^/' | grep -v '[[:space:]#\\]' | sort -u)
		done
		diff -u <(echo "$before") <(echo "$got")
	}
	same in_bash 'wkeyctl remove-from-fscrypt k.wk '
	same in_bash 'wkeyctl add-to-fscrypt k.wk '
	# The first may be a mount point when a list has the key files.
	same in_bash 'wkeyctl add-to-fscrypt --files-from list '
	offers '' 'wkeyctl add-to-fscrypt '
	has fish
	same in_fish 'wkeyctl remove-from-fscrypt k.wk '
	same in_fish 'wkeyctl add-to-fscrypt k.wk '
	same in_fish 'wkeyctl add-to-fscrypt --files-from list '
}

@test "bash: typed words complete, whatever the quotes" {
	: >k.wk
	: >'a b:c=d.wk'
	gets bash $'wkeyctl loa\t--typ\tlog\tk\t\n' load --type logon k.wk
	gets bash $'wkeyctl load --type=log\t k\t\n' load --type=logon k.wk
	gets bash $'wkeyctl load a\t\n' load 'a b:c=d.wk'
	gets bash $'wkeyctl load a\\ b:c=\t\n' load 'a b:c=d.wk'
	gets bash $'wkeyctl load "a b\t\n' load 'a b:c=d.wk'
	gets bash $'wkeyctl load --passphrase-file=a\t k\t\n' load '--passphrase-file=a b:c=d.wk' k.wk
	gets bash $'wkeyctl load ~+/k\t\n' load "$PWD/k.wk"
}

@test "zsh: typed words complete" {
	: >k.wk
	: >'a b:c=d.wk'
	gets zsh $'wkeyctl loa\t--typ\tlog\tk\t\n' load --type=logon k.wk
	gets zsh $'wkeyctl --timeout 5s load --type log\ta\t\n' --timeout 5s load --type logon 'a b:c=d.wk'
	gets zsh $'wkeyctl generate -b soft -b tp\tk\t\n' generate -b soft -b tpm k.wk
	gets zsh $'wkeyctl help exi\t\n' help exit-codes
	# Once given, not again: the word stays as typed.
	gets zsh $'wkeyctl load --type=user --typ\t\n' load --type=user --typ
}

@test "a directory with a hostile name is only a name" {
	mkdir -p "$HOSTILE"
	gets bash $'wkeyctl set-fscrypt-policy k m\t\n' set-fscrypt-policy k "$HOSTILE/"
	gets bash $'wkeyctl set-fscrypt-policy k \'m\t\n' set-fscrypt-policy k "$HOSTILE/"
	# Zsh takes the slash back when the line ends.
	gets zsh $'wkeyctl set-fscrypt-policy k m\t\n' set-fscrypt-policy k "$HOSTILE"
	gets fish $'wkeyctl load m\t\n' load "$HOSTILE/"
	# Fish lists directories by lines.
	mkdir "n${HOSTILE//$'\n'/ }"
	gets fish $'wkeyctl set-fscrypt-policy k nm\t\n' set-fscrypt-policy k "n${HOSTILE//$'\n'/ }/"
	no_x
}

@test "a mount point with a hostile name is only a name" {
	need root fscrypt
	local at=$BATS_TEST_TMPDIR/fs/$HOSTILE
	mkdir -p "$at"
	mount_encrypted "$BATS_TEST_TMPDIR/image" "$at"

	# Offered as a whole, where directories reach only to the next slash.
	local -a all
	mapfile -d '' all < <(in_bash "wkeyctl remove-from-fscrypt k ${BATS_TEST_TMPDIR%/*}/")
	[[ " ${all[*]@Q} " == *" ${at@Q} "* ]] || { printf '%q\n' "${all[@]}"; return 1; }
	gets bash "wkeyctl remove-from-fscrypt k $BATS_TEST_TMPDIR/fs/m"$'\t\n' \
		remove-from-fscrypt k "$at/"
	gets zsh "wkeyctl remove-from-fscrypt k $BATS_TEST_TMPDIR/fs/m"$'\t\n' \
		remove-from-fscrypt k "$at"
	MOUNTS_ONLY=1 gets zsh "wkeyctl remove-from-fscrypt k $BATS_TEST_TMPDIR/"$'\t\n' \
		remove-from-fscrypt k "$at"
	no_x
	gets fish "wkeyctl remove-from-fscrypt k $BATS_TEST_TMPDIR/fs/m"$'\t\n' \
		remove-from-fscrypt k "$at"
	# What fish would insert, taken back by fish.
	fish --no-config -c '
		source "$TOP/completions/wkeyctl.fish"
		complete -C "wkeyctl remove-from-fscrypt k $argv[1]/" >all
		__wkeyctl_mounts >points' "${BATS_TEST_TMPDIR%/*}"
	mapfile -d '' all <points
	[[ " ${all[*]@Q} " == *" ${at@Q} "* ]] || { printf '%q\n' "${all[@]}"; return 1; }
	grep -F -e "${HOSTILE%%$'\n'*}" all
	no_x
}
