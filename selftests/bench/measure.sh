# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# measure: run fio and read the kernel's counters around it. Sourced in the VM.
#
# What it finds goes to the console, one line per measurement, for report:
#
#   @m STACK OP BUSY IDLE SWITCHES SEGMENTS BYTES LW LF PW PF FIO
#      ns of work and of waiting, context switches, TCP segments, bytes on the
#      link, writes and flushes at the near and at the peer's disk, all with
#      what starting fio costs taken off; then fio's own line
#   @h STACK WRITES EVENT VALUE WHERE    a count made by tracing
#   @f STACK NAME VALUE                  any other figure; names are in report
#   @error TEXT
#
# OP is followed by @DISK,DELAY in us where disks and link take their time.

SPAN=32m		# what is written to, of each device
declare -A device near_disk far_disk	# by stack
tag=			# what follows OP

error() { echo "@error $*" >&2; }
figure() { echo "@f $*"; }

# nap SECONDS: without another process, which would cost
nap() {
	[ -p /tmp/never ] || mkfifo /tmp/never
	read -rt "$1" <>/tmp/never || true
}

# us SINCE: microseconds that have passed on the clock
us() { echo $((${EPOCHREALTIME/./} - $1)); }

# now idle switches segments bytes: of both nodes. Both nodes' TCP counters are
# read through a process that lives there; bytes are those of either link.
counters() {
	awk '
	FILENAME ~ /timer_list/ && /^now at/ { now = $3 }
	FILENAME ~ /timer_list/ && /\.(idle|iowait)_sleeptime/ {
		sub(/.*:/, ""); idle += $1
	}
	FILENAME ~ /stat$/ && $1 == "ctxt" { switches = $2 }
	FILENAME ~ /snmp/ && $1 == "Tcp:" && $2 ~ /[0-9]/ { segments += $12 }
	FILENAME ~ /dev$/ && $1 == "lo:" { bytes += $10 }
	FILENAME ~ /dev$/ && $1 == "va:" { bytes += $2 + $10 }
	END { printf "%.0f %.0f %d %d %.0f\n", now, idle, switches, segments, bytes }
	' /proc/timer_list /proc/stat /proc/self/net/snmp \
		"/proc/$PEER_PID/net/snmp" /proc/self/net/dev
}

# writes flushes: of a disk. Nothing for a stack that has no such disk.
disk_counters() {
	if [ -n "$1" ]; then
		awk '{ print $5, $16 }' "/sys/block/${1#/dev/}/stat"
	else
		echo 0 0
	fi
}

# run_fio DEVICE RW SIZE DEPTH COUNT [OPTION]...: leaves fio's line in /tmp/fio
run_fio() {
	local disk=$1 rw=$2 size=$3 depth=$4 count=$5 engine=libaio
	shift 5
	[ "$depth" != 1 ] || engine=psync
	fio --name=bench --filename="$disk" --thread --direct=1 --rw="$rw" \
		--bs="$size" --iodepth="$depth" --ioengine=$engine \
		--size=$SPAN --io_size=100g --number_ios="$count" \
		--norandommap --randrepeat=1 --randseed=7 --group_reporting \
		--output-format=terse --terse-version=3 "$@" \
		>/tmp/fio.out 2>/tmp/fio.err || {
		error "fio $disk $rw: $(head -c 300 /tmp/fio.err)"
		return 1
	}
	grep '^3;' /tmp/fio.out | head -1 >/tmp/fio
}

# What is to reach the peer later counts too. Waiting costs nothing.
settle() { # STACK
	case $1 in async | drbdA) sleep 5 ;; esac
}

# What the counters move by when fio does one I/O: fio's start, our own reading.
declare -A start_cost
calibrate() { # DEPTH STACK [FIO-OPTION]...
	local before after key=$*
	run_fio "$RAW" randread 4k "$1" 1 "${@:3}"
	before=$(counters)
	run_fio "$RAW" randread 4k "$1" 1 "${@:3}"
	settle "$2"
	after=$(counters)
	start_cost[$key]="$before $after"
}

