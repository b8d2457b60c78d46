# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the tests of single commands share.  After `load helpers`.

SECRETS=${BATS_FILE_TMPDIR:-}/secrets
KEY=(--wrapping-key-file "$SECRETS/key")
OTHER=(--wrapping-key-file "$SECRETS/other")
PASS=(--passphrase-file "$SECRETS/pass")
# shellcheck disable=SC2206 # words on purpose
FAST=($KDF_FAST)
PASS_FAST=(-q "${PASS[@]}" "${FAST[@]}")
VALID=$TOP/tests/vectors/valid
EVIL=$TOP/tests/vectors/evil
export SECRETS

# make_secrets: two wrapping keys and two passphrases of mode 0600; goes into
# setup_file().
make_secrets() {
	(
		umask 077
		mkdir "$SECRETS"
		head -c 32 /dev/urandom >"$SECRETS/key"
		head -c 32 /dev/urandom >"$SECRETS/other"
		echo "correct horse" >"$SECRETS/pass"
		echo "wrong horse" >"$SECRETS/wrong"
	)
}

# bad WHY...: what was expected, and what came.
bad() {
	echo "expected: $*"
	show
	return 1
}

# wk ARGS...: the tool succeeds and says nothing on stderr.
wk() {
	tried "$WKEYCTL" "$@"
	[ "$status" -eq 0 ] || bad "status 0"
	[ -z "$stderr" ] || bad "nothing on stderr"
}

# is_answer COMMAND OK FILTER: $output is one object of the command's schema,
# and FILTER (jq) holds of it.
is_answer() {
	jq -es --arg schema "wkeyctl/$1/1" --argjson ok "$2" "length == 1 and (.[0] |
		.schema == \$schema and .ok == \$ok and (.ok == (.errors == []))
		and ($3))" <<<"$output" >/dev/null ||
		bad "one object of wkeyctl/$1/1, ok $2, with $3"
}

# answers FILTER COMMAND ARGS...: success with --json, and nothing on stderr.
answers() {
	local filter=$1
	shift
	wk --json "$@"
	is_answer "$1" true "$filter"
}

# refused STATUS CODE REGEX COMMAND ARGS...: fails with a message that matches
# and nothing on stdout; and with --json the same, with the code.  Twice, so a
# refusal that changes something shows.
refused() {
	local want=$1 code=$2 regex=$3
	shift 3
	tried "$WKEYCTL" "$@"
	[ "$status" -eq "$want" ] || bad "status $want"
	[ -z "$output" ] || bad "nothing on stdout"
	[[ $stderr == "wkeyctl: $1: "* ]] || bad "'wkeyctl: $1: ' on stderr"
	[[ $stderr =~ $regex ]] || bad "stderr to match $regex"
	tried "$WKEYCTL" --json "$@"
	[ "$status" -eq "$want" ] || bad "status $want"
	is_answer "$1" false ".errors[0].code == \"$code\" and .errors[0].exit == $want
		and (.errors[0].detail | length > 0)"
}

# hex FILE: its bytes.
hex() {
	od -An -v -tx1 "$1" | tr -d ' \n'
}

# field FILE FILTER: what inspect --json says.
field() {
	"$WKEYCTL" --json inspect "$1" | jq -r "$2"
}

# entries [DIR]: how many there are, hidden ones included.
entries() {
	find "${1:-.}" -mindepth 1 -maxdepth 1 | wc -l
}

# is_empty DIR: no file was left, hidden ones included.
is_empty() {
	[ -z "$(ls -A "$1")" ] || { echo "left behind:"; ls -lA "$1"; return 1; }
}

# nobodys DIR: makes a folder that as_nobody can reach, and owns.
nobodys() {
	mkdir "$1"
	if [ "$(id -u)" = 0 ]; then
		chown 65534:65534 "$1"
		chmod a+x "$BATS_RUN_TMPDIR"
	fi
}

# vector NAME: $FILE is the published key file, $OPEN the options that unlock it.
vector() {
	local hex passphrase
	{ read -r FILE; read -r hex; IFS= read -r passphrase; } < <(
		jq -r --arg name "$1" '.vectors[] | select(.name == $name) | .file,
			.unlock.wrapping_key_hex // "", .unlock.passphrase // ""' \
			"$TOP/tests/vectors/manifest.json")
	FILE=$TOP/tests/vectors/$FILE
	# shellcheck disable=SC2059 # the bytes
	if [ -n "$hex" ]; then
		OPEN=(--wrapping-key-file "$(secret_file "$1.key" '')")
		printf "$(printf '%s' "$hex" | sed 's/../\\x&/g')" >"${OPEN[1]}"
	else
		OPEN=(--passphrase-file "$(secret_file "$1.pass" "$passphrase")")
	fi
}
