# SPDX-License-Identifier: Apache-2.0
# The layers: which room of the tree may include what, and call what.
#
# Project headers are named relative to include/, lib/ or the top.  A room's
# `own` expression lists what it may name so; `never` lists the system headers
# that are not its business.

BEGIN {
	kernel = "^<(linux|asm|asm-generic)/"
	keyutils = "^<keyutils[.]h>"
	crypto = "^<(openssl/|argon2[.]h)"
	tss = "^<tss2/"
	qr = "^<qrencode[.]h>"

	# room, project headers it may include, system headers it may not
	room("include", "^$", kernel "|" keyutils "|" crypto "|" tss "|" qr)
	room("lib/base", "^(wkey[.]h|base/.*)$",
	     kernel "|" keyutils "|" crypto "|" tss "|" qr)
	room("lib/crypto", "^(wkey[.]h|base/.*|crypto/.*|module[.]h)$",
	     kernel "|" keyutils "|" tss "|" qr)
	room("lib/qr", "^(wkey[.]h|base/.*|qr[.]h|module[.]h)$",
	     kernel "|" keyutils "|" crypto "|" tss)
	room("lib/cms",
	     "^(wkey[.]h|base/.*|crypto/cms[.]h|cms/.*|module[.]h)$",
	     kernel "|" keyutils "|" tss "|" qr "|^<argon2[.]h")
	room("lib/sys", "^(wkey[.]h|base/.*|sys/.*|uapi/.*)$", crypto "|" tss "|" qr)
	room("lib", "^(wkey[.]h|base/.*|crypto/.*|sys/.*|[^/]+[.](h|def))$",
	     kernel "|" keyutils "|" crypto "|" tss "|" qr)
	# a backend: and its own folder, see own_backend()
	room("lib/backends", "^(wkey[.]h|base/.*|crypto/.*|sys/.*|[^/]+[.]h)$",
	     kernel "|" keyutils "|" crypto "|" qr)
	room("cmd", "^(wkey[.]h|base/.*|sys/.*|cmd/.*|[^/]+[.](h|def))$",
	     kernel "|" keyutils "|" crypto "|" tss "|" qr)
	room("tests", ".*", "^$")
}

function room(name, own, never)
{
	may[name] = own
	not[name] = never
}

function room_of(path)
{
	if (path ~ /^lib\/backends\//)
		return "lib/backends"
	if (match(path, /^lib\/[^\/]+\//))
		return substr(path, 1, RLENGTH - 1)
	sub(/\/.*/, "", path)
	return path
}

# "backends/soft/cost.h" is fine in lib/backends/soft only.
function own_backend(path, name,	dir)
{
	dir = path
	sub(/^lib\//, "", dir)
	sub(/[^\/]*$/, "", dir)
	return dir ~ /^backends\// && index(name, dir) == 1
}

function bad(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text
	violations++
}

# The line without comments and the insides of strings.
function code(line,	out, i, c, two, quote)
{
	out = ""
	quote = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (in_comment) {
			if (two == "*/") { in_comment = 0; i++ }
		} else if (quote != "") {
			if (c == "\\") i++
			else if (c == quote) quote = ""
		} else if (two == "/*") {
			in_comment = 1; i++
		} else if (two == "//") {
			break
		} else if (c == "\"" || c == "'") {
			quote = c
		} else {
			out = out c
		}
	}
	return out
}

# Process state is the tool's, and these files are what sets it.
function own_kernel(path, name)
{
	return path ~ /^cmd\/sandbox[a-z_]*[.]c$/ &&
		name ~ /^<linux\/(capability|filter|seccomp)[.]h>$/
}

# Whether f is called on this line (not as part of a longer name).
function calls(text, f)
{
	return (" " text) ~ ("[^A-Za-z0-9_](" f ")[ \t]*[(]")
}

FNR == 1 {
	in_comment = 0
	files++
	where = room_of(FILENAME)
	if (!(where in may))
		bad("a room that tests/check-layers.awk does not know: " where)
}

/^[ \t]*#[ \t]*include[ \t]/ {
	name = $0
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
	if (name ~ /^"/) {
		sub(/^"/, "", name)
		sub(/".*$/, "", name)
		if (name ~ /^tests\// && where != "tests")
			bad("nobody includes tests/")
		else if (name ~ /^[.]|\/[.][.]?\//)
			bad("include path with dots: " name)
		else if (name !~ may[where] && !own_backend(FILENAME, name))
			bad(where " must not include \"" name "\"")
	} else {
		sub(/>.*/, ">", name)
		if (name ~ not[where] && not[where] != "^$" &&
		    !own_kernel(FILENAME, name))
			bad(where " must not include " name)
	}
	next
}

{
	text = code($0)
	if (where == "tests" || text == "")
		next
	if (FILENAME != "lib/sys/syscalls.c" &&
	    calls(text, "ioctl|keyctl|keyctl_[a-z_]+|add_key|request_key"))
		bad("only lib/sys/syscalls.c makes kernel calls of this kind")
	if (FILENAME != "lib/base/wipe.c" && calls(text, "explicit_bzero"))
		bad("only lib/base/wipe.c wipes: call wk_wipe()")
	if (where != "cmd" && calls(text, "printf|fprintf|dprintf|vfprintf|puts|putchar|perror|exit"))
		bad("the library neither prints nor exits")
}

END {
	if (violations) {
		printf "check-layers: %d violations\n", violations
		exit 1
	}
	printf "check-layers: %d files, every include in its direction\n", files
}
