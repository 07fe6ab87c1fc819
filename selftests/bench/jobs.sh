# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # from the command line and measure.sh
# jobs: what is measured. Sourced in the VM.
#
#   bench.stacks=A,B  bench.ops=A,B  bench.rounds=N  bench.scale=N (divides counts)

# Bring the stacks up; one that fails is reported and left out.
stacks_up() {
	local stack
	[ -z "$ready" ] || return 0
	ready=1
	usable=()
	ground
	for stack in ${bench_stacks//,/ }; do
		if "up_$stack" && [ -b "${device[$stack]}" ]; then
			prefill "$stack"
			usable+=("$stack")
		else
			error "$stack does not come up"
		fi
	done
}

operation() { # STACK OP SCALE
	case $2 in
	write1) measure "$1" "$2" randwrite 4k 1 $((8000 / $3)) ;;
	write32) measure "$1" "$2" randwrite 4k 32 $((8000 / $3)) ;;
	batch32)
		measure "$1" "$2" randwrite 4k 32 $((8000 / $3)) --iodepth_batch_submit=16 \
			--iodepth_batch_complete_min=16
		;;
	bulk) measure "$1" "$2" write 128k 8 $((800 / $3)) ;;
	read1) measure "$1" "$2" randread 4k 1 $((20000 / $3)) ;;
	commit) measure "$1" "$2" randwrite 4k 1 $((4000 / $3)) --fdatasync=1 ;;
	read.*.*) shape "$1" "$2" $((16000 / $3)) ;;
	*.*.*) shape "$1" "$2" $((4000 / $3)) ;;
	*) error "unknown operation $2" ;;
	esac
}

# shape STACK KIND.DEPTH.JOBS COUNT: 4 KiB at random; of a mix 7 of 10 are reads
shape() {
	local kind depth jobs more=()
	IFS=. read -r kind depth jobs <<<"$2"
	case $kind in
	write | read) kind=rand$kind ;;
	mix)
		kind=randrw
		more=(--rwmixread=70)
		;;
	esac
	measure "$1" "$2" "$kind" 4k "$depth" $(($3 / jobs)) --numjobs="$jobs" "${more[@]}"
}

# All stacks in turn, so that a drift of anything would hit all of them.
round() { # SCALE
	local op stack
	for op in ${bench_ops//,/ }; do
		for stack in "${usable[@]}"; do
			operation "$stack" "$op" "$1"
		done
	done
}

# What an operation costs.
job_cost() {
	local i
	stacks_up
	echo "@warm"
	round $((20 * bench_scale))
	echo "@go"
	for ((i = 0; i < bench_rounds; i++)); do
		round "$bench_scale"
		echo "@round $((i + 1))"
	done
}

# What it allocates and copies. The counting itself costs, so nothing is timed;
# two runs, so that their difference has nothing of fio's start.
job_count() {
	local stack n
	stacks_up
	for stack in "${usable[@]}"; do
		run_fio "${device[$stack]}" randwrite 4k 1 100
		for n in 500 4500; do
			trace_on
			run_fio "${device[$stack]}" randwrite 4k 1 $n
			trace_print "$stack" $n
			trace_off
		done
	done
}

# Where the instructions go: a sample every 9973 ns of virtual time (no multiple
# of what a write takes), with who called whom. Prints shares by task, then by
# task and function with all that it called.
job_profile() {
	local stack depth engine
	stacks_up
	for stack in "${usable[@]}"; do
		for depth in 1 32; do
			engine=libaio
			[ $depth != 1 ] || engine=psync
			perf record -q -a -g -e cpu-clock:k -c 9973 -o /tmp/perf.data -- \
				fio --name=bench --filename="${device[$stack]}" --thread \
				--direct=1 --rw=randwrite --bs=4k --iodepth=$depth \
				--ioengine=$engine --size="$SPAN" --io_size=100g \
				--number_ios=2000 --norandommap --randseed=7 \
				>/tmp/fio.out 2>/tmp/perf.err ||
				error "perf: $(head -3 /tmp/perf.err)"
			profile comm --no-children | head -8
			profile comm,sym --children | head -120
		done
	done
}

profile() { # SORT OPTION: uses what job_profile() knows
	perf report -i /tmp/perf.data --stdio -q -g none --percent-limit 1 \
		--sort "$1" "$2" 2>/dev/null | awk -v head="@p $stack $depth" '
		NF && !/\] 0x/ { gsub(/ +/, " "); print head, $0 }'
}
