# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # from the command line and stacks.sh
# away: peers that are far away, or gone. Sourced in the VM.
#
#   bench.stacks=A,B  bench.rounds=N  bench.scale=N  bench.distances=US,US

# --- far away ---

write_sectors() { awk '{ print $7 }' "/sys/block/${1#/dev/}/stat"; }

# sustained STACK COUNT: 128 KiB writes, until the last one has reached the peer's disk
sustained() {
	local far=${far_disk[$1]} goal begin start stat
	begin=${EPOCHREALTIME/./}
	run_fio "$RAW" write 128k 8 1
	start=$(us "$begin")
	goal=$(($(write_sectors "$far") + 256 * $2))
	begin=${EPOCHREALTIME/./}
	run_fio "${device[$1]}" write 128k 8 "$2" || return
	# Without a process for each look, which would take from what is measured.
	until read -ra stat <"/sys/block/${far#/dev/}/stat" && [ "${stat[6]}" -ge $goal ]; do
		nap 0.01
		[ $((${EPOCHREALTIME/./} - begin)) -lt 300000000 ] || {
			error "$1: not everything reaches the peer"
			return
		}
	done
	figure "$1" "sustained_mib_s$tag" \
		"$(awk "BEGIN { print $2 / 8 / (($(us "$begin") - $start) / 1e6) }")"
}

all_sustained() { # COUNT
	local stack i
	for ((i = 0; i < bench_rounds; i++)); do
		for stack in "${usable[@]}"; do
			[ -z "${far_disk[$stack]}" ] || sustained "$stack" "$1"
		done
	done
}

# TCP takes the shortest way that it has ever seen for the true one, and its window stops
# growing as soon as another takes longer: so the far comes before the near.
job_wan() {
	local i distance distances
	distances=$(tr , '\n' <<<"$bench_distances" | sort -rn)
	bench_delay=$(head -n 1 <<<"$distances")
	stacks_up
	for distance in $distances; do
		link "delay ${distance}us"
		for ((i = 0; i < bench_rounds; i++)); do
			for stack in "${usable[@]}"; do
				measure "$stack" write1 randwrite 4k 1 100
				measure "$stack" write32 randwrite 4k 32 2000
			done
		done
		all_sustained 2400
	done
	link none
	all_sustained 2400
}

# --- gone ---

# What there is to see of a session, and of md's leg once it is back.
linked_dyad() { dyad -q wait sync connected timeout 300; }
linked_drbd() { await drbd_linked; }
linked_md() { :; }

# dark STACK SECONDS RUN: no packet arrives for so long; an application that writes
# 20 times a second, by its longest wait, for RUN seconds
dark() {
	local pid begin
	fio --name=bench --filename="${device[$1]}" --thread --direct=1 --rw=randwrite \
		--bs=4k --ioengine=psync --size="$SPAN" --norandommap --time_based \
		--runtime="$3" --rate_iops=20 --output-format=terse --terse-version=3 \
		>/tmp/dark.out 2>&1 &
	pid=$!
	sleep 3
	link 'loss 100%'
	sleep "$2"
	link 'loss 0%'
	begin=${EPOCHREALTIME/./}
	if "linked_$1"; then
		[ "$1" = md ] || figure "$1" back_s "$(awk "BEGIN { print $(us "$begin") / 1e6 }")"
	fi
	wait $pid || error "$1: fio: $(head -c 300 /tmp/dark.out)"
	awk -F\; -v head="@f $1 dark_stall_s" '/^3;/ { print head, $80 / 1e6 }' /tmp/dark.out
}

job_dark() {
	local stack i
	ground
	for stack in ${bench_stacks//,/ }; do
		if "up_$stack"; then
			prefill "$stack"
		else
			error "$stack does not come up"
			continue
		fi
		if [ "$stack" = md ]; then
			# It does not give up before many minutes are over.
			dark md 1000 1100
			continue
		fi
		# The phase of whatever tries again differs.
		for ((i = 0; i < 5; i++)); do
			dark "$stack" 20.$((2 * i)) 30
			"synced_$stack"
		done
	done
}

synced_dyad() { dyad -q wait sync synced timeout 600; }
synced_drbd() { await drbd_settled; }
