#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints one of the completions with fresh tables; `make completions` does all.
#
#   wkeyctl help --dump-cli | completions/generate.sh completions/wkeyctl.bash
#
# Only what stands between the lines "# <tables>" and "# </tables>" is new: the
# program's own commands, options and backends.  How a value completes follows
# from its type; how an argument does, from its name (see argument() below).
set -eu
case ${1##*/} in
*.bash) shell=bash ;;
*.fish) shell=fish ;;
_*) shell=zsh ;;
*) echo "usage: $0 FILE <DUMP" >&2; exit 1 ;;
esac

exec awk -v shell="$shell" '
	function die(why) {
		print "generate.sh: " why >"/dev/stderr"
		failed = 1
		exit 1
	}

	# words:A,B | file | mount | dir | none; a "+" follows what may repeat.
	function argument(name) {
		if (name == "KEYFILE..." ) return "file+"
		if (name ~ /^(KEYFILE|KEYFILE\|ID|PATH|FILE)$/) return "file"
		# The number of a slot.
		if (name ~ /^(N|SLOT)$/) return "none"
		if (name == "MOUNTPOINT") return "mount"
		if (name == "DIR") return "dir"
		if (name == "COMMAND|exit-codes") return "words:" join(",") ",exit-codes"
		# Names of keys are nobody else'"'"'s business.
		if (name == "SERIAL|DESCRIPTION") return "none"
		die("argument " name ": argument() does not know how it completes")
	}

	# The kind of an option'"'"'s value.
	function value(metavar, type, choices) {
		if (type == "flag") return "flag"
		if (type == "path") return "file"
		if (type != "choice" && metavar != "BACKEND") return "none"
		if (type != "choice") choices = backends
		# Fish expands them.
		if (choices !~ /^[A-Za-z0-9,-]+$/) die("the choices " choices " are not all plain words")
		return "words:" choices
	}

	function join(separator,  i, s) {
		for (i = 1; i <= ncommands; i++)
			s = s (i > 1 ? separator : "") commands[i]
		return s
	}

	# The arguments of command c, by their names, into names[].
	function split_args(c, names,  s) {
		s = args[c]
		gsub(/[][]/, "", s)
		gsub(/ \| /, "|", s)
		return s == "-" ? 0 : split(s, names, / /)
	}

	# In the quotes of bash and zsh, or of fish.
	function quote(s) {
		if (shell == "fish")
			gsub(/[\\\047]/, "\\\\&", s)
		else
			gsub(/\047/, "\047\\\\&\047", s)
		return "\047" s "\047"
	}

	function spaced(kind) {
		sub(/^words:/, "", kind)
		gsub(/,/, " ", kind)
		return kind
	}

	function bash_tables(  c, i, n, names, k) {
		print "_wkeyctl_tables() {\n\tcase $1 in"
		for (c = 0; c <= ncommands; c++) {
			print "\t" (c ? commands[c] : "-") ")"
			n = c ? split_args(commands[c], names) : 0
			if (!c)
				print "\t\targuments=(words:" join(",") ")"
			else {
				printf "\t\targuments=("
				for (i = 1; i <= n; i++)
					printf "%s%s", (i > 1 ? " " : ""), argument(names[i])
				print ")"
			}
			print "\t\toptions+=("
			for (i = 1; i <= noptions; i++)
				if (of[i] == (c ? commands[c] : "-"))
					print "\t\t\t" long[i], letter[i], kind[i], many[i]
			print "\t\t)\n\t\t;;"
		}
		print "\t*) return 1 ;;\n\tesac\n}"
	}

	function zsh_action(k) {
		if (k == "file") return "_files"
		if (k == "dir") return "_directories"
		if (k == "mount") return "_wkeyctl_mounts_or_directories"
		if (k ~ /^words:/) return "(" spaced(k) ")"
		return " "
	}

	# One specification of _arguments for each spelling.
	function zsh_option(i,  head, text, tail) {
		head = letter[i] == "-" ? long[i] : letter[i] " " long[i]
		head = many[i] == "many" ? "*" : "(" head ")"
		text = help[i]
		gsub(/[][\\:]/, "\\\\&", text)
		tail = "[" text "]"
		if (kind[i] != "flag")
			tail = tail ":" metavar[i] ":" zsh_action(kind[i])
		if (letter[i] != "-")
			print "\t\t\t" quote(head letter[i] (kind[i] == "flag" ? "" : "+") tail)
		print "\t\t\t" quote(head long[i] (kind[i] == "flag" ? "" : "=") tail)
	}

	function zsh_argument(i, n, names,  k) {
		k = argument(names[i])
		if (k == "file+" && i < n) {
			print "\t\t\t\0472:" names[i] ":_wkeyctl_files_before_mount\047"
			print "\t\t\t\047*:" names[i] " " names[i + 1] ":_wkeyctl_files_or_mounts\047"
			return 1
		}
		if (k == "file+")
			print "\t\t\t\047*:" names[i] ":_files\047"
		else
			print "\t\t\t\047" i + 1 ":" names[i] ":" zsh_action(k) "\047"
		return 0
	}

	function zsh_tables(  c, i, n, names, text) {
		print "_wkeyctl_commands() {\n\tlocal -a commands=("
		for (c = 1; c <= ncommands; c++) {
			text = summary[commands[c]]
			gsub(/[\\:]/, "\\\\&", text)
			print "\t\t" quote(commands[c] ":" text)
		}
		print "\t)\n\t_describe -t commands command commands\n}\n"
		print "_wkeyctl_tables() {\n\tcase $1 in"
		for (c = 0; c <= ncommands; c++) {
			print "\t(" (c ? commands[c] : "-") ")\n\t\tspecs+=("
			for (i = 1; i <= noptions; i++)
				if (of[i] == (c ? commands[c] : "-"))
					zsh_option(i)
			n = c ? split_args(commands[c], names) : 0
			for (i = 1; i <= n; i++)
				if (zsh_argument(i, n, names))
					break
			print "\t\t)\n\t\t;;"
		}
		print "\tesac\n}\n"
		printf "# Global options with a value.\ntypeset -ga _wkeyctl_valued=("
		for (i = 1; i <= noptions; i++)
			if (of[i] == "-" && kind[i] != "flag")
				printf "%s%s", (text++ ? " " : ""), long[i]
		print ")"
	}

	function fish_option(i,  names) {
		names = long[i] (letter[i] == "-" ? "" : " " letter[i])
		printf "complete -c wkeyctl -n \047__wkeyctl_%s\047", many[i] == "many" ? \
			"on " of[i] : "offer " of[i] " " names
		if (letter[i] != "-")
			printf " -s %s", substr(letter[i], 2)
		printf " -l %s", substr(long[i], 3)
		if (kind[i] == "file")
			printf " -r -F"
		else if (kind[i] ~ /^words:/)
			printf " -x -a %s", quote(spaced(kind[i]))
		else if (kind[i] != "flag")
			printf " -x"
		print " -d " quote(help[i])
	}

	function fish_tables(  c, i, n, names, k, seen, all) {
		for (i = 1; i <= noptions; i++) {
			if (kind[i] == "flag" || long[i] in seen)
				continue
			seen[long[i]]
			all = all " " long[i] (letter[i] == "-" ? "" : " " letter[i])
		}
		print "# Options with a value.\nfunction __wkeyctl_valued"
		print "\tprintf \047%s\\n\047" all "\nend\n"
		print "# __wkeyctl_arguments COMMAND: the kinds of its arguments."
		print "function __wkeyctl_arguments\n\tswitch \"$argv[1]\""
		for (c = 1; c <= ncommands; c++) {
			n = split_args(commands[c], names)
			if (!n)
				continue
			printf "\t\tcase %s\n\t\t\tprintf \047%%s\\n\047", commands[c]
			for (i = 1; i <= n; i++) {
				k = argument(names[i])
				sub(/:.*/, "", k)
				printf " %s", k
			}
			print ""
		}
		print "\tend\nend\n"
		for (c = 1; c <= ncommands; c++)
			print "complete -c wkeyctl -n \047not __wkeyctl_on\047 -a " \
				commands[c] " -d " quote(summary[commands[c]])
		for (c = 1; c <= ncommands; c++) {
			n = split_args(commands[c], names)
			for (i = 1; i <= n; i++)
				if ((k = argument(names[i])) ~ /^words:/)
					print "complete -c wkeyctl -n \047__wkeyctl_on " commands[c] \
						"; and __wkeyctl_wants words\047 -a " quote(spaced(k))
		}
		for (i = 1; i <= noptions; i++)
			fish_option(i)
	}

	BEGIN { FS = "\t" }

	NR == FNR && $1 == "command" {
		commands[++ncommands] = $2
		args[$2] = $3
		summary[$2] = $4
	}
	# Another name: the command once more, with its options.
	NR == FNR && $1 == "alias" {
		commands[++ncommands] = $2
		args[$2] = args[$3]
		summary[$2] = summary[$3]
		other[$3] = $2
	}
	NR == FNR && $1 == "option" {
		add_option($2)
		if ($2 in other)
			add_option(other[$2])
	}
	function add_option(command) {
		of[++noptions] = command
		long[noptions] = $3
		letter[noptions] = $4
		metavar[noptions] = $5
		type[noptions] = $6
		choices[noptions] = $7
		help[noptions] = $8
		many[noptions] = $9
		# Fish asks about a word before it knows the command.
		if (($3 in flag) && flag[$3] != ($6 == "flag"))
			die("option " $3 " takes a value in some commands only")
		flag[$3] = $6 == "flag"
	}
	NR == FNR && $1 == "backend" { backends = backends (backends ? "," : "") $2 }
	NR == FNR { next }

	FNR == 1 {
		if (!ncommands || !noptions || !backends)
			die("no commands, options or backends on standard input")
		for (i = 1; i <= noptions; i++)
			kind[i] = value(metavar[i], type[i], choices[i])
	}
	!inside { print }
	$0 == "# <tables>" {
		inside = found = 1
		if (shell == "bash") bash_tables()
		else if (shell == "zsh") zsh_tables()
		else fish_tables()
	}
	$0 == "# </tables>" { inside = 0; print }
	END {
		if (!failed && (!found || inside))
			die("the template has no whole <tables>")
		exit failed
	}
' - "$1"
