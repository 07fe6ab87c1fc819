# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# lib: what the tests of a pair in one kernel share. Sourced in the test VM.
#
#      namespace a                             namespace b
#      node 1, 10.0.0.1 ---- veth, netem ---- node 2, 10.0.0.2
#      /dev/dyad0                              /dev/dyad1
#      on /dev/da                              on /dev/db
#
# Volume N of a pair has the disks da and db (N = 0) or daN and dbN and the
# devices dyad(2N) and dyad(2N+1).
set -eEuo pipefail
shopt -s extglob
# Nothing ever comes from there: to wait for a time without starting a program.
exec {never}<> <(:)
trap 'say "FAILED with status $? at line $LINENO, called from lines ${BASH_LINENO[*]}: $BASH_COMMAND"
	show_state' ERR

# How much longer things may take on this kernel.
SLOW=${SLOW:-1}
MB=32			# size of a disk made by pair_up
KEY=/tmp/key

say() { echo "# $*"; }

# rounds FULL SHORT SLOW: how many; SHORT at most if this is part of a check, SLOW on a
# slow kernel.
rounds() {
	local n=$1
	[ "$SLOW" = 1 ] || n=$3
	[ -z "${SHORT:-}" ] || [ "$n" -lt "$2" ] || n=$2
	echo "$n"
}

fail() {
	say "FAILED: $* (lines ${BASH_LINENO[*]})"
	show_state
	exit 1
}

skip() {
	echo "# SKIP $*"
	exit 4
}

show_state() {
	local n
	for n in a b; do
		[ -e "/run/netns/$n" ] || continue
		timeout 5 innet "$n" dyad status 2>&1 | sed "s/^/#   $n: /" || true
	done
}

# node NODE COMMAND...: run a command in its namespace.
node() { innet "$@"; }

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
	local end=$((SECONDS + $1 * SLOW))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || fail "in vain waited for: $*"
		read -rt 0.05 -u "$never" || true
	done
}

# expect_fail "part of the sentence" COMMAND...: refused, and for this reason.
expect_fail() {
	local what=$1 out status=0
	shift
	out=$("$@" 2>&1) || status=$?
	[ $status -ne 0 ] || fail "was not refused: $*"
	[[ $out == *"$what"* ]] || fail "'$*' was refused with '$out', not '$what'"
}

expect() {
	local want=$1 got
	shift
	got=$("$@") || fail "failed: $*"
	[ "$got" = "$want" ] || fail "'$*' gave '$got', expected '$want'"
}

# --- disks ---

# make_disk NAME MB [ATTRIBUTE=VALUE]...: a RAM disk /dev/NAME (null_blk).
make_disk() {
	local dir=/sys/kernel/config/nullb/$1 size=$2 pair
	modprobe null_blk nr_devices=0
	mkdir "$dir"
	echo "$size" >"$dir/size"
	echo 1 >"$dir/memory_backed"
	shift 2
	for pair in blocksize=512 discard=1 "$@"; do
		echo "${pair#*=}" >"$dir/${pair%%=*}"
	done
	echo 1 >"$dir/power"
}

# loop_disks MB: da and db as files, which can discard and write zeroes.
loop_disks() {
	local n
	modprobe loop
	for n in a b; do
		truncate -s "$1M" "/tmp/$n.img"
		ln -sfn "$(losetup -f --show "/tmp/$n.img")" "/dev/d$n"
	done
}

remove_disk() {
	local dir=/sys/kernel/config/nullb/$1
	[ -d "$dir" ] || return 0
	echo 0 >"$dir/power"
	rmdir "$dir"
}

# frail_disks: da and db, whose parts can be made to fail; rawa and rawb below them.
frail_disks() {
	local n
	modprobe dm-delay
	dmsetup create error --table "0 $((MB * 2048)) error"
	for n in a b; do
		make_disk "raw$n" "$MB"
		dmsetup create "d$n" --table "0 $((MB * 2048)) linear /dev/raw$n 0"
		ln -sfn "mapper/d$n" "/dev/d$n"
	done
}

