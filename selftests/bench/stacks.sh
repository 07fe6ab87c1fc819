# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # tables shared with measure.sh
# stacks: the ways to replicate a disk that are compared. Sourced in the VM.
#
# Both nodes live in this one kernel:
#
#      first namespace                         namespace b
#      10.9.0.1 va ------------ veth --------- vb 10.9.0.2
#
# raw      a RAM disk (null_blk), every other stack is made of such
# alone    dyad without a peer
# dyad     dyad with one, in sync mode
# drbd     DRBD 8.4, protocol C. It knows no namespaces: both nodes in the
#          first, joined by its loopback device, the shorter link
# md       md raid1 of a local disk and one behind NVMe over TCP
#
# up_STACK fills the tables; reads stay local in each.
DISK_MB=40
RAW=/dev/raw0

far() { nsenter --net=/run/netns/b "$@"; }

ground() {
	modprobe null_blk nr_devices=0
	modprobe veth
	ip link set lo up
	ip netns add b
	# As large as the loopback device's packets.
	ip link add va mtu 65535 type veth peer name vb netns b mtu 65535
	ip addr add 10.9.0.1/24 dev va
	far ip addr add 10.9.0.2/24 dev vb
	ip link set va up
	far ip link set vb up
	far ip link set lo up
	nsenter --net=/run/netns/b sleep 1000000 &
	PEER_PID=$!
	make_disk raw0
}

# make_disk NAME [KEY=VALUE]...: /dev/NAME. With bench.cache=MB it has a volatile
# cache, and flushes reach it.
make_disk() {
	local dir=/sys/kernel/config/nullb/$1 pair
	shift
	mkdir "$dir"
	for pair in size=$DISK_MB memory_backed=1 blocksize=512 \
		"cache_size=${bench_cache:-0}" "$@" power=1; do
		echo "${pair#*=}" >"$dir/${pair%%=*}"
	done
}

up_raw() {
	device[raw]=$RAW near_disk[raw]=$RAW
}

up_alone() {
	modprobe dyad
	make_disk alone_near
	dyad -q meta create /dev/alone_near &&
		dyad -q create alone node 1 &&
		dyad -q attach alone disk /dev/alone_near device 8 &&
		dyad -q promote alone --force || return
	device[alone]=/dev/dyad8 near_disk[alone]=/dev/alone_near
}

up_dyad() {
	modprobe dyad
	make_disk r0_near
	make_disk r0_far
	(umask 077 && dyad genkey >/tmp/key)
	dyad -q meta create /dev/r0_near &&
		dyad -q meta create /dev/r0_far &&
		dyad -q create r0 node 1 &&
		dyad -q attach r0 disk /dev/r0_near device 4 &&
		dyad -q peer add r0 far node 2 address 10.9.0.2 key-file /tmp/key &&
		far dyad -q create r0 node 2 &&
		far dyad -q attach r0 disk /dev/r0_far device 5 &&
		far dyad -q peer add r0 near node 1 address 10.9.0.1 key-file /tmp/key &&
		dyad -q promote r0 --force &&
		dyad -q connect r0 &&
		far dyad -q connect r0 &&
		dyad -q wait r0 synced timeout 120 || return
	device[dyad]=/dev/dyad4 near_disk[dyad]=/dev/r0_near far_disk[dyad]=/dev/r0_far
}

drbd_node() { # MINOR DISK PORT PEER-PORT [METADATA-DEVICE]
	local format=internal meta=$2 index=internal
	if [ -n "$5" ]; then
		format=flex-external meta=$5 index=flexible
	fi
	drbdmeta --force "$1" v08 "$meta" "$format" create-md &&
		drbdsetup-84 new-resource "n$1" &&
		drbdsetup-84 new-minor "n$1" "$1" 0 &&
		drbdsetup-84 attach "$1" "$2" "$meta" "$index" &&
		drbdsetup-84 connect "n$1" "ipv4:127.0.0.1:$3" "ipv4:127.0.0.1:$4" \
			--protocol=C
}

drbd_connected() { grep -q '^ *0: cs:Connected' /proc/drbd; }

up_drbd() {
	modprobe drbd minor_count=8 usermode_helper=disabled || return
	make_disk drbd_near
	make_disk drbd_far
	drbd_node 0 /dev/drbd_near 7788 7789 &&
		drbd_node 1 /dev/drbd_far 7789 7788 &&
		wait_for 30 drbd_connected &&
		drbdsetup-84 new-current-uuid --clear-bitmap 0 &&
		drbdsetup-84 primary 0 || return
	device[drbd]=/dev/drbd0 near_disk[drbd]=/dev/drbd_near far_disk[drbd]=/dev/drbd_far
}

# The port listens in the namespace of who puts the first subsystem behind it.
nvme_target() { # NAME DISK
	local base=/sys/kernel/config/nvmet port
	port=$base/ports/1
	mkdir -p "$base/subsystems/$1/namespaces/1" "$port"
	echo 1 >"$base/subsystems/$1/attr_allow_any_host"
	echo -n "$2" >"$base/subsystems/$1/namespaces/1/device_path"
	echo 1 >"$base/subsystems/$1/namespaces/1/enable"
	echo tcp >"$port/addr_trtype"
	echo ipv4 >"$port/addr_adrfam"
	echo 10.9.0.2 >"$port/addr_traddr"
	echo 4420 >"$port/addr_trsvcid"
	far ln -s "$base/subsystems/$1" "$port/subsystems/$1"
}

nvme_disk() { [ -b /dev/nvme0n1 ]; }

up_md() {
	modprobe nvmet && modprobe nvmet-tcp && modprobe nvme-tcp && modprobe raid1 || return
	make_disk md_near
	make_disk md_far
	nvme_target bench /dev/md_far || return
	echo "transport=tcp,traddr=10.9.0.2,trsvcid=4420,nqn=bench" >/dev/nvme-fabrics || return
	wait_for 30 nvme_disk || return
	mdadm --create /dev/md0 --run --assume-clean --level=1 --raid-devices=2 \
		--metadata=1.2 --homehost=any --bitmap=internal \
		/dev/md_near --write-mostly /dev/nvme0n1 || return
	device[md]=/dev/md0 near_disk[md]=/dev/md_near far_disk[md]=/dev/md_far
}
