#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# adding.sh WKEYCTL MOUNTPOINT ROW...: what run.sh needs of the keyrings that an
# ephemeral form is made in.  Started by alone, in the folder of run.sh.  Prints
# what pairs prints for each of its rows.
set -euo pipefail
W=$1 mnt=$2 n=${3:-300}

"$W" ephemeralize --wrapping-key-file kek -o boot.wk add.wk
# The same key in the least box there is, for the other program.
serial=$(keyctl link @u @s && keyctl search @s user wkeyctl:boot)
/usr/bin/python3 - <(keyctl pipe "$serial") raw box <<-'PY'
	import os, sys
	from cryptography.hazmat.primitives.ciphers.aead import AESGCM
	key = open(sys.argv[1], "rb").read()
	nonce = os.urandom(12)
	box = nonce + AESGCM(key).encrypt(nonce, open(sys.argv[2], "rb").read(), None)
	open(sys.argv[3], "wb").write(box)
PY
ln -sf "$W" fscryptctl
[ "$(./minimal "$mnt" <raw)" = "$("$W" add-to-fscrypt boot.wk "$mnt")" ]
[ "$(./minimal-box "$mnt" box)" = "$(./fscryptctl add_key "$mnt" <raw)" ]

./pairs -ws -i raw -n "$n" ./fscryptctl add_key "$mnt" :: ./minimal "$mnt"
./pairs -ws -n "$n" "$W" add-to-fscrypt boot.wk "$mnt" :: ./minimal-box "$mnt" box
./pairs -ws -i raw -n "$n" "$W" add-to-fscrypt boot.wk "$mnt" :: ./minimal "$mnt"
