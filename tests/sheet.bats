#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# sheet and restore --sheet: a key that is brought back from nothing but paper.
# Key files and their keys are the published vectors.

# slow: makes and reads pictures
load helpers
load commands

setup_file() {
	local name
	cd "$BATS_FILE_TMPDIR"
	umask 077
	for name in four-slots-recovery recovery-twice; do
		jq -j --arg n $name '.vectors[] | select(.name == $n) | .unlock.recovery_key' \
			"$TOP/tests/vectors/manifest.json" >$name.rec
		cp "$TOP/tests/vectors/valid/$name.wk" .
	done
	make_secrets
	export REC=$PWD/four-slots-recovery.rec K=$PWD/four-slots-recovery.wk
	"$WKEYCTL" sheet -q --recovery-file "$REC" -o s.txt "$K"
	"$WKEYCTL" sheet -q --recovery-file "$REC" -o s.svg --format svg "$K"
	export TXT=$PWD/s.txt SVG=$PWD/s.svg
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	umask 077
	sheet=(sheet --recovery-file "$REC")
	PY_TERMINAL=(/usr/bin/python3 "$TOP/tests/terminal.py")
}

has_qr() {
	"$WKEYCTL" --json probe | jq -e '.features[] | select(.name == "module-qr") | .available' >/dev/null
}

need_qr() {
	has_qr || skip "needs the qr module: not in this build"
}

