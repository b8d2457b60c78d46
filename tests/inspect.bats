#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# wkeyctl inspect, and how every command reads a key file.  The published files
# (vectors.bats) try what may and may not stand in one.

load helpers
load commands

setup() {
	cd "$BATS_TEST_TMPDIR"
}

@test "text shows every member" {
	wk inspect "$VALID/full.wk"
	diff - <(echo "$output") <<-'END'
		Key id:             d5c3fa81b847cb3530627976b7726066
		Name:               disk
		Usage:              fscrypt
		Form:               raw
		Key size (bit):     512
		Epoch:              7
		Created:            2026-01-31T12:00:00Z
		Made by:            vectors 1
		Lifecycle:          closed
		Device:             soc-serial
		fscrypt id:         806f8645ad7d326a75c18bb0ba82b756
		Format:             1
		  Volume UUID:      3d3f7c0a-b2f1-4c5e-9a6b-0f1e2d3c4b5a
		  Target:           crypt
		  Cipher:           aes-xts-plain64
		  Sector size:      4096
		  IV offset:        9223372036854775807
		  Slot:             0
		  Backend:          soft
		  Kind:             envelope
		  State:            active
		  Priority:         normal
		  Label:            wrapping key
		  Secret:           wrapping-key
		  Slot:             4
		  Backend:          soft
		  Kind:             envelope
		  State:            active
		  Priority:         normal
		  Label:            passphrase
		  Secret:           passphrase
		  KDF:              argon2id
		  Memory:           64 KiB
		  Passes:           1
		  Lanes:            1
	END
}

@test "--json shows every member" {
	answers '
		.key_id == "d5c3fa81b847cb3530627976b7726066" and .name == "disk" and
		.usage == "fscrypt" and .form == "raw" and .key_size_bits == 512 and
		.epoch == 7 and .created == "2026-01-31T12:00:00Z" and
		.made_by == "vectors 1" and .lifecycle == "closed" and
		.device_identity == "soc-serial" and .version == 1 and
		.fscrypt_identifier == "806f8645ad7d326a75c18bb0ba82b756" and
		.volume.uuid == "3d3f7c0a-b2f1-4c5e-9a6b-0f1e2d3c4b5a" and
		.volume.target == "crypt" and .volume.cipher == "aes-xts-plain64" and
		.volume.sector_size_bytes == 4096 and
		(.slots | length == 2) and
		(.slots[1] | .id == 4 and .label == "passphrase" and .secret == "passphrase"
			and .kdf == "argon2id" and .kdf_memory_kib == 64 and .kdf_passes == 1
			and .kdf_lanes == 1)' inspect "$VALID/full.wk"
	# All of its digits; jq would round it.
	[[ $output == *'"iv_offset_sectors":9223372036854775807'* ]]
}

@test "what is not there is not shown" {
	answers '(has("volume") or has("lifecycle") or has("device_identity") or
		has("fscrypt_identifier") | not) and (.slots[0] | has("label") | not)' \
		inspect "$VALID/wrapping-key.wk"
	wk inspect "$VALID/wrapping-key.wk"
	[[ $output != *Label* && $output != *UUID* && $output != *Device* ]]
}

@test "forms, states, priorities, sources and unknown types have their words" {
	local f
	for f in soc-serial device-tree dmi disk-wwid; do
		[ "$(field "$VALID/device-$f.wk" .device_identity)" = "$f" ]
	done
	[ "$(field "$VALID/engine-raw.wk" .form)" = engine-raw ]
	[ "$(field "$VALID/opaque.wk" '"\(.form) \(.slots[0].kind) \(.slots[0].backend)"')" = \
		"opaque direct ice" ]
	[ "$(field "$VALID/slot-retired.wk" '.slots[0].state')" = retired ]
	[ "$(field "$VALID/slot-staged.wk" '.slots[1].state')" = staged ]
	[ "$(field "$VALID/slot-ignored.wk" '.slots | map(.priority) | join(" ")')" = "ignore prefer" ]
	[ "$(field "$VALID/slot-kernel-key.wk" '.slots[1] | "\(.backend) \(.kind)"')" = "caam direct" ]
	[ "$(field "$VALID/slot-unknown.wk" '.slots[0] | "\(.type) \(.kind) \(.backend)"')" = \
		"14 envelope null" ]
	[ "$(field "$VALID/slot-unknown-direct.wk" '.slots | map(.kind) | sort | join(" ")')" = \
		"direct envelope" ]
	[ "$(field "$VALID/slots-32.wk" '.slots | length')" -eq 32 ]
	[ "$(field "$VALID/version-255.wk" .version)" -eq 255 ]
	wk inspect "$VALID/slot-unknown.wk"
	[[ $output == *"Unknown type:     14"* ]]
}

@test "a hostile cost is shown as it stands, at once" {
	wk inspect "$EVIL/cost-all-max.wk"
	[[ $output == *"9223372036854775807 KiB"* ]]
}

@test "no secret, terminal or environment is needed" {
	wk inspect "$VALID/passphrase.wk" </dev/null
	tried env -i "$WKEYCTL" inspect "$VALID/passphrase.wk"
	[ "$status" -eq 0 ] || bad "status 0"
}

@test "-q shows the fields still" {
	wk -q inspect "$VALID/passphrase.wk"
	[[ $output == "Key id: "* ]]
}

