# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # from the command line and pairs.sh
# resync: what copying to a peer that lacks everything, or a little, takes, and
# what an application notices of it. Sourced in the VM.
#
#   bench.stacks=A,B  bench.rounds=N
RESYNC_MB=256
APART=300		# blocks written while apart
BESIDE=1500		# blocks that an application writes beside a resync

# What stands in the kernel's log when a resync begins and ends.
declare -A begins=([dyad]='resync to' [drbd]='Began resync as SyncSource'
	[drbdT]='Began resync as SyncSource'
	[md]='recovery of RAID array')
declare -A ends=([dyad]='resync ended' [drbd]='Resync done' [drbdT]='Resync done'
	[md]='recovery done')

# between STACK: seconds, by the log
between() {
	dmesg | awk -v begins="${begins[$1]}" -v ends="${ends[$1]}" '
	{ sub(/^\[ */, "") }
	!begin && index($0, begins) { begin = $1 + 0 }
	index($0, ends) { end = $1 + 0 }
	END {
		if (end <= begin || !begin)
			exit 1
		printf "%.6f\n", end - begin
	}' || error "$1: no beginning or no end of a resync in the log"
}

# Nothing on either side that the other has, and nothing that is all zero.
fill_disks() {
	local n
	for n in n f; do
		SPAN=100% run_fio /dev/${n}data write 1m 8 $RESYNC_MB --randseed=$((seed++)) \
			--io_size=${RESYNC_MB}m
	done
}

far_sectors() { awk '{ print $7 }' /sys/block/fdata/stat; }

# spent COUNTERS COUNTERS: ns of work
spent() { echo "$1 $2" | awk '{ printf "%.0f\n", $6 - $7 - ($1 - $2) }'; }

# timed STACK COMMAND...: it starts a resync; leaves seconds work moved, in bytes
timed() {
	local stack=$1 c0 c1 s0
	shift
	dmesg -c >/dev/null
	s0=$(far_sectors) c0=$(counters)
	if ! "$@" || ! "settled_$stack"; then
		error "$stack: no resync"
	fi
	c1=$(counters)
	moved=$((($(far_sectors) - s0) * 512))
	seconds=$(between "$stack")
	work=$(spent "$c0" "$c1")
}

# with_pair STACK COMMAND...: on a pair of disks that are nowhere equal
with_pair() {
	local stack=$1
	shift
	pair_disks $RESYNC_MB memory_backed=1
	fill_disks
	"$@"
	"unpair_$stack" || error "$stack does not go down"
	remove_disks
}

# Everything, while nobody writes; then what changed while apart.
catch_up() { # STACK
	local seconds work moved
	"half_$1" || error "$1 does not come up"
	timed "$1" "whole_$1"
	figure "$1" resync_mib_s "$(awk "BEGIN { print $RESYNC_MB / $seconds }")"
	figure "$1" resync_minstr_mib "$(awk "BEGIN { print $work / 1e6 / $RESYNC_MB }")"
	"cut_$1" || error "$1 is not cut"
	# A map of what was written: no block twice.
	fio --name=bench --filename="${writes_to[$1]}" --thread --direct=1 --rw=randwrite \
		--bs=4k --size=200m --io_size=$((APART * 4))k --randseed=$((seed++)) \
		>/tmp/fio.out 2>&1 || error "fio: $(head -c 300 /tmp/fio.out)"
	timed "$1" "join_$1"
	figure "$1" catchup_ratio "$(awk "BEGIN { print $moved / (4096 * $APART) }")"
	figure "$1" catchup_s "$seconds"
}

application() { # STACK NAME [FIO-OPTION]...
	SPAN=64m run_fio "${writes_to[$1]}" randwrite 4k 1 $BESIDE "${@:3}"
	awk -F\; -v head="@f $1 $2" '{
		sub(/.*=/, "", $71)
		print head "_us", $81
		print head "_p99_us", $71
	}' /tmp/fio
}

# An application while everything is copied: one write after the other. It takes longer
# to get ready than to write, so the resync begins when it is ready.
beside() { # STACK
	local before begin moved app
	"half_$1" || error "$1 does not come up"
	rm -f /tmp/ready /tmp/go
	mkfifo /tmp/ready /tmp/go
	application "$1" beside --exec_prerun="/bin/sh -c 'echo >/tmp/ready; read go </tmp/go'" &
	app=$!
	read -r </tmp/ready
	before=$(far_sectors)
	"whole_$1" || error "$1: no resync"
	until [ "$(far_sectors)" -gt $((before + 2048)) ]; do nap 0.01; done
	begin=${EPOCHREALTIME/./} before=$(far_sectors)
	echo >/tmp/go
	wait $app
	moved=$((($(far_sectors) - before) * 512 - BESIDE * 4096))
	figure "$1" beside_mib_s "$(awk "BEGIN { print $moved / 1.048576 / $(us "$begin") }")"
	! "resyncing_$1" || figure "$1" was_beside 1
	"settled_$1"
	application "$1" alone
}

resyncing_dyad() { ! dyad -q wait r0 synced timeout 0 2>/dev/null; }
resyncing_drbd() { ! drbd_settled; }
resyncing_drbdT() { ! drbd_settled; }
resyncing_md() { ! md_settled; }

job_resync() {
	local stack i
	ground
	seed=1
	for stack in ${bench_stacks//,/ }; do
		[ -n "${writes_to[$stack]}" ] || continue
		for ((i = 0; i < bench_rounds; i++)); do
			with_pair "$stack" catch_up "$stack"
		done
		with_pair "$stack" beside "$stack"
	done
}
