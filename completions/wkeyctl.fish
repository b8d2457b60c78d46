# SPDX-License-Identifier: Apache-2.0
# Completion of wkeyctl for fish 3.4 and newer.
#
# It starts no program and evaluates nothing that it reads: names of files and
# mount points are data.  The tables are made by `make completions`; do not edit
# them.

# __wkeyctl_line arguments|options: what stands before the word at the cursor:
# the command and its arguments, or the options, but not one whose value is
# that word.
function __wkeyctl_line
	set -l valued (__wkeyctl_valued)
	set -l arguments
	set -l options
	set -l pending no
	set -l ended no
	for word in (commandline -opc)[2..-1]
		if test $pending = yes
			set pending no
		else if test $ended = yes; or not string match -qr -- '^-.' $word
			set -a arguments $word
		else if test "$word" = --
			set ended yes
		else if string match -q -- '--*' $word
			set -a options (string replace -r -- '=.*' '' $word)[1]
			contains -- $word $valued; and set pending yes
		else
			while test -n (string sub -s 2 -- $word)
				set -l letter (string sub -l 2 -- $word)
				set word -(string sub -s 3 -- $word)
				set -a options $letter
				contains -- $letter $valued; or continue
				test $word = -; and set pending yes
				break
			end
		end
	end
	test $pending = yes; and set -e options[-1]
	printf '%s\n' $$argv[1]
end

# __wkeyctl_on [COMMAND|-]: whether it is the command; whether there is one.
function __wkeyctl_on
	test "$argv[1]" = -; and return 0
	set -l line (__wkeyctl_line arguments)
	if set -q argv[1]
		test "$line[1]" = "$argv[1]"
	else
		test -n "$line[1]"
	end
end

# __wkeyctl_offer COMMAND|- OPTION...: whether it may be given, and is not yet.
function __wkeyctl_offer
	__wkeyctl_on $argv[1]; or return
	set -l given (__wkeyctl_line options)
	for option in $argv[2..-1]
		contains -- $option $given; and return 1
	end
	return 0
end

# __wkeyctl_wants KIND: whether the next argument may be one.  After one that
# repeats, either of two.
function __wkeyctl_wants
	set -l line (__wkeyctl_line arguments)
	set -l at 1
	set -l repeats no
	for kind in (__wkeyctl_arguments $line[1])
		if string match -q '*+' $kind
			test $kind = $argv[1]+; and return 0
			set repeats yes
			# The names in the list may be all.
			contains -- --files-from (__wkeyctl_line options); and continue
		else if test $kind = $argv[1]
			test (count $line) = $at; and return 0
			test $repeats = yes -a (count $line) -gt $at; and return 0
		end
		set at (math $at + 1)
	end
	return 1
end

# File systems that can encrypt, each ended by NUL.  In what fish offers, a tab
# begins a description: names with one are left out.
function __wkeyctl_mounts
	while read -d ' ' -l device point type rest
		contains -- $type ext4 f2fs ubifs ceph; or continue
		string match -q '*\\\\011*' -- $point; and continue
		# What the kernel escapes; the backslash last.
		set point (string replace -a '\\040' ' ' -- $point)
		set point (string replace -a '\\043' '#' -- $point)
		set point (string replace -a '\\134' '\\' -- (string split '\\012' -- $point))
		printf %s $point[1]
		for line in $point[2..-1]
			printf '\n%s' $line
		end
		printf '\0'
	end </proc/self/mounts
end

complete -c wkeyctl -f
complete -c wkeyctl -n '__wkeyctl_wants file' -F
complete -c wkeyctl -n '__wkeyctl_wants dir' -a '(__fish_complete_directories)'
complete -c wkeyctl -n '__wkeyctl_wants mount' -a '(__fish_complete_directories)'
complete -c wkeyctl -n '__wkeyctl_wants mount' -a '(__wkeyctl_mounts | string split0)' -d 'mount point'