# measure STACK OP RW SIZE DEPTH COUNT [FIO-OPTION]...
measure() {
	local stack=$1 op=$2 rw=$3 size=$4 depth=$5 count=$6
	local near=${near_disk[$1]} far=${far_disk[$1]} n0 n1 f0 f1 c0 c1 key
	shift 6
	key="$depth $stack${*:+ $*}"
	[ -n "${start_cost[$key]}" ] || calibrate "$depth" "$stack" "$@"
	n0=$(disk_counters "$near") f0=$(disk_counters "$far")
	c0=$(counters)
	run_fio "${device[$stack]}" "$rw" "$size" "$depth" "$count" "$@" || return
	settle "$stack"
	c1=$(counters)
	n1=$(disk_counters "$near") f1=$(disk_counters "$far")
	awk -v head="@m $stack $op$tag" -v tail="$(cat /tmp/fio)" \
		-v c="$c0 $c1 ${start_cost[$key]}" -v d="$n0 $n1 $f0 $f1" '
	BEGIN {
		split(c, v); split(d, w)
		for (i = 1; i <= 5; i++)
			x[i] = v[5 + i] - v[i] - (v[15 + i] - v[10 + i])
		printf "%s %.0f %.0f %d %d %.0f %d %d %d %d %s\n", head,
			x[1] - x[2], x[2], x[3], x[4], x[5],
			w[3] - w[1], w[4] - w[2], w[7] - w[5], w[8] - w[6], tail
	}'
}

# prefill STACK: so that no later write finds a page of the disk missing
prefill() {
	dd if=/dev/zero of="${device[$1]}" bs=1M count=${SPAN%m} oflag=direct \
		conv=notrunc status=none || error "cannot fill ${device[$1]}"
}

# wait_for SECONDS COMMAND...
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || {
			error "in vain waited for: $*"
			return 1
		}
		sleep 0.05
	done
}

# --- counting by tracing ---

TRACE=/sys/kernel/tracing
ALLOCATIONS='kmalloc kmalloc_node kmem_cache_alloc kmem_cache_alloc_node'

# Bytes that TCP copies from its caller, that it takes by reference, and that
# it copies to its caller.
probes() {
	echo 'p:bench/tcp_copied_in tcp_sendmsg_locked bytes=%dx:u64'
	echo 'p:bench/tcp_by_page do_tcp_sendpages bytes=%cx:u64'
	echo 'p:bench/tcp_copied_out skb_copy_datagram_iter bytes=%cx:s32'
	echo 'p:bench/tcp_sends tcp_sendmsg_locked'
	echo 'p:bench/tcp_receives tcp_recvmsg'
}

# EVENT HISTOGRAM, one a line
histograms() {
	local event
	for event in $ALLOCATIONS; do
		[ ! -d "$TRACE/events/kmem/$event" ] ||
			echo "kmem/$event hist:keys=call_site.sym:size=4096"
	done
	echo "kmem/mm_page_alloc hist:keys=order"
	echo "workqueue/workqueue_execute_start hist:keys=function.sym"
	echo "sched/sched_switch hist:keys=next_comm"
	probes | sed -n 's/^p:\([^ ]*\) .*bytes.*/\1 hist:keys=common_type:vals=bytes/p
		s/^p:\([^ ]*\) [^ ]*$/\1 hist:keys=common_type/p'
}

trace_on() {
	local event histogram probe
	while read -r probe; do
		echo "$probe" >>"$TRACE/kprobe_events" || error "no probe: $probe"
	done < <(probes)
	while read -r event histogram; do
		echo "$histogram" >"$TRACE/events/$event/trigger" ||
			error "no histogram of $event"
	done < <(histograms)
}

trace_off() {
	local event histogram
	while read -r event histogram; do
		echo "!$histogram" >"$TRACE/events/$event/trigger"
	done < <(histograms)
	echo >"$TRACE/kprobe_events"
}

# trace_print STACK WRITES: { KEY: [address] function+offset } hitcount: N  bytes: N
trace_print() {
	local event
	while read -r event _; do
		awk -v head="@h $1 $2 ${event#*/}" '
		/^\{/ {
			where = $0
			sub(/^\{ [a-z_]+: */, "", where)
			sub(/ *\}.*/, "", where)
			gsub(/\[[0-9a-f]+\] */, "", where)
			gsub(/ /, "", where)
			sub(/.*hitcount: */, "")
			value = /bytes:/ ? $3 : $1
			print head, value, where
		}' "$TRACE/events/$event/hist"
	done < <(histograms)
}