# frail_meta NODE: its metadata on a disk of their own, which can be suspended.
frail_meta() {
	make_disk "rawmd$1" 8
	dmsetup create "md$1" --table "0 $((8 * 2048)) linear /dev/rawmd$1 0"
	ln -sfn "mapper/md$1" "/dev/md$1"
	dyad -q meta create "/dev/d$1" meta "/dev/md$1"
}

# spare_disk: dn, to take the place of another, with metadata.
spare_disk() {
	make_disk rawn "$MB"
	dmsetup create dn --table "0 $((MB * 2048)) linear /dev/rawn 0"
	ln -sfn mapper/dn /dev/dn
	meta_up dn
}

# logged_disks: da, and db of which each write and flush is kept in /dev/logb; with caches.
logged_disks() {
	make_disk da 16 cache_size=4
	make_disk rawb 16 cache_size=4
	make_disk logb 64
	dmsetup create db --table "0 $((16 * 2048)) log-writes /dev/rawb /dev/logb"
	ln -sfn mapper/db /dev/db
}

# read_log: end both nodes in order; what db was given, and the marks, is in /tmp/log.
read_log() {
	node a dyad -q demote r0
	node a dyad -q delete r0
	node b dyad -q delete r0
	dmsetup remove db
	blockdev --flushbufs /dev/logb
	logwrites /dev/logb >/tmp/log
	sed 's/^/# /' /tmp/log | tail -20
}

# frail NODE OFFSET-KB LENGTH-KB reads|all|nothing: what fails there from now on.
frail() {
	local d=d$1 first=$(($2 * 2)) n=$(($3 * 2)) raw=/dev/raw$1 bad after
	after=$((first + n))
	case $4 in
	reads) bad="delay /dev/mapper/error 0 0 $raw $first 0" ;;
	all) bad=error ;;
	nothing) bad="linear $raw $first" ;;
	esac
	{
		[ $first = 0 ] || echo "0 $first linear $raw 0"
		echo "$first $n $bad"
		[ $after = $((MB * 2048)) ] || echo "$after $((MB * 2048 - after)) linear $raw $after"
	} >/tmp/table
	dmsetup suspend "$d"
	dmsetup load "$d" /tmp/table
	dmsetup resume "$d"
}

# same_bytes DEVICE DEVICE: compare two devices, past the page cache; 2 if they cannot be read.
same_bytes() { samebytes "$1" "$2" >/tmp/cmp.out 2>&1; }

# disks_equal [VOLUME]: both backing disks hold the same bytes.
disks_equal() {
	local v=${1:-0}
	[ "$v" != 0 ] || v=
	same_bytes "/dev/da$v" "/dev/db$v" ||
		fail "the disks differ: $(cat /tmp/cmp.out)"
}

disks_differ() {
	local status=0
	same_bytes /dev/da /dev/db || status=$?
	[ $status = 1 ] || fail "the disks are equal, but should not be, or cannot be read: $(cat /tmp/cmp.out)"
}

# --- the net between the namespaces ---

net_up() {
	ip -batch - <<-E
		netns add a
		netns add b
		link add va netns a type veth peer name vb netns b
	E
	local n id=1
	for n in a b; do
		ip -n $n -batch - <<-E
			addr add 10.0.0.$id/24 dev v$n
			addr add fd00::$id/64 dev v$n nodad
			link set lo up
			link set v$n up
		E
		id=2
	done
}

# Packets vanish in both directions; nobody is told.
link_cut() {
	node a tc qdisc replace dev va root netem loss 100%
	node b tc qdisc replace dev vb root netem loss 100%
}

link_heal() {
	node a tc qdisc del dev va root
	node b tc qdisc del dev vb root
}

# --- the pair ---

new_key() { (umask 077 && dyad genkey >"$KEY"); }

# meta_up DISK: metadata for /dev/DISK on a disk of their own, unless there are
# some: a test can look at every byte of the data disk then.
meta_up() {
	[ ! -e "/dev/m$1" ] || return 0
	make_disk "m$1" 8
	dyad -q meta create "/dev/$1" meta "/dev/m$1"
}

# attach NODE RESOURCE DISK [ARGUMENT]...: with metadata
attach() {
	local n=$1 res=$2 disk=$3
	shift 3
	meta_up "$disk"
	node "$n" dyad -q attach "$res" disk "/dev/$disk" meta "/dev/m$disk" "$@"
}

