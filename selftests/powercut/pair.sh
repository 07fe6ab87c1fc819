# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# pair: a pair of nodes on disks that can lose their power. Sourced in the
# test VM, behind lib.sh.
#
# LAYOUT is internal (metadata on the disks da and db) or external (on ma, mb).
# The marks in the log say what a cut finds: who leads ("lead a"), and who may
# have missed writes and must not lead without the other ("behind b", "behind
# none").
DISK_MB=36
META_MB=2

# ground_once: the module, the net and a key, which outlive the nodes.
ground_once() {
	[ -e /run/netns/a ] || ground
}

disks_of() { # NODE: with commas
	[ "$LAYOUT" = internal ] && echo "d$1" || echo "d$1,m$1"
}

all_disks() { echo "$(disks_of a),$(disks_of b)"; }

device_of() { [ "$1" = a ] && echo /dev/dyad0 || echo /dev/dyad1; }

other_of() { [ "$1" = a ] && echo b || echo a; }

# Regions cool as soon as they can with one layout, and stay hot with the other.
recovery() {
	local internal=0
	[ "$LAYOUT" = external ] || internal=1
	# shellcheck disable=SC2154 # of the scripts that source this
	echo $(((seed + internal) % 2 * 60))
}

# node_begin NODE: r0 after a start of the machine, as its administrator has it,
# not yet connected.
node_begin() {
	local n=$1 id=1 other meta=()
	other=$(other_of "$n")
	[ "$n" = a ] || id=2
	[ "$LAYOUT" = internal ] || meta=(meta "/dev/m$n")
	node "$n" dyad -q create r0 node $id
	node "$n" dyad -q set r0 recovery "$(recovery)"
	node "$n" dyad -q attach r0 disk "/dev/d$n" "${meta[@]}" device $((id - 1))
	node "$n" dyad -q peer add r0 "$other" node $((3 - id)) \
		address "10.0.0.$((3 - id))" key-file "$KEY" ping-timeout $((1000 * SLOW))
}

node_end() { # NODE
	node "$1" dyad -q delete r0
}

# blank_disks: what to serve to begin with.
blank_disks() {
	# shellcheck disable=SC2034 # of the scripts that source this
	disks=("da=$DISK_MB" "db=$DISK_MB")
	[ "$LAYOUT" = internal ] || disks+=("ma=$META_MB" "mb=$META_MB")
}

meta_create() {
	local n
	for n in a b; do
		if [ "$LAYOUT" = internal ]; then
			dyad -q meta create "/dev/d$n"
		else
			dyad -q meta create "/dev/d$n" meta "/dev/m$n"
		fi
	done
}

# data_where: which bytes of the disks are the pair's; before they are in use.
data_where() {
	local show
	data_from=0 data_length=$((DISK_MB * 1048576))
	[ "$LAYOUT" = internal ] || return 0
	show=$(dyad -j meta show /dev/da)
	data_from=$(jq '.["data-start"]' <<<"$show")
	data_length=$(jq .size <<<"$show")
	[ "$data_length" -gt $((FS_MB * 1048576)) ] || fail "metadata with a size of $data_length"
}

data_same() {
	powerdisk tell same da db "$data_from" "$data_length" >/tmp/same || fail "$(cat /tmp/same)"
}

lead_begins() { # NODE [OPTION]...
	local n=$1
	shift
	mark "lead $n"
	node "$n" dyad -q promote r0 "$@"
}

# power_off NODE ENTRIES SEED: its machine is off from one moment to the next,
# when the log is so many entries longer. Its disks stop and lose their caches,
# then nothing of it is on the wire, then all that still waits for them fails.
power_off() {
	powerdisk tell cutafter "$2" "$(disks_of "$1")" "$3" >/dev/null
	link_cut
	powerdisk tell fail "$(disks_of "$1")" >/dev/null
}

# power_on NODE: of which nothing has been left; it connects when it is up.
power_on() {
	local d
	powerdisk tell on "$(disks_of "$1")" >/dev/null
	for d in $(disks_of "$1" | tr , ' '); do
		blockdev --flushbufs "/dev/$d"
	done
	link_heal
	node_begin "$1"
	node "$1" dyad -q connect r0
}
