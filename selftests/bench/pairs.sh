# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # from stacks.sh, and for others
# pairs: one replicated disk of any size, its metadata on devices of their own
# (RAM), so that what is written of each is counted apart. Sourced in the VM.
#
#   near: /dev/ndata /dev/nmeta     far: /dev/fdata /dev/fmeta
#
# For each of dyad, drbd, drbdT (tuned) and md: pair_X leaves both sides connected and in sync,
# the near one leads; or half_X and then whole_X, which begins to copy everything
# to the far side; cut_X and join_X end and begin the session; settled_X waits until
# a resync is over; cool_X leaves nothing that is hot; unpair_X.
GIB=1024		# MiB, null_blk's unit
declare -A writes_to=([dyad]=/dev/dyad4 [drbd]=/dev/drbd0 [drbdT]=/dev/drbd0 [md]=/dev/md1)

# pair_disks MIB [KEY=VALUE]...: they swallow what is written unless they are
# told memory_backed=1. In dirty maps one bit tells of 4 KiB: 32 MiB for 1 TiB.
pair_disks() {
	local size=$1 meta=$(($1 / 28000 + 12)) n
	shift
	for n in n f; do
		make_disk ${n}data size="$size" memory_backed=0 "$@"
		make_disk ${n}meta size=$meta
		# So that it takes no more memory later.
		dd if=/dev/zero of=/dev/${n}meta bs=1M count=$meta oflag=direct \
			status=none
	done
}

remove_disks() {
	local n
	for n in ndata nmeta fdata fmeta; do
		echo 0 >/sys/kernel/config/nullb/$n/power
		rmdir /sys/kernel/config/nullb/$n
	done
}

# await COMMAND...: one of this shell, that costs next to nothing
await() {
	local end=$((SECONDS + 600))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		nap 0.1
	done
}

# sides_dyad: both nodes, not connected yet
sides_dyad() {
	modprobe dyad
	(umask 077 && dyad genkey >/tmp/key)
	dyad -q meta create /dev/ndata meta /dev/nmeta --force &&
		dyad -q meta create /dev/fdata meta /dev/fmeta --force &&
		dyad -q create r0 node 1 &&
		dyad -q attach r0 disk /dev/ndata meta /dev/nmeta device 4 &&
		dyad -q peer add r0 far node 2 address 10.9.0.2 key-file /tmp/key &&
		far dyad -q create r0 node 2 &&
		far dyad -q attach r0 disk /dev/fdata meta /dev/fmeta device 5 &&
		far dyad -q peer add r0 near node 1 address 10.9.0.1 key-file /tmp/key
}

pair_dyad() {
	sides_dyad &&
		dyad -q connect r0 &&
		far dyad -q connect r0 &&
		dyad -q wait r0 connected timeout 60 &&
		dyad -q promote r0 --force --assume-equal &&
		dyad -q wait r0 synced timeout 60
}

half_dyad() { sides_dyad && dyad -q promote r0 --force && far dyad -q connect r0; }
whole_dyad() { dyad -q connect r0; }

settled_dyad() { dyad -q wait r0 synced timeout 600; }
cut_dyad() { dyad -q disconnect r0; }
join_dyad() { dyad -q connect r0; }
cool_dyad() { dyad -q demote r0 && dyad -q promote r0; }

unpair_dyad() {
	dyad -q demote r0
	dyad -q delete r0
	far dyad -q delete r0
}

sides_drbd() { # [STACK]
	drbd_words "${1:-drbd}"
	modprobe drbd minor_count=8 usermode_helper=disabled
	drbd_node 0 /dev/ndata 7788 7789 /dev/nmeta &&
		drbd_node 1 /dev/fdata 7789 7788 /dev/fmeta &&
		wait_for 60 drbd_connected
}

pair_drbd() {
	sides_drbd &&
		drbdsetup-84 new-current-uuid --clear-bitmap 0 &&
		drbdsetup-84 primary 0
}

half_drbd() { sides_drbd "$@" && cut_drbd && drbdsetup-84 primary 0 --force; }
whole_drbd() { join_drbd; }

