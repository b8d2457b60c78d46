#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The conformance suite over every backend of this build: tests/conformance.bash.
# A new backend adds its four functions and its name here and gets all of it.

load helpers
load conformance

# shellcheck disable=SC2034 # conformance.bash reads it
BACKENDS=(soft_key soft_passphrase)

# soft under a wrapping key
soft_key_make_args() { echo "-q -b soft --wrapping-key-file $SECRETS/key"; }
soft_key_open_args() { echo "--wrapping-key-file $SECRETS/key"; }
soft_key_wrong_args() { echo "--wrapping-key-file $SECRETS/other"; }
soft_key_wrong_status() { echo 2; }

# soft under a passphrase
soft_passphrase_make_args() {
	echo "-q -b soft --passphrase-file $SECRETS/pass $KDF_FAST"
}
soft_passphrase_open_args() { echo "--passphrase-file $SECRETS/pass"; }
soft_passphrase_wrong_args() { echo "--passphrase-file $SECRETS/wrong"; }
soft_passphrase_wrong_status() { echo 2; }

setup_file() {
	export SECRETS=$BATS_FILE_TMPDIR/secrets
	(
		umask 077
		mkdir "$SECRETS"
		head -c 32 /dev/urandom >"$SECRETS/key"
		head -c 32 /dev/urandom >"$SECRETS/other"
		echo "correct horse" >"$SECRETS/pass"
		echo "wrong horse" >"$SECRETS/wrong"
	)
}

setup() {
	need keyring
}

@test "what is generated unlocks" {
	with_each_backend generate_then_unlock
}

@test "import gives back the bytes" {
	with_each_backend import_gives_back_the_bytes
}

@test "two keys differ" {
	with_each_backend two_keys_differ
}

@test "a wrong secret or state is refused" {
	with_each_backend wrong_state_is_refused
}

@test "every truncation is damage" {
	with_each_backend every_truncation_is_damage
}

@test "every flipped byte is noticed, checksum made right" {
	with_each_backend every_flipped_byte_is_noticed
}

@test "a failure leaves no file" {
	with_each_backend failure_leaves_no_file
}

@test "an existing file is kept" {
	with_each_backend existing_file_is_kept
}

@test "nothing stays behind" {
	with_each_backend nothing_stays_behind
}
