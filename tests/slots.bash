# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the tests of commands that change slots share.  After `load commands`.

# Wrapping keys of slots, by letter; a is that of the first slot.
for letter in a b c d; do
	declare -ga "${letter^^}=(--wrapping-key-file $SECRETS/$letter)"
	declare -ga "NEW_${letter^^}=(--new-wrapping-key-file $SECRETS/$letter)"
done
NEW_PASS=(--new-passphrase-file "$SECRETS/pass" "${FAST[@]}")

# make_slot_secrets: for setup_file().
make_slot_secrets() {
	make_secrets
	local letter
	for letter in a b c d; do
		(umask 077 && head -c 32 /dev/urandom >"$SECRETS/$letter")
	done
	cat "$SECRETS/c" "$SECRETS/a" >"$SECRETS/both"
}

# make_certificate NAME [ARG...]: NAME.pem, a key to encrypt to, and NAME.key.
make_certificate() {
	openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$1" -days 30 \
		-addext keyUsage=critical,keyEncipherment -keyout "$1.key" -out "$1.pem" \
		"${@:2}" 2>/dev/null
}

# first FILE: a new key file with one slot, of key a.
first() {
	wk generate -b soft "${A[@]}" --usage keyring "$1"
}

# with_slots FILE LETTER...: one more slot for each, from slot 1 on.
with_slots() {
	local file=$1 letter
	first "$file"
	for letter in "${@:2}"; do
		declare -n new=NEW_${letter^^}
		wk add-slot -b soft "${A[@]}" "${new[@]}" "$file"
	done
}

# slots FILE: "id:backend:state:priority:label ...".
slots() {
	"$WKEYCTL" --json slots "$1" | jq -r '[.slots[] | "\(.id):\(.backend // .type):\(.state)" +
		(if .replaces then ">\(.replaces)" else "" end) + ":\(.priority):\(.label)"] | join(" ")'
}

# ids FILE: the ids of its slots.
ids() {
	"$WKEYCTL" --json slots "$1" | jq -r '[.slots[].id] | join(" ")'
}

# opens FILE SLOT OPTION...: that slot, by that secret.
opens() {
	"$WKEYCTL" test -q --batch --slot "$2" "${@:3}" "$1" >/dev/null 2>&1 ||
		{ echo "$1: slot $2 does not open by ${*:3}"; return 1; }
}

# loads FILE OPTION...: as loading commands do, by any slot.
loads() {
	"$WKEYCTL" test -q --batch "${@:2}" "$1" >/dev/null 2>&1
}

# key_of FILE OPTION...: the storage key, in hexadecimal.
key_of() {
	local serial
	serial=$("$WKEYCTL" load -q "${@:2}" --type user --keyring @s --force \
		--description "wkeyctl-test:slots" "$1") &&
		keyctl pipe "$serial" | od -An -v -tx1 | tr -d ' \n'
}

# unchanged FILE COMMAND...: what COMMAND does leaves FILE as it was, every byte,
# and nothing beside it.
unchanged() {
	local file=$1 before n
	shift
	before=$(stat -c '%i %y' "$file"; sha256sum "$file")
	n=$(entries "$(dirname "$file")")
	"$@" || return 1
	[ "$(stat -c '%i %y' "$file"; sha256sum "$file")" = "$before" ] ||
		{ echo "$file was changed"; return 1; }
	[ "$(entries "$(dirname "$file")")" = "$n" ] || { ls -lA "$(dirname "$file")"; return 1; }
}

# escrow FILE SLOT NAME: what the holder of NAME.key decrypts, on stdout.
escrow() {
	"$TOP/tests/slot_bytes.py" "$1" "$2" | /usr/bin/python3 -c '
import sys
slot = bytes.fromhex(sys.stdin.read().split()[1])
# The CMS message begins with the OID of AuthEnvelopedData in a SEQUENCE.
at = slot.index(bytes.fromhex("060b2a864886f70d0109100117")) - 4
length = int.from_bytes(slot[at + 2:at + 4], "big")
sys.stdout.buffer.write(slot[at:at + 4 + length])' >cms.der
	openssl cms -decrypt -inform DER -in cms.der -inkey "$3.key" -recip "$3.pem" -binary
}