# node_up NODE RESOURCE: create it with the volumes of $VOLUMES (0).
node_up() {
	local n=$1 res=$2 id=1 v dev
	[ "$n" = a ] || id=2
	node "$n" dyad -q create "$res" node $id
	for v in ${VOLUMES:-0}; do
		dev=$((2 * v + id - 1))
		[ "$v" != 0 ] || v=
		attach "$n" "$res" "d$n$v" volume "${v:-0}" device $dev
	done
	add_peer "$n" "$res"
}

# add_peer NODE RESOURCE: tell it of the other node.
add_peer() {
	local id=1 other=b
	[ "$1" = a ] || { id=2; other=a; }
	node "$1" dyad -q peer add "$2" "$other" node $((3 - id)) \
		address "10.0.0.$((3 - id))" key-file "$KEY" ping-timeout "${PING:-$((2000 * SLOW))}"
}

disks_up() {
	local v
	for v in ${VOLUMES:-0}; do
		[ "$v" != 0 ] || v=
		make_disk "da$v" "$MB" "$@"
		make_disk "db$v" "$MB" "$@"
	done
}

# crash NODE: r0 ends there as if the machine had stopped, with the metadata as they
# are now; the link is cut when this returns. Nothing may be writing.
crash() {
	local meta=/dev/md$1
	dd if="$meta" of=/tmp/crash bs=1M iflag=direct status=none
	link_cut
	node "$1" dyad -q delete r0
	dd if=/tmp/crash of="$meta" bs=1M oflag=direct status=none
	rm /tmp/crash
}

# take_back_b: its disk answers again and is taken back; io-timeout is 0 then.
take_back_b() {
	node b dyad -q disconnect r0
	node b dyad -q detach r0
	attach b r0 db device 1
	node b dyad -q set r0 io-timeout 0
	node b dyad -q connect r0
	synced
}

# pair_up [ATTRIBUTE=VALUE]...: net, disks, r0 on both, a primary, in sync.
pair_up() {
	ground
	disks_up "$@"
	pair_join
}

# The module, the net and a key.
ground() {
	modprobe dyad
	net_up
	new_key
}

# r0 on disks that are there already.
pair_join() {
	node_up a r0
	node_up b r0
	node a dyad -q promote r0 --force
	connect
	synced
}

connect() {
	node a dyad -q connect r0
	node b dyad -q connect r0
	node a dyad -q wait r0 connected timeout $((20 * SLOW))
	node b dyad -q wait r0 connected timeout $((20 * SLOW))
}

synced() {
	node a dyad -q wait r0 synced timeout $((60 * SLOW))
	node b dyad -q wait r0 synced timeout $((60 * SLOW))
}

disconnected() {
	node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
	node b dyad -q wait r0 disconnected timeout $((20 * SLOW))
}

# field NODE JQ-PATH [RESOURCE]: one value of a resource's status.
field() {
	case $2 in
	*[^].a-z0-9\"[-]*) node "$1" dyad -j status "${3:-r0}" | jq -r ".resources[0]$2" ;;
	*)
		# No more than a path: as a JSON pointer.
		set -- "$1" "${2//+([].\"[])/\/}" "${3:-r0}"
		node "$1" field "$3" "${2%/}"
		;;
	esac
}

# reason_is NODE "part of the sentence"
reason_is() {
	[[ $(field "$1" '.peer[0].reason') == *"$2"* ]]
}

# lead NODE: make this node the primary, the other secondary first.
lead() {
	local from=a
	[ "$1" != a ] || from=b
	node $from dyad -q demote r0
	node "$1" dyad -q promote r0
}

role_is() { [ "$(field "$1" .role)" = "$2" ]; }

# data_is NODE STATE: of volume 0.
data_is() { [ "$(field "$1" '.volume[0]["data-state"]')" = "$2" ]; }

link_is() { [ "$(field "$1" '.peer[0]["link-state"]')" = "$2" ]; }

# refused_for "part of the reason": both sides say so and none is connected.
refused_for() {
	wait_for 15 reason_is "$1" "$2"
	! link_is "$1" connected || fail "connected all the same"
	log_has "$2" || fail "the kernel's log does not say: $2"
}

# leans: a, a primary, goes on by its peer's disk.
leans() { data_is a failed && [ "$(field a '.held["no-data"]')" = false ]; }

