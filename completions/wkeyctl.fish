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
	printf '%s\n' --backend -b --usage --key-size --name --for --files-from --status-fd --passphrase-file --passphrase-fd --passphrase-credential --wrapping-key-file --wrapping-key-fd --wrapping-key-credential --new-passphrase-file --new-passphrase-fd --new-passphrase-credential --new-wrapping-key-file --new-wrapping-key-fd --new-wrapping-key-credential --kdf-max-memory --kdf-time --kdf-memory --kdf-passes --kdf-lanes --raw-file --raw-fd --raw-credential --slot --output -o --type --keyring --description --expire --contents --filenames --padding --data-unit-size --nonce --fs-uuid --require --timeout --tcti
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
		case ephemeralize
			printf '%s\n' file
		case prepare
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
complete -c wkeyctl -n 'not __wkeyctl_on' -a ephemeralize -d 'make a form of a key file that is good for this boot only'
complete -c wkeyctl -n 'not __wkeyctl_on' -a prepare -d 'make a form of a key file that is good for this boot only'
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
complete -c wkeyctl -n '__wkeyctl_on help; and __wkeyctl_wants words' -a 'generate import inspect test ephemeralize prepare load unload add-to-fscrypt remove-from-fscrypt fscrypt-status set-fscrypt-policy get-fscrypt-policy derive probe help exit-codes'
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
complete -c wkeyctl -n '__wkeyctl_offer test --slot' -l slot -x -d 'try this slot only'
complete -c wkeyctl -n '__wkeyctl_offer test --all' -l all -d 'try every slot, and demand that every one opens'
complete -c wkeyctl -n '__wkeyctl_offer test --passphrase-file' -l passphrase-file -r -F -d 'read the passphrase from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer test --passphrase-fd' -l passphrase-fd -x -d 'read the passphrase from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer test --passphrase-credential' -l passphrase-credential -x -d 'read the passphrase from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer test --wrapping-key-file' -l wrapping-key-file -r -F -d 'read the wrapping key (32 bytes) from FILE; \'-\' is standard input'
complete -c wkeyctl -n '__wkeyctl_offer test --wrapping-key-fd' -l wrapping-key-fd -x -d 'read the wrapping key (32 bytes) from descriptor N'
complete -c wkeyctl -n '__wkeyctl_offer test --wrapping-key-credential' -l wrapping-key-credential -x -d 'read the wrapping key (32 bytes) from the systemd credential NAME'
complete -c wkeyctl -n '__wkeyctl_offer test --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
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
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer prepare --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
complete -c wkeyctl -n '__wkeyctl_offer ephemeralize --dry-run' -l dry-run -d 'say what would be done'
complete -c wkeyctl -n '__wkeyctl_offer prepare --dry-run' -l dry-run -d 'say what would be done'
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
complete -c wkeyctl -n '__wkeyctl_offer load --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
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
complete -c wkeyctl -n '__wkeyctl_offer add-to-fscrypt --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
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
complete -c wkeyctl -n '__wkeyctl_offer derive --kdf-max-memory' -l kdf-max-memory -x -d 'refuse a KDF that asks for more memory (default: what the system allows)'
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