@test "PEM and standard input are read" {
	wk inspect "$VALID/pem-lf.pem"
	local want=$output
	wk inspect - <"$VALID/pem-lf.pem"
	[ "$output" = "$want" ]
	wk inspect - < <(cat "$VALID/pem-lf.pem")
	[ "$output" = "$want" ]
	cp "$VALID/pem-lf.pem" ./-
	wk inspect ./-
	[ "$output" = "$want" ]
}

@test "one key file exactly" {
	refused 1 usage.missing-argument "KEYFILE" inspect
	refused 1 usage.extra-argument "'b'" inspect a b
}

# --- how a key file is read; every command does it by the same way -------------

# everywhere STATUS CODE REGEX FILE: refused by each command that reads one.
everywhere() {
	local file=$4
	refused "$1" "$2" "$3" inspect "$file"
	refused "$1" "$2" "$3" test --batch "$file"
	refused "$1" "$2" "$3" load --batch "$file"
	refused "$1" "$2" "$3" add-to-fscrypt --batch "$file" .
	refused "$1" "$2" "$3" remove-from-fscrypt "$file" .
	refused "$1" "$2" "$3" set-fscrypt-policy "$file" .
}

@test "a file that is not there: exit 4" {
	everywhere 4 file.not-found "nothing-here.wk: no such file" nothing-here.wk
	: >file
	refused 4 file.not-found "file/k.wk: no such file" inspect file/k.wk
	refused 1 usage.bad-value "name of a key file is empty" inspect ""
	ln -s nowhere link
	refused 4 file.not-found "link: no such file" inspect link
}

@test "a folder, a FIFO, a device and a socket are no key files: exit 1, at once" {
	mkdir folder
	mkfifo fifo
	everywhere 1 file.not-regular "folder: not a regular file" folder
	everywhere 1 file.not-regular "fifo: not a regular file" fifo
	refused 1 file.not-regular "/dev/zero: not a regular file" inspect /dev/zero
	refused 1 file.not-regular "/dev/full: not a regular file" inspect /dev/full
	/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
	refused 1 file.not-regular "sock: not a regular file" inspect sock
}

@test "a file that may not be read: exit 17, naming it" {
	nobodys d
	cp "$VALID/passphrase.wk" d/k.wk
	chmod 0 d/k.wk
	tried as_nobody "$WKEYCTL" inspect d/k.wk
	[ "$status" -eq 17 ] || bad "status 17"
	[ "$stderr" = "wkeyctl: inspect: d/k.wk: permission to read it is denied" ] || bad "the file"
	tried as_nobody "$WKEYCTL" --json inspect d/k.wk
	is_answer inspect false '.errors[0] | .code == "file.denied" and .exit == 17'
	mkdir -m 0 d/closed
	tried as_nobody "$WKEYCTL" inspect d/closed/k.wk
	[ "$status" -eq 17 ] || bad "status 17"
}

@test "damage: exit 13" {
	everywhere 13 keyfile.crc "CRC-32 is wrong" "$EVIL/crc-wrong.wk"
	: >empty
	refused 13 keyfile.not-a-keyfile "empty: not a wkeyctl key file: it is empty" inspect empty
	echo hello >text
	refused 13 keyfile.not-a-keyfile "text: not a wkeyctl key file" inspect text
	refused 13 keyfile.not-a-keyfile "standard input: not a wkeyctl key file: it is empty" inspect - </dev/null
}

@test "too large: exit 13, and no more is read than needed" {
	wk inspect "$VALID/largest.wk"
	head -c 65537 /dev/zero >large
	refused 13 keyfile.too-large "large: too large for a key file" inspect large
	truncate -s 1T huge
	everywhere 13 keyfile.too-large "huge: too large for a key file" huge
	tried "$WKEYCTL" inspect - </dev/zero
	[ "$status" -eq 13 ] || bad "status 13"
	[[ $stderr == *"standard input: too large"* ]] || bad "too large"
}

@test "made for a later reader: exit 14" {
	everywhere 14 keyfile.too-new "made for a newer wkeyctl" "$EVIL/reader-2.wk"
	everywhere 14 keyfile.too-new "" "$EVIL/critical-last.wk"
}

@test "a name with control characters does not reach the terminal" {
	local name=$'a\e[2J\nb\xff'
	refused 4 file.not-found "" inspect "$name"
	tried "$WKEYCTL" inspect "$name"
	[[ $stderr == *'a\x1b[2J\x0ab\xff: no such file'* ]] || bad "the name made visible"
	# Valid JSON although the name is not UTF-8.
	tried "$WKEYCTL" --json inspect "$name"
	is_answer inspect false '.errors[0].detail | contains("b")'
}

@test "a full disk under stdout is a failure" {
	tried sh -c '"$0" inspect "$1" >/dev/full' "$WKEYCTL" "$VALID/full.wk"
	[ "$status" -eq 1 ] || bad "status 1"
	[[ $stderr == *"standard output"* ]] || bad "standard output"
	tried sh -c '"$0" --json inspect "$1" >/dev/full' "$WKEYCTL" "$VALID/full.wk"
	[ "$status" -eq 1 ] || bad "status 1"
	tried sh -c '"$0" inspect "$1" >&-' "$WKEYCTL" "$VALID/full.wk"
	[ "$status" -eq 1 ] || bad "status 1"
}

@test "a reader that goes away is no crash" {
	tried bash -c '"$0" inspect "$1" | true; exit "${PIPESTATUS[0]}"' "$WKEYCTL" "$VALID/slots-32.wk"
	[ "$status" -le 1 ] || bad "status 0 or 1"
}
