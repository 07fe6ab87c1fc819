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
# dyad     dyad with one, in sync mode; memsync, async: in those
# drbd     DRBD 8.4, protocol C. It knows no namespaces: both nodes in the
#          first, joined by its loopback device, the shorter link
# drbdA    the same with protocol A; drbdB: B; drbdT: C, tuned
# md       md raid1 of a local disk and one behind NVMe over TCP
# nbd      the same behind a network block device, whose server writes through
#
# up_STACK fills the tables; reads stay local in each.
DISK_MB=40
RAW=/dev/raw0

far() { nsenter --net=/run/netns/b "$@"; }

ground() {
	[ -z "$PEER_PID" ] || return 0
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
	modprobe sch_netem
	nsenter --net=/run/netns/b sleep 1000000 &
	PEER_PID=$!
	make_disk raw0
	[ -z "$bench_disk$bench_delay" ] || link "delay ${bench_delay:-0}us"
}

# link WHAT: netem's words for either direction of each link, or 'none'; 'delay' and
# 'none' also name what is measured from now on
link() {
	local how
	# shellcheck disable=SC2206 # words
	how=(replace netem limit 100000 $1)
	[ "$1" != none ] || how=(del)
	tc qdisc "${how[0]}" dev va root "${how[@]:1}"
	far tc qdisc "${how[0]}" dev vb root "${how[@]:1}"
	tc qdisc "${how[0]}" dev lo root "${how[@]:1}"
	case $1 in
	delay*)
		tag=${1#delay }
		tag=@$((${bench_disk:-0} / 1000)),${tag%us}
		[ "$tag" != @0,0 ] || tag=
		;;
	none)
		tag=
		;;
	esac
}

# make_disk NAME [KEY=VALUE]...: /dev/NAME. With bench.cache=MB it has a volatile
# cache, and flushes reach it. With bench.disk=NS each of its operations takes so long,
# and it does bench.queue of them at a time (64).
make_disk() {
	local dir=/sys/kernel/config/nullb/$1 pair timing=
	shift
	mkdir "$dir"
	[ -z "$bench_disk" ] || timing="irqmode=2 completion_nsec=$bench_disk \
hw_queue_depth=${bench_queue:-64}"
	# shellcheck disable=SC2086 # words
	for pair in size=$DISK_MB memory_backed=1 blocksize=512 \
		"cache_size=${bench_cache:-0}" $timing "$@" power=1; do
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

# dyad_pair NAME MODE DEVICE: and the device after it for the peer
dyad_pair() {
	local name=$1 mode=$2 device=$3
	modprobe dyad
	make_disk "${name}_near"
	make_disk "${name}_far"
	[ -e /tmp/key ] || (umask 077 && dyad genkey >/tmp/key)
	dyad -q meta create "/dev/${name}_near" &&
		dyad -q meta create "/dev/${name}_far" &&
		dyad -q create "$name" node 1 mode "$mode" &&
		dyad -q attach "$name" disk "/dev/${name}_near" device "$device" &&
		dyad -q peer add "$name" far node 2 address 10.9.0.2 key-file /tmp/key &&
		far dyad -q create "$name" node 2 mode "$mode" &&
		far dyad -q attach "$name" disk "/dev/${name}_far" device $((device + 1)) &&
		far dyad -q peer add "$name" near node 1 address 10.9.0.1 key-file /tmp/key &&
		dyad -q promote "$name" --force &&
		dyad -q connect "$name" &&
		far dyad -q connect "$name" &&
		dyad -q wait "$name" synced timeout 120
}

up_dyad() {
	dyad_pair sync sync 14 || return
	device[dyad]=/dev/dyad14 near_disk[dyad]=/dev/sync_near far_disk[dyad]=/dev/sync_far
}

up_memsync() {
	dyad_pair memsync memsync 10 || return
	device[memsync]=/dev/dyad10 near_disk[memsync]=/dev/memsync_near far_disk[memsync]=/dev/memsync_far
}

up_async() {
	dyad_pair async async 12 || return
	device[async]=/dev/dyad12 near_disk[async]=/dev/async_near far_disk[async]=/dev/async_far
}

# drbd_words STACK: what it is told of its disk, and of the net
drbd_words() {
	drbd_disk=() drbd_net=(--protocol=C)
	case $1 in
	drbdA) drbd_net=(--protocol=A) ;;
	drbdB) drbd_net=(--protocol=B) ;;
	drbdT)
		drbd_disk=(--al-extents=6433 --c-max-rate=4G --c-min-rate=0 --c-fill-target=100M)
		drbd_net+=(--max-buffers=36864 --max-epoch-size=20000 --sndbuf-size=10M)
		;;
	esac
}

