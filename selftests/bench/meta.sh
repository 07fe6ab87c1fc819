# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # from the command line and stacks.sh
# meta: what metadata cost in writes and in memory. Sourced in the VM.
#
#   @w STACK WORKLOAD HALF WRITES METADATA-WRITES SECTORS REACHED
#      application writes; what they made of writes of the near metadata device,
#      in 512 bytes; writes that reached the near data disk
#   @k NAME KIB          memory that the kernel has taken for something
#
#   bench.scale=N (divides counts)  bench.brief=1 (no more than what is quick)
#
# The data disks swallow what is written, so they can be of any size.
NEAR=/sys/block/nmeta/stat

# completed writes and sectors of the near metadata device, writes of its data
meta_counters() {
	awk '{ printf "%s ", FNR == 1 && FILENAME ~ /nmeta/ ? $5 " " $7 : $5 }' \
		$NEAR /sys/block/ndata/stat
}

# workload NAME: what fio is told
workload() {
	case $1 in
	hot) shape='randwrite 4k 1' span=4m offset=12g count=1000 ;;
	sequential) shape='write 128k 8' span=256m offset=0 count=2048 ;;
	random) shape='randwrite 4k 32' span=16g offset=0 count=20000 ;;
	wide) shape='randwrite 4k 32' span=1t offset=0 count=8000 ;;
	wide1) shape='randwrite 4k 1' span=1t offset=0 count=4000 ;;
	*) error "unknown workload $1" ;;
	esac
}

# half NAME WORKLOAD NUMBER: other places in the second half, or further on
half() {
	local rw size depth before after n at=$offset
	read -r rw size depth <<<"$shape"
	[ "$2.$3" != sequential.2 ] || at=$span
	n=$((count / bench_scale))
	before=$(meta_counters)
	SPAN=$span run_fio "${writes_to[${1%-*}]}" "$rw" "$size" "$depth" $n \
		--randrepeat=0 --randseed=$((seed++)) --offset="$at" || return
	after=$(meta_counters)
	echo "$1 $2 $3 $n $before $after" | awk '{
		print "@w", $1, $2, $3, $4, $8 - $5, $9 - $6, $10 - $7 }'
}

# Each workload begins with nothing hot, but for those beyond the budget, which
# are about what comes once that is full.
workloads() { # NAME WORKLOAD...
	local name=$1 what
	shift
	for what; do
		[[ $what == wide* ]] || "cool_${name%-*}" || error "$name does not cool"
		workload "$what"
		half "$name" "$what" 1
		half "$name" "$what" 2
	done
}

# try STACK GIB WORKLOAD...: connected, then without the peer
try() {
	local stack=$1 gib=$2
	shift 2
	pair_disks $((gib * GIB))
	if "pair_$stack"; then
		seed=1
		workloads "$stack" "$@"
		"cut_$stack"
		workloads "$stack-alone" "$@"
	else
		error "$stack does not come up on $gib GiB"
		dmesg | tail -20
	fi
	"unpair_$stack" || error "$stack does not go down"
	remove_disks
}

job_writes() {
	ground
	modprobe dyad
	modprobe drbd minor_count=8 usermode_helper=disabled
	for stack in dyad drbd; do
		try $stack 16 hot sequential random
		[ -n "$bench_brief" ] || try $stack 1024 wide wide1
	done
}

# --- memory ---

# KiB that neither page cache nor programs have, caches of file systems shrunk.
# Pages that a processor keeps at hand count as free.
kernel_memory() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk 'FILENAME ~ /zoneinfo/ && $1 == "count:" { at_hand += 4 * $2 }
	{ m[$1] = $2 }
	END {
		print m["MemTotal:"] - m["MemFree:"] - at_hand - m["Buffers:"] - \
			m["Cached:"] - m["AnonPages:"] - m["SReclaimable:"] - \
			m["PageTables:"] - m["KernelStack:"]
	}' /proc/zoneinfo /proc/meminfo
}

# taken NAME COMMAND...: by a command
taken() {
	local name=$1 before
	shift
	before=$(kernel_memory)
	"$@" || error "$name: '$*' failed"
	echo "@k $name $(($(kernel_memory) - before))"
}

one_block_in_each() {
	fio --name=bench --filename=/dev/dyad4 --direct=1 --rw=write:4092k \
		--bs=4k --iodepth=32 --ioengine=libaio --size=1t --thread \
		--number_ios=262144 \
		>/tmp/fio.out 2>&1 || error "$(head -c 300 /tmp/fio.out)"
}

attach_near() {
	dyad -q attach r0 disk /dev/ndata meta /dev/nmeta device 4
}

# A TiB without a peer: in sync, as nothing says otherwise; then all of it is
# the first copy.
whole_volume() {
	dyad -q meta create /dev/ndata meta /dev/nmeta --force
	dyad -q create r0 node 1
	taken sync attach_near
	taken whole dyad -q promote r0 --force
	unpair_dyad
}

dirty_bytes() { dyad -j status r0 | jq '.resources[0].volume[0].dirty'; }

# What the peer lacks after a block was written in each of the regions.
scattered_blocks() {
	pair_dyad || error "dyad does not come up"
	cut_dyad
	taken scattered one_block_in_each
	echo "@k dirty $(($(dirty_bytes) / 1024))"
	unpair_dyad
}

drbd_attach() {
	drbdsetup-84 attach 0 /dev/ndata /dev/nmeta flexible
}

# DRBD: its bitmap is in memory whole, whatever it says.
drbd_bitmap() {
	drbdmeta --force 0 v08 /dev/nmeta flex-external create-md
	drbdsetup-84 new-resource n0
	drbdsetup-84 new-minor n0 0 0
	taken drbd drbd_attach
	drbdsetup-84 down n0
}

# md: what the array takes, not the transport. Its bits tell of 64 MiB each, on a TiB.
md_array() {
	sides_md || error "the far disk does not come up"
	taken md md_create /dev/nvme0n1 --assume-clean
	unpair_md
}

job_memory() {
	ground
	modprobe dyad
	modprobe drbd minor_count=8 usermode_helper=disabled
	pair_disks $((1024 * GIB))
	whole_volume
	drbd_bitmap
	! command -v mdadm >/dev/null || md_array
	[ -n "$bench_brief" ] || scattered_blocks
	remove_disks
}
