# shellcheck shell=bash disable=SC2054 # commas are part of the words
# SPDX-License-Identifier: Apache-2.0
# Completion of wkeyctl for bash 4.4 and newer.
#
# It starts no program and evaluates nothing: names of files and mount points
# are data.  The tables are made by `make completions`; do not edit them.

# _wkeyctl_tables COMMAND|-: sets arguments[], and adds to options[], which holds
# four for each option: name, letter, kind of value, many or once.
#
# <tables>
_wkeyctl_tables() {
	case $1 in
	-)
		arguments=(words:generate,import,inspect,test,slots,add-slot,remove-slot,rebind-slot,rewrap,ephemeralize,prepare,sheet,backup,restore,export,load,unload,add-to-fscrypt,remove-from-fscrypt,fscrypt-status,set-fscrypt-policy,get-fscrypt-policy,derive,probe,help)
		options+=(
			--json - flag once
			--quiet -q flag once
			--verbose -v flag once
			--batch - flag once
			--timeout - none once
			--tcti - none once
			--help -h flag once
			--version - flag once
		)
		;;
	generate)
		arguments=(file+)
		options+=(
			--backend -b words:soft,tpm,caam,ice many
			--usage - words:any,fscrypt,dm-crypt,dm-inlinecrypt,keyring once
			--key-size - none once
			--name - none once
			--for - none once
			--force - flag once
			--pem - flag once
			--dry-run - flag once
			--if-absent - flag once
			--files-from - file once
			--status-fd - none once
			--null -0 flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--new-passphrase-file - file once
			--new-passphrase-fd - none once
			--new-passphrase-credential - none once
			--new-wrapping-key-file - file once
			--new-wrapping-key-fd - none once
			--new-wrapping-key-credential - none once
			--kdf-max-memory - none once
			--kdf-time - none once
			--kdf-memory - none once
			--kdf-passes - none once
			--kdf-lanes - none once
		)
		;;
	import)
		arguments=(file)
		options+=(
			--backend -b words:soft,tpm,caam,ice many
			--usage - words:any,fscrypt,dm-crypt,dm-inlinecrypt,keyring once
			--key-size - none once
			--name - none once
			--for - none once
			--force - flag once
			--pem - flag once
			--dry-run - flag once
			--from - words:raw,hex,base64,fscrypt-payload,fscrypt-provisioning,caam-bb,tss2-pem,trusted-hex once
			--raw-file - file once
			--raw-fd - none once
			--raw-credential - none once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--new-passphrase-file - file once
			--new-passphrase-fd - none once
			--new-passphrase-credential - none once
			--new-wrapping-key-file - file once
			--new-wrapping-key-fd - none once
			--new-wrapping-key-credential - none once
			--kdf-max-memory - none once
			--kdf-time - none once
			--kdf-memory - none once
			--kdf-passes - none once
			--kdf-lanes - none once
		)
		;;
	inspect)
		arguments=(file)
		options+=(
			--unlock - flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
		)
		;;
	test)
		arguments=(file)
		options+=(
			--slot - none once
			--all - flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--expect-key-check - none once
		)
		;;
	slots)
		arguments=(file)
		options+=(
		)
		;;
	add-slot)
		arguments=(file)
		options+=(
			--backend -b words:soft,tpm,caam,ice once
			--recovery - flag once
			--recipient - file once
			--accept-certificate - flag once
			--label - none once
			--priority - words:ignore,normal,prefer once
			--new-passphrase-file - file once
			--new-passphrase-fd - none once
			--new-passphrase-credential - none once
			--new-wrapping-key-file - file once
			--new-wrapping-key-fd - none once
			--new-wrapping-key-credential - none once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--dry-run - flag once
			--kdf-time - none once
			--kdf-memory - none once
			--kdf-passes - none once
			--kdf-lanes - none once
		)
		;;
	remove-slot)
		arguments=(file none)
		options+=(
			--force - flag once
			--proved - flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--dry-run - flag once
		)
		;;
	rebind-slot)
		arguments=(file none)
		options+=(
			--keep - flag once
			--backend -b words:soft,tpm,caam,ice once
			--recovery - flag once
			--recipient - file once
			--accept-certificate - flag once
			--label - none once
			--priority - words:ignore,normal,prefer once
			--new-passphrase-file - file once
			--new-passphrase-fd - none once
			--new-passphrase-credential - none once
			--new-wrapping-key-file - file once
			--new-wrapping-key-fd - none once
			--new-wrapping-key-credential - none once
			--force - flag once
			--proved - flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--dry-run - flag once
			--kdf-time - none once
			--kdf-memory - none once
			--kdf-passes - none once
			--kdf-lanes - none once
		)
		;;
	rewrap)
		arguments=(file)
		options+=(
			--stage - flag once
			--commit - flag once
			--abort - flag once
			--slot - none once
			--retire - flag once
			--backend -b words:soft,tpm,caam,ice once
			--recovery - flag once
			--recipient - file once
			--accept-certificate - flag once
			--label - none once
			--priority - words:ignore,normal,prefer once
			--new-passphrase-file - file once
			--new-passphrase-fd - none once
			--new-passphrase-credential - none once
			--new-wrapping-key-file - file once
			--new-wrapping-key-fd - none once
			--new-wrapping-key-credential - none once
			--force - flag once
			--proved - flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--dry-run - flag once
			--kdf-time - none once
			--kdf-memory - none once
			--kdf-passes - none once
			--kdf-lanes - none once
		)
		;;
	ephemeralize)
		arguments=(file)
		options+=(
			--output -o file once
			--force - flag once
			--pem - flag once
			--bare - flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--expect-key-check - none once
			--dry-run - flag once
		)
		;;
	prepare)
		arguments=(file)
		options+=(
			--output -o file once
			--force - flag once
			--pem - flag once
			--bare - flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--expect-key-check - none once
			--dry-run - flag once
		)
		;;
	sheet)
		arguments=(file)
		options+=(
			--format - words:text,svg once
			--no-qr - flag once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--output -o file once
			--force - flag once
		)
		;;
	backup)
		arguments=(file file)
		options+=(
			--force - flag once
			--pem - flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--dry-run - flag once
		)
		;;
	restore)
		arguments=(file file)
		options+=(
			--sheet - file once
			--repair - file once
			--force - flag once
			--pem - flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--dry-run - flag once
		)
		;;
	export)
		arguments=(file)
		options+=(
			--format - words:pem,der,cms,luks2-token once
			--slot - none once
			--output -o file once
			--force - flag once
		)
		;;
	load)
		arguments=(file+)
		options+=(
			--type - words:logon,user,fscrypt-provisioning once
			--keyring - none once
			--description - none once
			--expire - none once
			--force - flag once
			--files-from - file once
			--status-fd - none once
			--null -0 flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--expect-key-check - none once
			--dry-run - flag once
		)
		;;
	unload)
		arguments=(none)
		options+=(
			--dry-run - flag once
		)
		;;
	add-to-fscrypt)
		arguments=(file+ mount)
		options+=(
			--via-keyring - flag once
			--files-from - file once
			--status-fd - none once
			--null -0 flag once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--expect-key-check - none once
			--dry-run - flag once
		)
		;;
	remove-from-fscrypt)
		arguments=(file mount)
		options+=(
			--all-users - flag once
			--dry-run - flag once
		)
		;;
	fscrypt-status)
		arguments=(file mount)
		options+=(
		)
		;;
	set-fscrypt-policy)
		arguments=(file dir)
		options+=(
			--contents - words:AES-256-XTS,AES-128-CBC,SM4-XTS,Adiantum once
			--filenames - words:AES-256-CTS,AES-256-HCTR2,AES-128-CTS,SM4-CTS,Adiantum once
			--padding - words:4B,8B,16B,32B once
			--direct-key - flag once
			--iv-ino-lblk-64 - flag once
			--iv-ino-lblk-32 - flag once
			--data-unit-size - none once
			--dry-run - flag once
		)
		;;
	get-fscrypt-policy)
		arguments=(file)
		options+=(
		)
		;;
	derive)
		arguments=(file file)
		options+=(
			--show-keys - flag once
			--output -o file once
			--force - flag once
			--nonce - none once
			--fs-uuid - none once
			--contents - words:AES-256-XTS,AES-128-CBC,SM4-XTS,Adiantum once
			--filenames - words:AES-256-CTS,AES-256-HCTR2,AES-128-CTS,SM4-CTS,Adiantum once
			--padding - words:4B,8B,16B,32B once
			--direct-key - flag once
			--iv-ino-lblk-64 - flag once
			--iv-ino-lblk-32 - flag once
			--data-unit-size - none once
			--passphrase-file - file once
			--passphrase-fd - none once
			--passphrase-credential - none once
			--wrapping-key-file - file once
			--wrapping-key-fd - none once
			--wrapping-key-credential - none once
			--recovery-file - file once
			--recovery-fd - none once
			--recovery-credential - none once
			--kek-file - file once
			--kek-fd - none once
			--kek-credential - none once
			--kdf-max-memory - none once
			--expect-key-check - none once
		)
		;;
	probe)
		arguments=()
		options+=(
			--require - none once
		)
		;;
	help)
		arguments=(words:generate,import,inspect,test,slots,add-slot,remove-slot,rebind-slot,rewrap,ephemeralize,prepare,sheet,backup,restore,export,load,unload,add-to-fscrypt,remove-from-fscrypt,fscrypt-status,set-fscrypt-policy,get-fscrypt-policy,derive,probe,help,exit-codes)
		options+=(
		)
		;;
	*) return 1 ;;
	esac
}
# </tables>