# is_key FILE [RECOVERY]: the key file opens by the recovery key to the vector's key.
is_key() {
	need keyring
	local serial name=${1##*/}
	serial=$("$WKEYCTL" load -q --recovery-file "${2:-$REC}" --type user --keyring @s \
		--description "sheet-$BATS_TEST_NUMBER-$name" "$1")
	keyctl pipe "$serial" >got
	keyctl unlink "$serial" @s
	[ "$(hex got)" = "$(jq -r --arg id "$(field "$1" .key_id)" '.vectors[] |
		select(.key_id_hex == $id) | .key_hex' "$TOP/tests/vectors/manifest.json")" ] ||
		bad "the key of the vector"
}

rows() { grep -E '^[0-9]{2}  ' "$1"; }

# --- there and back ---------------------------------------------------------------

@test "a key comes back from the text alone" {
	wk restore --sheet "$TXT" back.wk
	[[ $output == *"Verified:"*"unlocked by slot 2"* ]] || bad "what was proved"
	is_key back.wk
	[ "$(stat -c %a back.wk)" = 600 ]
	# The same key file but for its slots.
	for f in .name .key_id .usage .key_size_bits .epoch .created; do
		[ "$(field back.wk $f)" = "$(field "$K" $f)" ] || bad "$f"
	done
	[ "$(field back.wk '[.slots[] | [.id, .backend, .state, .priority]] | tostring')" = \
		'[[2,"recovery","active","normal"]]' ]
	# It shows nothing of the others.
	tried "$WKEYCTL" test --batch "${PASS[@]}" back.wk
	[ "$status" -eq 2 ] || bad "status 2"
}

@test "typed badly but rightly: case, spaces, order, ends of lines" {
	{
		rows "$TXT" | tac | tr -d ' ' | sed 's/^\(..\)/\1\t/' | tr '[:upper:]' '[:lower:]'
		printf '\r\n\r\nRECOVERY  KEY:\r\n' | sed '$s/\r$//'
		grep -A 1 '^recovery key:' "$TXT" | sed 's/^recovery key: *//' | tr 'a-z-' 'A-Z ' |
			sed 's/$/\r/'
	} | sed -E ':a;N;$!ba;s/KEY:\n/KEY: /' >typed.txt
	cat -A typed.txt
	wk restore --sheet typed.txt back.wk
	is_key back.wk
}

@test "from standard input, and with a recovery key from elsewhere" {
	rows "$TXT" >rows.txt
	wk restore --sheet - --recovery-file "$REC" back.wk <rows.txt
	[[ $output == *"unlocked by slot 2"* ]] || bad "what was proved"
	is_key back.wk
	refused 1 usage.conflict "standard input is asked for twice" \
		restore --sheet - --recovery-file - other.wk </dev/null
}

@test "only rows: the structure is proved, and no more is said" {
	rows "$TXT" >rows.txt
	tried "$WKEYCTL" --json restore --sheet rows.txt back.wk
	[ "$status" -eq 0 ] || bad "status 0"
	is_answer restore true '.verified == "structure" and (has("slot") | not) and .written'
	[[ $stderr == *"warning: whether it opens is not proved"* ]] || bad "a warning"
	is_key back.wk
}

# --- the QR code --------------------------------------------------------------------

@test "QR code: from the picture of the page" {
	need_qr
	rsvg-convert --dpi-x 300 --dpi-y 300 -o page.png "$SVG"
	zbarimg --raw -q page.png >scanned.txt 2>zbar.log
	wk restore --sheet scanned.txt back.wk
	[[ $output == *"unlocked by slot 2"* ]] || bad "what was proved"
	is_key back.wk
	# One line, of what QR codes call alphanumeric.
	[ "$(wc -l <scanned.txt)" -eq 1 ]
	run ! grep -v '^[A-Z0-9 $%*+./:-]*$' scanned.txt
	grep -q '^WKEYCTL SHEET 1/' scanned.txt
}

@test "QR code: from half blocks, in a file and on a terminal" {
	need_qr
	"$TOP/tests/sheet/halfblocks.py" "$TXT" page.pgm
	zbarimg --raw -q page.pgm >scanned.txt 2>zbar.log
	wk restore --sheet scanned.txt back.wk
	is_key back.wk
	works "${PY_TERMINAL[@]}" --stdio --shown shown -- "$WKEYCTL" "${sheet[@]}" "$K"
	"$TOP/tests/sheet/halfblocks.py" shown page2.pgm
	zbarimg --raw -q page2.pgm >scanned2.txt 2>zbar.log
	wk restore --sheet scanned2.txt back2.wk
	is_key back2.wk
}

@test "QR code: of a long key file, from both forms" {
	need_qr
	vector header-extensions
	cp "$FILE" long.wk
	wk add-slot --batch "${OPEN[@]}" --recovery --recovery-file rec long.wk
	wk sheet --recovery-file rec -o s.txt long.wk
	wk sheet --recovery-file rec -o s.svg --format svg long.wk
	[ "$(rows s.txt | wc -l)" -ge 28 ]
	rsvg-convert --dpi-x 300 --dpi-y 300 -o page.png s.svg
	zbarimg --raw -q page.png >scanned.txt 2>zbar.log
	wk restore --sheet scanned.txt back.wk
	is_key back.wk rec
	"$TOP/tests/sheet/halfblocks.py" s.txt page.pgm
	zbarimg --raw -q page.pgm >scanned2.txt 2>zbar.log
	wk restore --sheet scanned2.txt back2.wk
	is_key back2.wk rec
}

@test "without QR code: asked for, or without the module" {
	wk "${sheet[@]}" --no-qr -o plain.txt "$K"
	run ! grep -q '█' plain.txt
	wk restore --sheet plain.txt back.wk
	answers '.qr_code == false and .rows == 12' "${sheet[@]}" --no-qr -o plain.svg --format svg "$K"
	run ! grep -q '<path' plain.svg
	rsvg-convert -o plain.png plain.svg
	[ -d "$BUILD/modules" ] || return 0
	mkdir modules
	cp "$WKEYCTL" .
	cp "$BUILD/modules/crypto.so" modules
	tried ./wkeyctl --json "${sheet[@]}" -o without.txt "$K"
	[ "$status" -eq 0 ] || bad "status 0"
	is_answer sheet true '.qr_code == false'
	[[ $stderr == *"warning: the sheet has no QR code: "*"qr module is not installed"* ]] ||
		bad "a warning"
	wk restore --sheet without.txt back2.wk
}

@test "WITH_QR: what the build says of it" {
	run env -u MAKEFLAGS make -C "$TOP" BUILD="$PWD/b" WITH_QR=0 config
	[[ $output == *"QR code       no (WITH_QR=0)"* ]]
	run env -u MAKEFLAGS make -C "$TOP" BUILD="$PWD/b" WITH_QR=1 PKG_CONFIG=false config
	[ "$status" -ne 0 ]
	[[ $output == *"WITH_QR=1: libqrencode not found by false"* ]]
	run env -u MAKEFLAGS make -C "$TOP" BUILD="$PWD/b" WITH_QR=maybe config
	[ "$status" -ne 0 ]
}

# --- what the sheet says ----------------------------------------------------------------

@test "the sheet says what the key is, and how to restore it" {
	local want
	for want in "name:           disk" "key id:         $(field "$K" .key_id)" \
		"usage:          any" "size:           256bit" "epoch:          1" \
		"key check:      $(jq -r '.vectors[] | select(.name == "four-slots-recovery") |
			.key_check_hex' "$TOP/tests/vectors/manifest.json")" \
		"date:           $(date -u +%Y-%m)" \
		"made by:        $("$WKEYCTL" --version | head -n 1), format 1" \
		"    wkeyctl restore --sheet sheet.txt ./disk.wk"; do
		grep -q "^$want" "$TXT" || bad "$want"
	done
	grep -A 1 '^recovery key:' "$TXT" | sed 's/^recovery key://' | tr -d ' \n' |
		sed 's/^\(.\{39\}\)/\1-/' | diff - "$REC"
	# A page of 80 columns but for the QR code.
	run ! grep -E '^ *[!-~][ -~]{80}' "$TXT"
	# The commands on it, as they stand.
	cp "$TXT" sheet.txt
	sed -n 's/^    wkeyctl \(restore.*\)/\1/p' "$TXT" >words
	# shellcheck disable=SC2046 # words
	wk $(cat words)
	wk test --recovery-file "$REC" ./disk.wk
}

@test "both forms say the same" {
	sed -n 's/^<text[^>]*>\(.*\)<\/text>$/\1/p' "$SVG" >svg.txt
	# The seals of two sheets are two.
	diff <(sed '/█/,$d; /^0[6-9]  \|^1[0-2]  /d; /^ *$/d' "$TXT") \
		<(sed '/^0[6-9]  \|^1[0-2]  /d' svg.txt)
	rows svg.txt >rows.txt
	[ "$(wc -l <rows.txt)" -eq 12 ]
	wk restore --sheet svg.txt back.wk
	is_key back.wk
}

@test "the KEK of a sheet is neither that of the key file nor that of another sheet" {
	local n slot
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 \
		-subj /CN=holder -keyout h.key -out h.pem 2>/dev/null
	wk sheet --recovery-file "$REC" --no-qr -o s2.txt "$K"
	wk restore --sheet "$TXT" 1.wk
	wk restore --sheet s2.txt 2.wk
	cp "$K" 3.wk
	# What goes into escrow is the KEK.
	for n in 1 2 3; do
		slot=$("$WKEYCTL" --json add-slot --recovery-file "$REC" --recipient h.pem $n.wk | jq .slot)
		wk export --format cms --slot "$slot" -o $n.cms $n.wk
		openssl cms -decrypt -inform DER -in $n.cms -recip h.pem -inkey h.key -binary |
			head -c 32 >$n.kek
		[ "$(stat -c %s $n.kek)" -eq 32 ]
	done
	head -c 32 /dev/zero >0.kek
	[ "$(for n in 0 1 2 3; do hex $n.kek; echo; done | sort -u | wc -l)" -eq 4 ]
}

@test "a long name leaves no line beyond the page" {
	local name
	name=$(printf 'n%.0s' {1..64})
	wk generate -b soft "${KEY[@]}" --name "$name" l.wk
	wk add-slot --batch "${KEY[@]}" --recovery --recovery-file rec l.wk
	wk sheet --recovery-file rec -o l.svg --format svg l.wk
	grep -q "restore --sheet sheet.txt ./$name.wk<" l.svg
	# The page is 21000 wide, a letter 3/5 of the size of the font.
	sed -nE 's/.*font-size="([0-9]+)".*/size \1/p; s/^<text x="([0-9]+)"[^>]*>(.*)<.text>$/\1 \2/p' l.svg |
		awk '/^size/ { size = $2; next } { n++; x = $1; sub(/^[0-9]+ /, "")
			if (x + length($0) * size * 3 / 5 > 20000) { print; bad = 1 } }
			END { exit bad || n < 20 }'
}

@test "a file with two recovery slots: the one that opens" {
	wk sheet --recovery-file "$BATS_FILE_TMPDIR/recovery-twice.rec" --no-qr -o s.txt \
		"$BATS_FILE_TMPDIR/recovery-twice.wk"
	wk restore --sheet s.txt back.wk
	is_key back.wk "$BATS_FILE_TMPDIR/recovery-twice.rec"
}

@test "the recovery key is asked for where none is given" {
	works "${PY_TERMINAL[@]}" expect="ecovery key" echo=off send="$(cat "$REC")\\n" -- \
		"$WKEYCTL" sheet --no-qr -o s.txt "$K"
	wk restore --sheet s.txt back.wk
	is_key back.wk
}

# --- what is refused ------------------------------------------------------------------------

@test "sheet: to no pipe, no JSON, no picture on a terminal; never over a key file" {
	refused 15 output.secret "terminal only.*hint:.*-o FILE" "${sheet[@]}" "$K"
	tried "${PY_TERMINAL[@]}" --stdio --shown shown -- "$WKEYCTL" --json "${sheet[@]}" "$K"
	[ "$status" -eq 15 ] || bad "status 15"
	run ! grep -q "$(cut -c1-9 "$REC")" shown
	refused 1 usage.conflict "terminal shows no picture" "${sheet[@]}" --format svg "$K"
	refused 1 usage.conflict "--force is for --output" "${sheet[@]}" --force "$K"
	refused 1 usage.bad-value "" "${sheet[@]}" --format pdf "$K"
	cp "$K" k.wk
	refused 5 file.exists "" "${sheet[@]}" -o k.wk k.wk
	refused 15 file.long-term "" "${sheet[@]}" --force -o k.wk k.wk
	cmp "$K" k.wk
	echo old >o
	wk -q "${sheet[@]}" --no-qr --force -o o k.wk
	grep -q '^recovery key:' o
	[ "$(stat -c %a o)" = 600 ]
}

@test "sheet: wrong recovery key, none, no such slot; nothing is left" {
	mkdir d
	refused 2 auth.wrong-secret "" sheet --recovery-file "$BATS_FILE_TMPDIR/recovery-twice.rec" \
		-o d/s "$K"
	sed 's/^\(.\)\(.\)/\2\1/' "$REC" >mistyped
	refused 2 recovery.group "group 1: mistyped" sheet --recovery-file mistyped -o d/s "$K"
	refused 2 auth.no-secret "" sheet --batch -o d/s "$K"
	wk generate -b soft "${KEY[@]}" plain.wk
	refused 4 sheet.no-recovery "no recovery slot.*hint: 'wkeyctl add-slot --recovery'" \
		"${sheet[@]}" -o d/s plain.wk
	refused 4 sheet.no-recovery "hardware only" "${sheet[@]}" -o d/s "$VALID/opaque.wk"
	refused 4 file.not-found "" "${sheet[@]}" -o d/s no.wk
	refused 13 keyfile.crc "" "${sheet[@]}" -o d/s "$EVIL/crc-wrong.wk"
	refused 14 keyfile.too-new "" "${sheet[@]}" -o d/s "$EVIL/reader-2.wk"
	is_empty d
}

@test "restore --sheet: mistyped and missing rows are named, and nothing is left" {
	mkdir d
	sed '/^03  /s/\(.\{7\}\)./\19/' "$TXT" >s.txt
	refused 13 sheet.row "row 3: mistyped" restore --sheet s.txt d/k.wk
	sed 's/^\(0[57]  .....\) \(.....\) \(.....\)/\1 \3 \2/' "$TXT" >s.txt
	refused 13 sheet.row "rows 5, 7: mistyped" restore --sheet s.txt d/k.wk
	sed '/^04  /d' "$TXT" >s.txt
	refused 13 sheet.missing "row 4 is missing" restore --sheet s.txt d/k.wk
	sed '/^12  /d' "$TXT" >s.txt
	refused 13 sheet.missing "row 12, the last one, is missing" restore --sheet s.txt d/k.wk
	sed '/^1[0-2]  /d' "$TXT" >s.txt
	refused 13 sheet.missing "rows 10 to 12 are missing" restore --sheet s.txt d/k.wk
	# Rows of another sheet of the same key.
	sed -n 's/^<text[^>]*>\(09  .*\)<\/text>$/\1/p' "$SVG" >>s.txt
	sed -n '/^1/p' <(rows "$TXT") >>s.txt
	refused 13 sheet.twice "row 9 is there twice" restore --sheet s.txt d/k.wk
	refused 13 sheet.none "no row" restore --sheet /dev/null d/k.wk
	head -c 40000 /dev/zero | tr '\0' x >long
	refused 1 input.too-long "longer than any" restore --sheet long d/k.wk
	refused 4 errno.ENOENT "" restore --sheet no.txt d/k.wk
	is_empty d
}

@test "restore --sheet: a recovery key that is mistyped, or of another sheet" {
	mkdir d
	sed '/^recovery key:/s/-\(....\)\(.\)\(.\)/-\1\3\2/' "$TXT" >s.txt
	refused 2 recovery.group "recovery key: group 2: mistyped" restore --sheet s.txt d/k.wk
	{ rows "$TXT"; echo "recovery key: $(cat "$BATS_FILE_TMPDIR/recovery-twice.rec")"; } >s.txt
	refused 2 auth.wrong-secret "" restore --sheet s.txt d/k.wk
	is_empty d
}

@test "a sheet that others can read is told" {
	cp "$TXT" s.txt
	chmod 644 s.txt
	tried "$WKEYCTL" restore --sheet s.txt back.wk
	[ "$status" -eq 0 ] || bad "status 0"
	[[ $stderr == *"can be read by others (mode 644)"* ]] || bad "a warning"
}

# --- where the recovery key is ----------------------------------------------------------------

@test "the recovery key stands in the sheet and nowhere else" {
	local form group
	need keyring
	mkdir out keys secret
	for form in "" -v --json; do
		# shellcheck disable=SC2086 # a list of words
		for group in text svg; do
			"$WKEYCTL" "${sheet[@]}" $form --format $group -o "secret/$group$form" "$K" \
				>"out/$group$form.stdout" 2>"out/$group$form.stderr"
		done
		# shellcheck disable=SC2086
		"$WKEYCTL" restore $form --sheet "secret/text$form" "keys/k$form.wk" \
			>"out/restore$form.stdout" 2>"out/restore$form.stderr"
	done
	tried "$WKEYCTL" "${sheet[@]}" "$K"
	echo "$output$stderr" >out/refused
	sed '/^05  /s/A/B/' secret/text >broken
	tried "$WKEYCTL" -v restore --sheet broken keys/broken.wk
	echo "$output$stderr" >out/broken
	[ "$(find keys -type f | wc -l)" -eq 3 ]
	# Each of its groups, in either case; and the same search finds it in the sheet.
	tr '-' '\n' <"$REC" >groups
	while read -r group || [ -n "$group" ]; do
		no_secret_in out keys "$group"
		no_secret_in out keys "${group^^}"
		grep -q "$group" secret/text
	done <groups
	[ "$(stat -c %a secret/* | sort -u)" = 600 ]
}
