# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # from the command line and pairs.sh
# wide: writes at random over 16 GiB beside those in one hot spot, once all of it
# has been written to. Sourced in the VM.
#
#   bench.stacks=A,B  bench.rounds=N  bench.scale=N (divides counts)
WIDE=16g

near_meta() { awk '{ print $5 }' /sys/block/nmeta/stat; }

# shot STACK NAME SPAN: fio's latency, and metadata writes per write
shot() {
	local n=$((4000 / bench_scale)) before
	before=$(near_meta)
	SPAN=$3 run_fio "${writes_to[$1]}" randwrite 4k 1 $n --randrepeat=0 \
		--randseed=$((seed++)) || return
	awk -F\; -v head="@f $1 $2" -v n=$n -v meta=$(($(near_meta) - before)) '{
		print head "_us", $81
		print head "_meta", meta / n
	}' /tmp/fio
}

# A block in each 4 MiB.
everywhere() { # STACK
	fio --name=bench --filename="${writes_to[$1]}" --direct=1 --rw=write:4092k \
		--bs=4k --iodepth=32 --ioengine=libaio --size=$WIDE --thread \
		--number_ios=4095 >/tmp/fio.out 2>&1 || error "$(head -c 300 /tmp/fio.out)"
}

job_wide() {
	local stack i
	ground
	seed=1
	for stack in ${bench_stacks//,/ }; do
		[ -n "${writes_to[$stack]}" ] || continue
		pair_disks $((16 * GIB))
		if "pair_$stack"; then
			everywhere "$stack"
			for ((i = 0; i < bench_rounds; i++)); do
				shot "$stack" hot 64m
				shot "$stack" wide $WIDE
			done
		else
			error "$stack does not come up on 16 GiB"
		fi
		"unpair_$stack" || error "$stack does not go down"
		remove_disks
	done
}