# _wkeyctl_split LINE: its words, without their quotes, into words[]; the last is
# the one to complete.  kept: how many of its characters stand before the part
# that readline replaces.  native: it has an expansion, left to bash itself.
# redirected: it belongs to a redirection.  (COMP_WORDS is cut at ':' and '='.)
_wkeyctl_split() {
	local line=$1 word='' begun='' quote='' start=0 c next
	words=() kept=0 native='' redirected=''
	while [[ -n $line ]]; do
		c=${line:0:1} line=${line:1} next=${line:0:1}
		case $quote$c in
		"''" | '""') quote='' ;;
		"'"?) word+=$c ;;
		'"'\\)
			[[ $next == [\"\$\`\\] ]] && c=$next line=${line:1}
			word+=$c
			;;
		'"'?)
			[[ $c == [\$\`] ]] && native=yes
			word+=$c
			;;
		"'" | '"') quote=$c start=${#word} begun=yes ;;
		\\) word+=$next line=${line:1} begun=yes ;;
		[[:space:]] | [\<\>])
			[[ $c == [\<\>] && $word =~ ^[0-9]+$ ]] && begun=''
			if [[ $begun ]]; then
				[[ $redirected ]] || words+=("$word")
				redirected=''
			fi
			[[ $c == [\<\>] ]] && redirected=yes
			word='' begun='' kept=0 native=''
			;;
		*)
			[[ $c == [\$\`] || ($c == '~' && -z $word) ]] && native=yes
			word+=$c begun=yes
			[[ $COMP_WORDBREAKS == *"$c"* ]] && kept=${#word}
			;;
		esac
	done
	[[ $quote ]] && kept=$start
	words+=("$word")
}

# _wkeyctl_find NAME|LETTER: notes that the option is given; sets kind.
_wkeyctl_find() {
	local i
	for ((i = 0; i < ${#options[@]}; i += 4)); do
		if [[ ${options[i]} == "$1" || ${options[i + 1]} == "$1" ]]; then
			given+="${options[i]} "
			kind=${options[i + 2]}
			return 0
		fi
	done
	return 1
}

# _wkeyctl_option WORD: reads an option; sets kind of its value and, when the
# value stands in the same word, prefix to what precedes it.
_wkeyctl_option() {
	local i
	kind=flag prefix=''
	if [[ $1 == --* ]]; then
		_wkeyctl_find "${1%%=*}" || return 0
		[[ $1 == *=* ]] && prefix=${1%%=*}=
		return 0
	fi
	for ((i = 1; i < ${#1}; i++)); do
		_wkeyctl_find "-${1:i:1}" || return 0
		[[ $kind == flag ]] && continue
		((i + 1 < ${#1})) && prefix=${1:0:i+1}
		return 0
	done
}

# Reads the words before the last one: command, count of its arguments, given
# options, kind of the value that comes next (pending), ended by "--".
_wkeyctl_read() {
	local word
	for word in "${words[@]:1:${#words[@]}-2}"; do
		if [[ $pending ]]; then
			pending=''
		elif [[ $word != -?* || $ended ]]; then
			if [[ $command ]]; then
				((++count))
			else
				command=$word
				_wkeyctl_tables "$command" || return 1
			fi
		elif [[ $word == -- ]]; then
			ended=yes
		else
			_wkeyctl_option "$word"
			[[ $kind == flag || $prefix ]] || pending=$kind
		fi
	done
}

_wkeyctl_reply() {
	COMPREPLY+=("${1:kept}")
}

# _wkeyctl_paths ''|/: files or directories that begin with value.
_wkeyctl_paths() {
	local path null fail
	compopt -o filenames 2>/dev/null
	if [[ $native ]]; then
		compopt -o bashdefault -o default 2>/dev/null
		return
	fi
	shopt -q nullglob
	null=$?
	shopt -q failglob
	fail=$?
	shopt -s nullglob
	shopt -u failglob
	for path in "$value"*"$1"; do
		_wkeyctl_reply "$prefix${path%/}"
	done
	((null == 0)) || shopt -u nullglob
	((fail != 0)) || shopt -s failglob
}

# File systems that can encrypt, and are mounted at what begins with value.
_wkeyctl_mounts() {
	local point type
	compopt -o filenames 2>/dev/null
	while read -r _ point type _; do
		[[ $type == @(ext4|f2fs|ubifs|ceph) ]] || continue
		# What the kernel escapes; the backslash last.
		point=${point//\\040/ }
		point=${point//\\011/$'\t'}
		point=${point//\\012/$'\n'}
		point=${point//\\043/#}
		point=${point//\\134/\\}
		[[ $point == "$value"* ]] && _wkeyctl_reply "$prefix$point"
	done </proc/self/mounts
}

# _wkeyctl_offer KIND: what completes value, with prefix before it.
_wkeyctl_offer() {
	local word list
	case $1 in
	words:*)
		IFS=, read -ra list <<<"${1#words:}"
		for word in "${list[@]}"; do
			[[ $word == "$value"* ]] && _wkeyctl_reply "$prefix$word"
		done
		;;
	file) _wkeyctl_paths '' ;;
	dir) _wkeyctl_paths / ;;
	mount) _wkeyctl_mounts; _wkeyctl_paths / ;;
	esac
}

# What the next argument may be.  After one that repeats, either of two.
_wkeyctl_argument() {
	local this at=0 repeats=''
	for this in "${arguments[@]}"; do
		if [[ $this == *+ ]]; then
			_wkeyctl_offer "${this%+}"
			repeats=yes
			# The names in the list may be all.
			[[ $given == *' --files-from '* ]] && continue
		elif [[ $repeats && $this == mount ]]; then
			((count >= at)) && _wkeyctl_mounts
		elif ((count == at)); then
			_wkeyctl_offer "$this"
		fi
		((++at))
	done
}

# Options that can still be given.
_wkeyctl_options() {
	local i word
	for ((i = 0; i < ${#options[@]}; i += 4)); do
		[[ ${options[i + 3]} == once && $given == *" ${options[i]} "* ]] && continue
		for word in "${options[i]}" "${options[i + 1]}"; do
			[[ $word != - && $word == "$value"* ]] && _wkeyctl_reply "$word"
		done
	done
}

_wkeyctl() {
	local - IFS=$' \t\n'
	set +efu
	local words kept native redirected line=${COMP_LINE-}
	local arguments options=() command='' given=' ' pending='' ended='' count=0
	local kind='' prefix='' value seen
	COMPREPLY=()
	_wkeyctl_split "${line:0:${COMP_POINT:-${#line}}}"
	_wkeyctl_tables -
	((${#words[@]} > 1)) && _wkeyctl_read || return 0
	value=${words[${#words[@]} - 1]} prefix=''
	if [[ $redirected ]]; then
		_wkeyctl_offer file
	elif [[ $pending ]]; then
		_wkeyctl_offer "$pending"
	elif [[ $value != -* || $ended ]]; then
		_wkeyctl_argument
	else
		seen=$given
		_wkeyctl_option "$value"
		given=$seen
		if [[ $prefix ]]; then
			value=${value:${#prefix}}
			_wkeyctl_offer "$kind"
		else
			_wkeyctl_options
		fi
	fi
	return 0
}

complete -F _wkeyctl wkeyctl
