# SPDX-License-Identifier: GPL-2.0-only
# levels: a file in kernel/ may include headers of its own folder, of a lower
# one, and the leaves; prints every include that goes up. Run in kernel/ with
# the sources as arguments, ./ in front.

BEGIN {
	level["core"] = 1
	level["disk"] = level["net"] = 2
	level["path"] = 3
	level["control"] = 4
	level["."] = 5
	split("compat stats trace", leaves)
	for (i in leaves)
		leaf[leaves[i] ".h"] = 1
}
# The folder a quoted header lives in, seen from the file that names it.
function folder_of(file, header, parts, n, dir) {
	dir = file
	sub(/^\.\//, "", dir)
	if (!sub(/\/[^\/]*$/, "", dir))
		dir = "."
	while (sub(/^\.\.\//, "", header))
		dir = "."
	n = split(header, parts, "/")
	return n > 1 ? parts[1] : dir
}
/^#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	header = quoted[2]
	base = header
	sub(/.*\//, "", base)
	if (base in leaf)
		next
	own = folder_of(FILENAME, "x.h")
	other = folder_of(FILENAME, header)
	if (own != other && !(level[other] < level[own])) {
		printf "%s:%d: %s/ must not include \"%s\"\n", FILENAME, FNR, own, header
		bad = 1
	}
	if (!(own in level) || !(other in level)) {
		printf "%s:%d: a folder without a level: %s -> %s\n", FILENAME, FNR, own, other
		bad = 1
	}
}
END { exit bad }