drbd_node() { # MINOR DISK PORT PEER-PORT [METADATA-DEVICE]: after drbd_words()
	local format=internal meta=$2 index=internal
	if [ -n "$5" ]; then
		format=flex-external meta=$5 index=flexible
	fi
	drbdmeta --force "$1" v08 "$meta" "$format" create-md &&
		drbdsetup-84 new-resource "n$1" &&
		drbdsetup-84 new-minor "n$1" "$1" 0 &&
		drbdsetup-84 attach "$1" "$2" "$meta" "$index" "${drbd_disk[@]}" &&
		drbdsetup-84 connect "n$1" "ipv4:127.0.0.1:$3" "ipv4:127.0.0.1:$4" \
			"${drbd_net[@]}"
}

# drbd_connected [MINOR]
drbd_connected() { grep -q "^ *${1:-0}: cs:Connected" /proc/drbd; }

# drbd_pair STACK MINOR: and the minor after it for the peer
drbd_pair() {
	local name=$1 near=$2 far=$(($2 + 1))
	drbd_words "$name"
	modprobe drbd minor_count=8 usermode_helper=disabled || return
	make_disk "${name}_near"
	make_disk "${name}_far"
	drbd_node $near "/dev/${name}_near" $((7788 + near)) $((7788 + far)) &&
		drbd_node $far "/dev/${name}_far" $((7788 + far)) $((7788 + near)) &&
		wait_for 30 drbd_connected $near &&
		drbdsetup-84 new-current-uuid --clear-bitmap $near &&
		drbdsetup-84 primary $near || return
	device[$name]=/dev/drbd$near near_disk[$name]=/dev/${name}_near far_disk[$name]=/dev/${name}_far
}

up_drbd() { drbd_pair drbd 0; }
up_drbdA() { drbd_pair drbdA 2; }
up_drbdB() { drbd_pair drbdB 4; }
up_drbdT() { drbd_pair drbdT 6; }

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

# mirror DEVICE NEAR FAR: that are equal
mirror() {
	mdadm --create "$1" --run --assume-clean --level=1 --raid-devices=2 \
		--metadata=1.2 --homehost=any --bitmap=internal "$2" --write-mostly "$3"
}

up_md() {
	modprobe nvmet && modprobe nvmet-tcp && modprobe nvme-tcp && modprobe raid1 || return
	make_disk md_near
	make_disk md_far
	nvme_target bench /dev/md_far || return
	echo "transport=tcp,traddr=10.9.0.2,trsvcid=4420,nqn=bench" >/dev/nvme-fabrics || return
	wait_for 30 nvme_disk || return
	mirror /dev/md0 /dev/md_near /dev/nvme0n1 || return
	device[md]=/dev/md0 near_disk[md]=/dev/md_near far_disk[md]=/dev/md_far
}

nbd_listens() { far bash -c ': </dev/tcp/10.9.0.2/10809' 2>/dev/null; }

up_nbd() {
	modprobe nbd nbds_max=1 && modprobe raid1 || return
	make_disk nbd_near
	make_disk nbd_far
	cat >/tmp/nbd.conf <<-CONF
		[generic]
		port = 10809
		[bench]
		exportname = /dev/nbd_far
		flush = true
		fua = true
		sync = true
	CONF
	far nbd-server -C /tmp/nbd.conf || return
	wait_for 30 nbd_listens || return
	nbd-client 10.9.0.2 10809 /dev/nbd0 -N bench >/dev/null || return
	mirror /dev/md2 /dev/nbd_near /dev/nbd0 || return
	device[nbd]=/dev/md2 near_disk[nbd]=/dev/nbd_near far_disk[nbd]=/dev/nbd_far
}