drbd_settled() {
	local lines
	mapfile -t lines </proc/drbd
	[[ ${lines[*]} =~ " 0: cs:Connected "[^:]*:Primary/Secondary\ ds:UpToDate/UpToDate ]]
}

drbd_linked() {
	local lines
	mapfile -t lines </proc/drbd
	[[ ${lines[*]} == *" 0: cs:Connected "* ]]
}

settled_drbd() { await drbd_settled; }
cut_drbd() { drbdsetup-84 disconnect ipv4:127.0.0.1:7788 ipv4:127.0.0.1:7789; }
join_drbd() {
	drbdsetup-84 connect n0 ipv4:127.0.0.1:7788 ipv4:127.0.0.1:7789 "${drbd_net[@]}"
}
# It has no such thing; what its log still holds are few of 16 GiB.
cool_drbd() { :; }

unpair_drbd() {
	drbdsetup-84 secondary 0
	drbdsetup-84 down n0
	drbdsetup-84 down n1
}

half_drbdT() { half_drbd drbdT; }
whole_drbdT() { whole_drbd; }
settled_drbdT() { settled_drbd; }
cut_drbdT() { cut_drbd; }
join_drbdT() { join_drbd; }
unpair_drbdT() { unpair_drbd; }

# md keeps its metadata in front of the data: a disk is one device after the other.
md_disk() { # n|f
	local meta data
	meta=$(blockdev --getsz "/dev/${1}meta") data=$(blockdev --getsz "/dev/${1}data")
	dmsetup create "md$1" <<-TABLE
		0 $meta linear /dev/${1}meta 0
		$meta $data linear /dev/${1}data 0
	TABLE
	dmsetup mknodes "md$1"
}

sides_md() {
	modprobe nvmet && modprobe nvmet-tcp && modprobe nvme-tcp && modprobe raid1 &&
		modprobe dm-mod || return
	md_disk n && md_disk f && nvme_target pair /dev/mapper/mdf || return
	echo "transport=tcp,traddr=10.9.0.2,trsvcid=4420,nqn=pair" >/dev/nvme-fabrics || return
	wait_for 30 nvme_disk
}

# md ARGUMENT...: what it says only if it fails
md() {
	mdadm "$@" 2>/tmp/md.err || {
		error "mdadm $1: $(cat /tmp/md.err)"
		return 1
	}
}

md_create() { # DISK-OR-missing OPTION...
	md --create /dev/md1 --run "${@:2}" --level=1 --raid-devices=2 --metadata=1.2 \
		--homehost=any --bitmap=internal --data-offset=8M \
		/dev/mapper/mdn --write-mostly "$1"
}

pair_md() { sides_md && md_create /dev/nvme0n1 --assume-clean; }

half_md() { sides_md && md_create missing; }
# mdadm 4.2 takes a disk that is added as write-mostly for a faulty one.
whole_md() {
	md --manage /dev/md1 --add /dev/nvme0n1 &&
		echo writemostly >/sys/block/md1/md/dev-nvme0n1/state
}


md_settled() {
	local lines
	mapfile -t lines </proc/mdstat
	[[ ${lines[*]} == *'[UU]'* && ! ${lines[*]} =~ recovery|resync ]]
}

settled_md() { await md_settled; }

cut_md() {
	md --manage /dev/md1 --fail /dev/nvme0n1
	wait_for 10 mdadm --manage /dev/md1 --remove /dev/nvme0n1 2>/dev/null
}

join_md() { md --manage /dev/md1 --re-add /dev/nvme0n1; }
cool_md() { :; }

unpair_md() {
	local base=/sys/kernel/config/nvmet
	md --stop /dev/md1
	echo 1 >/sys/class/nvme/nvme0/delete_controller
	rm "$base/ports/1/subsystems/pair"
	echo 0 >"$base/subsystems/pair/namespaces/1/enable"
	rmdir "$base/subsystems/pair/namespaces/1" "$base/subsystems/pair"
	dmsetup remove mdn
	dmsetup remove mdf
}