# <tables>
# Options with a value.
function __wkeyctl_valued
	printf '%s\n' --backend -b --usage --key-size --name --for --files-from --status-fd --passphrase-file --passphrase-fd --passphrase-credential --wrapping-key-file --wrapping-key-fd --wrapping-key-credential --new-passphrase-file --new-passphrase-fd --new-passphrase-credential --new-wrapping-key-file --new-wrapping-key-fd --new-wrapping-key-credential --kdf-max-memory --kdf-time --kdf-memory --kdf-passes --kdf-lanes --from --raw-file --raw-fd --raw-credential --recovery-file --recovery-fd --recovery-credential --kek-file --kek-fd --kek-credential --slot --expect-key-check --recipient --label --priority --output -o --format --sheet --repair --type --keyring --description --expire --contents --filenames --padding --data-unit-size --nonce --fs-uuid --require --timeout --tcti
end

# __wkeyctl_arguments COMMAND: the kinds of its arguments.
function __wkeyctl_arguments
	switch "$argv[1]"
		case generate
			printf '%s\n' file+
		case import
			printf '%s\n' file
		case inspect
			printf '%s\n' file
		case test
			printf '%s\n' file
		case slots
			printf '%s\n' file
		case add-slot
			printf '%s\n' file
		case remove-slot
			printf '%s\n' file none
		case rebind-slot
			printf '%s\n' file none
		case rewrap
			printf '%s\n' file
		case ephemeralize
			printf '%s\n' file
		case prepare
			printf '%s\n' file
		case sheet
			printf '%s\n' file
		case backup
			printf '%s\n' file file
		case restore
			printf '%s\n' file file
		case export
			printf '%s\n' file
		case load
			printf '%s\n' file+
		case unload
			printf '%s\n' none
		case add-to-fscrypt
			printf '%s\n' file+ mount
		case remove-from-fscrypt
			printf '%s\n' file mount
		case fscrypt-status
			printf '%s\n' file mount
		case set-fscrypt-policy
			printf '%s\n' file dir
		case get-fscrypt-policy
			printf '%s\n' file
		case derive
			printf '%s\n' file file
		case help
			printf '%s\n' words
	end
end

