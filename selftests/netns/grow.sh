# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# grow: disks that can be made larger while in use, with metadata of either kind.
# Sourced after lib.sh.

declare -A first=([internal]=$((1024 * 1024)) [external]=0)	# byte of the data
declare -A kind

# grow_disk NODE KIND MB: /dev/dNODE as a file, and /dev/mNODE if it is external.
# Of disks of 32 to 124 MiB both kinds have room for the same volume: an external
# one is smaller by the header and a page.
grow_disk() {
	local n=$1
	kind[$n]=$2
	modprobe loop
	truncate -s "$(file_size "$n" "$3")" "/tmp/$n.img"
	ln -sfn "$(losetup -f --show "/tmp/$n.img")" "/dev/d$n"
	if [ "$2" = internal ]; then
		dyad -q meta create "/dev/d$n"
	else
		make_disk "m$n" 8
		dyad -q meta create "/dev/d$n" meta "/dev/m$n"
	fi
}

file_size() { # NODE MB
	if [ "${kind[$1]}" = internal ]; then
		echo $(($2 * 1048576))
	else
		echo $((($2 - 1) * 1048576 - 4096))
	fi
}

# enlarge NODE MB: what lvextend does.
enlarge() {
	truncate -s "$(file_size "$1" "$2")" "/tmp/$1.img"
	losetup -c "$(readlink -f "/dev/d$1")"
}

grow_attach() { # NODE
	local n=$1 device=0 meta=()
	[ "$n" = a ] || device=1
	[ "${kind[$n]}" = internal ] || meta=(meta "/dev/m$n")
	node "$n" dyad -q attach r0 disk "/dev/d$n" "${meta[@]}" device $device
}

grow_up() { # NODE
	local n=$1 id=1 other=b
	[ "$n" = a ] || { id=2; other=a; }
	node "$n" dyad -q create r0 node $id
	grow_attach "$n"
	node "$n" dyad -q peer add r0 $other node $((3 - id)) \
		address "10.0.0.$((3 - id))" key-file "$KEY" ping-timeout "${PING:-$((2000 * SLOW))}"
}

# grow_pair KIND-A KIND-B MB: a pair in sync, a primary.
grow_pair() {
	grow_disk a "$1" "$3"
	grow_disk b "$2" "$3"
	grow_up a
	grow_up b
	node a dyad -q promote r0 --force
	connect
	synced
}

size() { field "$1" '.volume[0].size'; }

# same_size: both nodes, and both devices, have the same; prints it.
same_size() {
	local s
	s=$(size a)
	expect "$s" size b
	# Not by opening them: what the peer lacks something of cannot be opened.
	expect $((s / 512)) cat /sys/block/dyad0/size
	expect $((s / 512)) cat /sys/block/dyad1/size
	echo "$s"
}

# data_equal: all data of both backing disks, wherever they begin.
data_equal() {
	blockdev --flushbufs /dev/da
	blockdev --flushbufs /dev/db
	cmp -n "$(size a)" -i "${first[${kind[a]}]}:${first[${kind[b]}]}" /dev/da /dev/db \
		>/tmp/cmp.out 2>&1 || fail "the disks differ: $(cat /tmp/cmp.out)"
}

grow_down() {
	local n
	for n in a b; do
		node $n dyad -q delete r0
	done
	for n in a b; do
		losetup -d "$(readlink -f /dev/d$n)"
		rm -f "/tmp/$n.img"
		remove_disk "m$n"
	done
}