# answers NODE: its status, whatever it is busy with: within the time that whoever looks waits
# for it at most.
answers() {
	timeout $((10 * SLOW)) innet "$1" dyad status >/tmp/status ||
		fail "the status of $1 does not answer"
}

# --- I/O ---

# load_start OFFSET [OPTION]...: an application that writes there on and on, and reads it
# again; $load is it.
load_start() {
	fio --name=load --filename=/dev/dyad0 --ioengine=psync --direct=1 --rw=randwrite --bs=4k \
		--offset="$1" --size=1m --time_based --runtime=$((900 * SLOW)) --fsync=16 \
		--verify=crc32c --verify_backlog=64 --verify_fatal=1 --eta=never "${@:2}" \
		>/tmp/fio.load 2>&1 &
	load=$!
	writing
}

load_goes_on() {
	writing
	kill -0 "$load" || { sed 's/^/# /' /tmp/fio.load; fail "the application got an error"; }
}

# fio_job NAME FILE [OPTION]...: run fio quietly, show what it says on failure.
fio_job() {
	local name=$1 file=$2
	shift 2
	fio --name="$name" --filename="$file" --ioengine=psync --direct=1 \
		--randrepeat=0 --eta=never "$@" >"/tmp/fio.$name" 2>&1 || {
		sed 's/^/# /' "/tmp/fio.$name"
		fail "fio $name failed"
	}
}

# dd_ms OPERAND...: dd, and the milliseconds it takes by its own clock, which its start is not in.
dd_ms() {
	LC_ALL=C dd "$@" 2>&1 | awk '/copied/ { sub(/.*copied, /, ""); printf "%d\n", $1 * 1000 }'
}

# write_random FILE OFFSET-KB LENGTH-KB: bytes that are nowhere yet.
write_random() {
	dd if=/dev/urandom of="$1" bs=4k seek=$(($2 / 4)) count=$(($3 / 4)) \
		oflag=direct conv=notrunc status=none
}

# fall_behind OFFSET-KB LENGTH-KB: in async, over a slow link, write there until the peer lacks
# most of it: a busy machine may take so long for it that the peer has got it meanwhile.
fall_behind() { wait_for 60 fell_behind "$@"; }

fell_behind() {
	write_random /dev/dyad0 "$1" "$2"
	[ "$(field a .lag)" -gt $(($2 * 700)) ]
}

# writing [SECONDS]: wait until more is written to dyad0, from now on.
writing() {
	written_before=$(field a '.volume[0].writes')
	wait_for "${1:-20}" written_since
}

# True once more has been written to dyad0 than when it was last asked.
written_since() {
	local now
	now=$(field a '.volume[0].writes')
	[ "$now" -gt "${written_before:-0}" ] || return 1
	written_before=$now
}

# read_sum FILE OFFSET-KB LENGTH-KB: what is there, past the page cache.
read_sum() {
	dd if="$1" bs=4k skip=$(($2 / 4)) count=$(($3 / 4)) iflag=direct \
		status=none | md5sum | cut -c1-32
}

log_has() { # TEXT: the kernel has said this since the test began
	dmesg | awk -v text="$1" '/dyad-test: begin/ { hit = 0 }
		index($0, text) { hit = 1 } END { exit !hit }'
}

# over_cuts WHAT FIO-OPTION...: fio with verification over cuts and rejoins of the
# link; both disks are equal after each.
over_cuts() {
	local what=$1 round job last under=0
	shift
	pair_up
	last=$(rounds 10 2 2)
	for ((round = 1; round <= last; round++)); do
		fio_job verify /dev/dyad0 "$@" --verify=crc32c --verify_fatal=1 \
			--size=24m --randseed="$round" &
		job=$!
		writing 60
		link_cut
		node a dyad -q wait r0 disconnected timeout $((20 * SLOW))
		[ "$(field a '.volume[0].dirty')" = 0 ] || under=$((under + 1))
		link_heal
		wait $job || fail "fio failed in round $round"
		synced
		disks_equal
	done
	say "$what: $(field a '.volume[0].writes') writes, $under of $last cuts came in their midst"
	[ $under -gt 0 ] || fail "no cut came while it was written"
}