complete -c wkeyctl -n 'not __wkeyctl_on' -a generate -d 'make a new key, long-term wrapped'
complete -c wkeyctl -n 'not __wkeyctl_on' -a import -d 'make a key file from raw bytes'
complete -c wkeyctl -n 'not __wkeyctl_on' -a inspect -d 'show what a key file is, without opening it'
complete -c wkeyctl -n 'not __wkeyctl_on' -a test -d 'say whether a key file unlocks now, slot by slot'
complete -c wkeyctl -n 'not __wkeyctl_on' -a slots -d 'list the slots of a key file and what each needs'
complete -c wkeyctl -n 'not __wkeyctl_on' -a add-slot -d 'add another way to unlock a key file'
complete -c wkeyctl -n 'not __wkeyctl_on' -a remove-slot -d 'take a slot out of a key file'
complete -c wkeyctl -n 'not __wkeyctl_on' -a rebind-slot -d 'give a slot another secret, label or priority'
complete -c wkeyctl -n 'not __wkeyctl_on' -a rewrap -d 'replace a slot in two steps, with a way back between'
complete -c wkeyctl -n 'not __wkeyctl_on' -a ephemeralize -d 'make a form of a key file that is good for this boot only'
complete -c wkeyctl -n 'not __wkeyctl_on' -a prepare -d 'make a form of a key file that is good for this boot only'
complete -c wkeyctl -n 'not __wkeyctl_on' -a sheet -d 'make a recovery sheet: the key on paper'
complete -c wkeyctl -n 'not __wkeyctl_on' -a backup -d 'copy a key file to another place, and prove the copy'
complete -c wkeyctl -n 'not __wkeyctl_on' -a restore -d 'bring back a key file: from a backup or a recovery sheet'
complete -c wkeyctl -n 'not __wkeyctl_on' -a export -d 'write a key file, or its escrow, for other programs'
complete -c wkeyctl -n 'not __wkeyctl_on' -a load -d 'unlock key files and load them into a kernel keyring'
complete -c wkeyctl -n 'not __wkeyctl_on' -a unload -d 'revoke a loaded key and unlink it from the keyrings'
complete -c wkeyctl -n 'not __wkeyctl_on' -a add-to-fscrypt -d 'unlock key files and add them to a file system\'s fscrypt keyring'
complete -c wkeyctl -n 'not __wkeyctl_on' -a remove-from-fscrypt -d 'remove a key from a file system\'s fscrypt keyring'
complete -c wkeyctl -n 'not __wkeyctl_on' -a fscrypt-status -d 'say whether a key is in a file system\'s fscrypt keyring'
complete -c wkeyctl -n 'not __wkeyctl_on' -a set-fscrypt-policy -d 'encrypt an empty directory with a v2 policy'
complete -c wkeyctl -n 'not __wkeyctl_on' -a get-fscrypt-policy -d 'show the policy of an encrypted file or directory'
complete -c wkeyctl -n 'not __wkeyctl_on' -a derive -d 'compute the keys that encrypt fscrypt data, to verify it'
complete -c wkeyctl -n 'not __wkeyctl_on' -a probe -d 'show what this machine and this build can do'
complete -c wkeyctl -n 'not __wkeyctl_on' -a help -d 'explain the commands, one of them, or the exit codes'
complete -c wkeyctl -n '__wkeyctl_on help; and __wkeyctl_wants words' -a 'generate import inspect test slots add-slot remove-slot rebind-slot rewrap ephemeralize prepare sheet backup restore export load unload add-to-fscrypt remove-from-fscrypt fscrypt-status set-fscrypt-policy get-fscrypt-policy derive probe help exit-codes'
complete -c wkeyctl -n '__wkeyctl_on generate' -s b -l backend -x -a 'soft tpm caam ice' -d 'root of trust that wraps the key; each adds a slot'
complete -c wkeyctl -n '__wkeyctl_offer generate --usage' -l usage -x -a 'any fscrypt dm-crypt dm-inlinecrypt keyring' -d 'what the key is for (default any)'
complete -c wkeyctl -n '__wkeyctl_offer generate --key-size' -l key-size -x -d 'such as 256bit or 64byte (default 512bit; keyring 256bit)'
complete -c wkeyctl -n '__wkeyctl_offer generate --name' -l name -x -d 'name of the key (default: of the file, without .wk)'
complete -c wkeyctl -n '__wkeyctl_offer generate --for' -l for -x -d 'bind the key file to a volume'
complete -c wkeyctl -n '__wkeyctl_offer generate --force' -l force -d 'replace an existing file, kept as KEYFILE.old-EPOCH'
complete -c wkeyctl -n '__wkeyctl_offer generate --pem' -l pem -d 'write PEM, not DER'
complete -c wkeyctl -n '__wkeyctl_offer generate --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer generate --if-absent' -l if-absent -d 'succeed when an intact file of the same name, usage and size is there'
complete -c wkeyctl -n '__wkeyctl_offer generate --files-from' -l files-from -r -F -d 'read more key file names from FILE, one a line'
complete -c wkeyctl -n '__wkeyctl_offer generate --status-fd' -l status-fd -x -d 'report progress there, one JSON object a line'
complete -c wkeyctl -n '__wkeyctl_offer generate --null -0' -s 0 -l null -d 'with --files-from: names end with NUL, not newline'
complete -c wkeyctl -n '__wkeyctl_offer generate --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer generate --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer generate --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer generate --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer generate --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer generate --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer generate --new-passphrase-file' -l new-passphrase-file -r -F -d 'read the new slot\'s passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer generate --new-passphrase-fd' -l new-passphrase-fd -x -d 'read the new slot\'s passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer generate --new-passphrase-credential' -l new-passphrase-credential -x -d 'read the new slot\'s passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer generate --new-wrapping-key-file' -l new-wrapping-key-file -r -F -d 'read the new slot\'s wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer generate --new-wrapping-key-fd' -l new-wrapping-key-fd -x -d 'read the new slot\'s wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer generate --new-wrapping-key-credential' -l new-wrapping-key-credential -x -d 'read the new slot\'s wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer generate --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer generate --kdf-time' -l kdf-time -x -d 'soft: choose a cost that takes this long here (default 1s)'
complete -c wkeyctl -n '__wkeyctl_offer generate --kdf-memory' -l kdf-memory -x -d 'soft: fix the Argon2id memory, such as 256MiB'
complete -c wkeyctl -n '__wkeyctl_offer generate --kdf-passes' -l kdf-passes -x -d 'soft: fix the Argon2id passes'
complete -c wkeyctl -n '__wkeyctl_offer generate --kdf-lanes' -l kdf-lanes -x -d 'soft: fix the Argon2id lanes (default 4)'
complete -c wkeyctl -n '__wkeyctl_on import' -s b -l backend -x -a 'soft tpm caam ice' -d 'root of trust that wraps the key; each adds a slot'
complete -c wkeyctl -n '__wkeyctl_offer import --usage' -l usage -x -a 'any fscrypt dm-crypt dm-inlinecrypt keyring' -d 'what the key is for (default any)'
complete -c wkeyctl -n '__wkeyctl_offer import --key-size' -l key-size -x -d 'such as 256bit or 64byte (default 512bit; keyring 256bit)'
complete -c wkeyctl -n '__wkeyctl_offer import --name' -l name -x -d 'name of the key (default: of the file, without .wk)'
complete -c wkeyctl -n '__wkeyctl_offer import --for' -l for -x -d 'bind the key file to a volume'
complete -c wkeyctl -n '__wkeyctl_offer import --force' -l force -d 'replace an existing file, kept as KEYFILE.old-EPOCH'
complete -c wkeyctl -n '__wkeyctl_offer import --pem' -l pem -d 'write PEM, not DER'
complete -c wkeyctl -n '__wkeyctl_offer import --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer import --from' -l from -x -a 'raw hex base64 fscrypt-payload fscrypt-provisioning caam-bb tss2-pem trusted-hex' -d 'how the raw key is written (default raw: byte for byte)'
complete -c wkeyctl -n '__wkeyctl_offer import --raw-file' -l raw-file -r -F -d 'read the raw key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer import --raw-fd' -l raw-fd -x -d 'read the raw key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer import --raw-credential' -l raw-credential -x -d 'read the raw key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer import --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer import --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer import --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer import --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer import --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer import --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer import --new-passphrase-file' -l new-passphrase-file -r -F -d 'read the new slot\'s passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer import --new-passphrase-fd' -l new-passphrase-fd -x -d 'read the new slot\'s passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer import --new-passphrase-credential' -l new-passphrase-credential -x -d 'read the new slot\'s passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer import --new-wrapping-key-file' -l new-wrapping-key-file -r -F -d 'read the new slot\'s wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer import --new-wrapping-key-fd' -l new-wrapping-key-fd -x -d 'read the new slot\'s wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer import --new-wrapping-key-credential' -l new-wrapping-key-credential -x -d 'read the new slot\'s wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer import --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer import --kdf-time' -l kdf-time -x -d 'soft: choose a cost that takes this long here (default 1s)'
complete -c wkeyctl -n '__wkeyctl_offer import --kdf-memory' -l kdf-memory -x -d 'soft: fix the Argon2id memory, such as 256MiB'
complete -c wkeyctl -n '__wkeyctl_offer import --kdf-passes' -l kdf-passes -x -d 'soft: fix the Argon2id passes'
complete -c wkeyctl -n '__wkeyctl_offer import --kdf-lanes' -l kdf-lanes -x -d 'soft: fix the Argon2id lanes (default 4)'
complete -c wkeyctl -n '__wkeyctl_offer inspect --unlock' -l unlock -d 'unlock it, to show the key check; so does any option that gives a secret'
complete -c wkeyctl -n '__wkeyctl_offer inspect --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer inspect --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer inspect --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer inspect --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer inspect --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer inspect --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer inspect --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer inspect --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer inspect --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer inspect --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer inspect --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer inspect --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer inspect --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer test --slot' -l slot -x -d 'try this slot only'
complete -c wkeyctl -n '__wkeyctl_offer test --all' -l all -d 'try every active slot, and demand that every one opens that can be tested here'
complete -c wkeyctl -n '__wkeyctl_offer test --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer test --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer test --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer test --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer test --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer test --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer test --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer test --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer test --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer test --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer test --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer test --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer test --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer test --expect-key-check' -l expect-key-check -x -d 'refuse a key file that holds another key than the one with this key check'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --backend -b' -s b -l backend -x -a 'soft tpm caam ice' -d 'root of trust that opens the slot'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --recovery' -l recovery -d 'a slot under a new recovery key, shown once; --recovery-file is then where it goes'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --recipient' -l recipient -r -F -d 'a slot in escrow with the holder of a certificate'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --accept-certificate' -l accept-certificate -d 'take a certificate in spite of its dates or key usage'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --label' -l label -x -d 'what the slot is called, at most 64 bytes'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --priority' -l priority -x -a 'ignore normal prefer' -d 'whether the slot is tried first, or by its id only'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --new-passphrase-file' -l new-passphrase-file -r -F -d 'read the new slot\'s passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --new-passphrase-fd' -l new-passphrase-fd -x -d 'read the new slot\'s passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --new-passphrase-credential' -l new-passphrase-credential -x -d 'read the new slot\'s passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --new-wrapping-key-file' -l new-wrapping-key-file -r -F -d 'read the new slot\'s wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --new-wrapping-key-fd' -l new-wrapping-key-fd -x -d 'read the new slot\'s wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --new-wrapping-key-credential' -l new-wrapping-key-credential -x -d 'read the new slot\'s wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --kdf-time' -l kdf-time -x -d 'soft: choose a cost that takes this long here (default 1s)'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --kdf-memory' -l kdf-memory -x -d 'soft: fix the Argon2id memory, such as 256MiB'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --kdf-passes' -l kdf-passes -x -d 'soft: fix the Argon2id passes'
complete -c wkeyctl -n '__wkeyctl_offer add-slot --kdf-lanes' -l kdf-lanes -x -d 'soft: fix the Argon2id lanes (default 4)'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --force' -l force -d 'take out the last way of recovery, too'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --proved' -l proved -d 'state that the holder of the escrow opened it'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer remove-slot --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --keep' -l keep -d 'change label or priority only'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --backend -b' -s b -l backend -x -a 'soft tpm caam ice' -d 'root of trust that opens the slot'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --recovery' -l recovery -d 'a slot under a new recovery key, shown once; --recovery-file is then where it goes'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --recipient' -l recipient -r -F -d 'a slot in escrow with the holder of a certificate'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --accept-certificate' -l accept-certificate -d 'take a certificate in spite of its dates or key usage'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --label' -l label -x -d 'what the slot is called, at most 64 bytes'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --priority' -l priority -x -a 'ignore normal prefer' -d 'whether the slot is tried first, or by its id only'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --new-passphrase-file' -l new-passphrase-file -r -F -d 'read the new slot\'s passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --new-passphrase-fd' -l new-passphrase-fd -x -d 'read the new slot\'s passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --new-passphrase-credential' -l new-passphrase-credential -x -d 'read the new slot\'s passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --new-wrapping-key-file' -l new-wrapping-key-file -r -F -d 'read the new slot\'s wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --new-wrapping-key-fd' -l new-wrapping-key-fd -x -d 'read the new slot\'s wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --new-wrapping-key-credential' -l new-wrapping-key-credential -x -d 'read the new slot\'s wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --force' -l force -d 'take out the last way of recovery, too'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --proved' -l proved -d 'state that the holder of the escrow opened it'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --kdf-time' -l kdf-time -x -d 'soft: choose a cost that takes this long here (default 1s)'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --kdf-memory' -l kdf-memory -x -d 'soft: fix the Argon2id memory, such as 256MiB'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --kdf-passes' -l kdf-passes -x -d 'soft: fix the Argon2id passes'
complete -c wkeyctl -n '__wkeyctl_offer rebind-slot --kdf-lanes' -l kdf-lanes -x -d 'soft: fix the Argon2id lanes (default 4)'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --stage' -l stage -d 'make the new slot, which is not used yet'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --commit' -l commit -d 'let the staged slot take the place of the old one'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --abort' -l abort -d 'take the staged slot out again'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --slot' -l slot -x -d '--stage: the slot to be replaced; else the staged slot'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --retire' -l retire -d '--commit: keep the old slot, retired'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --backend -b' -s b -l backend -x -a 'soft tpm caam ice' -d 'root of trust that opens the slot'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --recovery' -l recovery -d 'a slot under a new recovery key, shown once; --recovery-file is then where it goes'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --recipient' -l recipient -r -F -d 'a slot in escrow with the holder of a certificate'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --accept-certificate' -l accept-certificate -d 'take a certificate in spite of its dates or key usage'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --label' -l label -x -d 'what the slot is called, at most 64 bytes'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --priority' -l priority -x -a 'ignore normal prefer' -d 'whether the slot is tried first, or by its id only'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --new-passphrase-file' -l new-passphrase-file -r -F -d 'read the new slot\'s passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --new-passphrase-fd' -l new-passphrase-fd -x -d 'read the new slot\'s passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --new-passphrase-credential' -l new-passphrase-credential -x -d 'read the new slot\'s passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --new-wrapping-key-file' -l new-wrapping-key-file -r -F -d 'read the new slot\'s wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --new-wrapping-key-fd' -l new-wrapping-key-fd -x -d 'read the new slot\'s wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --new-wrapping-key-credential' -l new-wrapping-key-credential -x -d 'read the new slot\'s wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --force' -l force -d 'take out the last way of recovery, too'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --proved' -l proved -d 'state that the holder of the escrow opened it'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --kdf-time' -l kdf-time -x -d 'soft: choose a cost that takes this long here (default 1s)'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --kdf-memory' -l kdf-memory -x -d 'soft: fix the Argon2id memory, such as 256MiB'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --kdf-passes' -l kdf-passes -x -d 'soft: fix the Argon2id passes'
complete -c wkeyctl -n '__wkeyctl_offer rewrap --kdf-lanes' -l kdf-lanes -x -d 'soft: fix the Argon2id lanes (default 4)'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --output -o' -s o -l output -r -F -d 'write to FILE, mode 0600 (default: standard output)'
complete -c wkeyctl -n '__wkeyctl_offer prepare --output -o' -s o -l output -r -F -d 'write to FILE, mode 0600 (default: standard output)'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --force' -l force -d 'replace FILE, but never a long-term key file'
complete -c wkeyctl -n '__wkeyctl_offer prepare --force' -l force -d 'replace FILE, but never a long-term key file'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --pem' -l pem -d 'write PEM, not DER'
complete -c wkeyctl -n '__wkeyctl_offer prepare --pem' -l pem -d 'write PEM, not DER'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --bare' -l bare -d 'the hardware\'s ephemeral blob alone, without container'
complete -c wkeyctl -n '__wkeyctl_offer prepare --bare' -l bare -d 'the hardware\'s ephemeral blob alone, without container'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer prepare --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer prepare --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer prepare --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer prepare --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer prepare --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer prepare --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer prepare --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer prepare --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer prepare --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer prepare --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer prepare --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer prepare --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer prepare --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --expect-key-check' -l expect-key-check -x -d 'refuse a key file that holds another key than the one with this key check'
complete -c wkeyctl -n '__wkeyctl_offer prepare --expect-key-check' -l expect-key-check -x -d 'refuse a key file that holds another key than the one with this key check'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer prepare --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer sheet --format' -l format -x -a 'text svg' -d 'text (default), or svg: a page to print'
complete -c wkeyctl -n '__wkeyctl_offer sheet --no-qr' -l no-qr -d 'without QR code: rows and recovery key to be typed'
complete -c wkeyctl -n '__wkeyctl_offer sheet --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer sheet --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer sheet --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer sheet --output -o' -s o -l output -r -F -d 'write the secrets to this new file, of mode 0600'
complete -c wkeyctl -n '__wkeyctl_offer sheet --force' -l force -d 'replace the file, but never a long-term key file'
complete -c wkeyctl -n '__wkeyctl_offer backup --force' -l force -d 'replace an existing file, kept as NAME.old-EPOCH'
complete -c wkeyctl -n '__wkeyctl_offer backup --pem' -l pem -d 'write PEM, not DER'
complete -c wkeyctl -n '__wkeyctl_offer backup --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer backup --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer backup --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer backup --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer backup --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer backup --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer backup --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer backup --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer backup --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer backup --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer backup --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer backup --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer backup --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer backup --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer restore --sheet' -l sheet -r -F -d 'from a recovery sheet, typed or scanned; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer restore --repair' -l repair -r -F -d 'mend the damaged copy of a raw region from the other'
complete -c wkeyctl -n '__wkeyctl_offer restore --force' -l force -d 'replace an existing file, kept as NAME.old-EPOCH'
complete -c wkeyctl -n '__wkeyctl_offer restore --pem' -l pem -d 'write PEM, not DER'
complete -c wkeyctl -n '__wkeyctl_offer restore --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer restore --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer restore --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer restore --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer restore --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer restore --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer restore --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer restore --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer restore --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer restore --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer restore --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer restore --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer restore --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer restore --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer export --format' -l format -x -a 'pem der cms luks2-token' -d 'what to write'
complete -c wkeyctl -n '__wkeyctl_offer export --slot' -l slot -x -d 'cms: the message of this slot (default: the only one)'
complete -c wkeyctl -n '__wkeyctl_offer export --output -o' -s o -l output -r -F -d 'write to FILE, mode 0600 (default: standard output)'
complete -c wkeyctl -n '__wkeyctl_offer export --force' -l force -d 'replace FILE, but never a long-term key file'
complete -c wkeyctl -n '__wkeyctl_offer load --type' -l type -x -a 'logon user fscrypt-provisioning' -d 'key type (default logon)'
complete -c wkeyctl -n '__wkeyctl_offer load --keyring' -l keyring -x -d '@s @u @us, a serial or %:NAME (default @u, linked from @s)'
complete -c wkeyctl -n '__wkeyctl_offer load --description' -l description -x -d 'description of the key (default wkeyctl:NAME)'
complete -c wkeyctl -n '__wkeyctl_offer load --expire' -l expire -x -d 'let the kernel drop the key after this time'
complete -c wkeyctl -n '__wkeyctl_offer load --force' -l force -d 'replace a key of the same type and description'
complete -c wkeyctl -n '__wkeyctl_offer load --files-from' -l files-from -r -F -d 'read more key file names from FILE, one a line'
complete -c wkeyctl -n '__wkeyctl_offer load --status-fd' -l status-fd -x -d 'report progress there, one JSON object a line'
complete -c wkeyctl -n '__wkeyctl_offer load --null -0' -s 0 -l null -d 'with --files-from: names end with NUL, not newline'
complete -c wkeyctl -n '__wkeyctl_offer load --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer load --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer load --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer load --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer load --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer load --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer load --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer load --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer load --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer load --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer load --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer load --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer load --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer load --expect-key-check' -l expect-key-check -x -d 'refuse a key file that holds another key than the one with this key check'
complete -c wkeyctl -n '__wkeyctl_offer load --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer unload --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --via-keyring' -l via-keyring -d 'keep the key in the user keyring, to add it again without a secret'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --files-from' -l files-from -r -F -d 'read more key file names from FILE, one a line'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --status-fd' -l status-fd -x -d 'report progress there, one JSON object a line'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --null -0' -s 0 -l null -d 'with --files-from: names end with NUL, not newline'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --expect-key-check' -l expect-key-check -x -d 'refuse a key file that holds another key than the one with this key check'
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer remove-from-fscrypt --all-users' -l all-users -d 'remove the claims of all users (needs CAP_SYS_ADMIN)'
complete -c wkeyctl -n '__wkeyctl_offer remove-from-fscrypt --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer set-fscrypt-policy --contents' -l contents -x -a 'AES-256-XTS AES-128-CBC SM4-XTS Adiantum' -d 'cipher of contents (default AES-256-XTS)'
complete -c wkeyctl -n '__wkeyctl_offer set-fscrypt-policy --filenames' -l filenames -x -a 'AES-256-CTS AES-256-HCTR2 AES-128-CTS SM4-CTS Adiantum' -d 'cipher of names (default: what goes with the contents)'
complete -c wkeyctl -n '__wkeyctl_offer set-fscrypt-policy --padding' -l padding -x -a '4B 8B 16B 32B' -d 'names are padded to a multiple of it (default 32B)'
complete -c wkeyctl -n '__wkeyctl_offer set-fscrypt-policy --direct-key' -l direct-key -d 'one key for all files, IVs with nonces (Adiantum)'
complete -c wkeyctl -n '__wkeyctl_offer set-fscrypt-policy --iv-ino-lblk-64' -l iv-ino-lblk-64 -d 'one key for all files, IVs with inode numbers (UFS)'
complete -c wkeyctl -n '__wkeyctl_offer set-fscrypt-policy --iv-ino-lblk-32' -l iv-ino-lblk-32 -d 'the same in 32 bits, which is weaker (eMMC)'
complete -c wkeyctl -n '__wkeyctl_offer set-fscrypt-policy --data-unit-size' -l data-unit-size -x -d 'encrypted at once, such as 512B or 4KiB (default: a block)'
complete -c wkeyctl -n '__wkeyctl_offer set-fscrypt-policy --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer derive --show-keys' -l show-keys -d 'write the derived keys: to the terminal, or with -o'
complete -c wkeyctl -n '__wkeyctl_offer derive --output -o' -s o -l output -r -F -d 'write the secrets to this new file, of mode 0600'
complete -c wkeyctl -n '__wkeyctl_offer derive --force' -l force -d 'replace the file, but never a long-term key file'
complete -c wkeyctl -n '__wkeyctl_offer derive --nonce' -l nonce -x -d 'nonce of the file or directory, 32 digits'
complete -c wkeyctl -n '__wkeyctl_offer derive --fs-uuid' -l fs-uuid -x -d 'UUID of the file system'
complete -c wkeyctl -n '__wkeyctl_offer derive --contents' -l contents -x -a 'AES-256-XTS AES-128-CBC SM4-XTS Adiantum' -d 'cipher of contents (default AES-256-XTS)'
complete -c wkeyctl -n '__wkeyctl_offer derive --filenames' -l filenames -x -a 'AES-256-CTS AES-256-HCTR2 AES-128-CTS SM4-CTS Adiantum' -d 'cipher of names (default: what goes with the contents)'
complete -c wkeyctl -n '__wkeyctl_offer derive --padding' -l padding -x -a '4B 8B 16B 32B' -d 'names are padded to a multiple of it (default 32B)'
complete -c wkeyctl -n '__wkeyctl_offer derive --direct-key' -l direct-key -d 'one key for all files, IVs with nonces (Adiantum)'
complete -c wkeyctl -n '__wkeyctl_offer derive --iv-ino-lblk-64' -l iv-ino-lblk-64 -d 'one key for all files, IVs with inode numbers (UFS)'
complete -c wkeyctl -n '__wkeyctl_offer derive --iv-ino-lblk-32' -l iv-ino-lblk-32 -d 'the same in 32 bits, which is weaker (eMMC)'
complete -c wkeyctl -n '__wkeyctl_offer derive --data-unit-size' -l data-unit-size -x -d 'encrypted at once, such as 512B or 4KiB (default: a block)'
complete -c wkeyctl -n '__wkeyctl_offer derive --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer derive --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer derive --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer derive --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer derive --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer derive --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer derive --recovery-file' -l recovery-file -r -F -d 'read the recovery key from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer derive --recovery-fd' -l recovery-fd -x -d 'read the recovery key from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer derive --recovery-credential' -l recovery-credential -x -d 'read the recovery key from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer derive --kek-file' -l kek-file -r -F -d 'read the key out of escrow (48 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer derive --kek-fd' -l kek-fd -x -d 'read the key out of escrow (48 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer derive --kek-credential' -l kek-credential -x -d 'read the key out of escrow (48 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer derive --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer derive --expect-key-check' -l expect-key-check -x -d 'refuse a key file that holds another key than the one with this key check'
complete -c wkeyctl -n '__wkeyctl_offer probe --require' -l require -x -d 'fail (10) unless all of these, separated by commas, are there'
complete -c wkeyctl -n '__wkeyctl_offer - --json' -l json -d 'print one JSON object, also on failure'
complete -c wkeyctl -n '__wkeyctl_offer - --quiet -q' -s q -l quiet -d 'no warnings, no explanations'
complete -c wkeyctl -n '__wkeyctl_offer - --verbose -v' -s v -l verbose -d 'say what is being done'
complete -c wkeyctl -n '__wkeyctl_offer - --batch' -l batch -d 'never ask anything'
complete -c wkeyctl -n '__wkeyctl_offer - --timeout' -l timeout -x -d 'give up after this time, such as 500ms, 5s or 2min (exit 16)'
complete -c wkeyctl -n '__wkeyctl_offer - --tcti' -l tcti -x -d 'how to reach the TPM, such as device:/dev/tpmrm0'
complete -c wkeyctl -n '__wkeyctl_offer - --help -h' -s h -l help -d 'explain the command'
complete -c wkeyctl -n '__wkeyctl_offer - --version' -l version -d 'print the version and what is built in'
# </tables>
