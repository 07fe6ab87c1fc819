# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # from the command line and stacks.sh
# load: what people run on such disks, and more than one processor. Sourced in
# the VM.
#
#   bench.stacks=A,B  bench.rounds=N  bench.scale=N

# --- a database on a file system ---

# transactions STACK COUNT: each of one row; leaves ns of work
transactions() {
	local c0 c1 i
	{
		echo 'PRAGMA synchronous=FULL;'
		for ((i = 0; i < $2; i++)); do
			echo "INSERT INTO t VALUES(NULL,'$i','a row of some hundred bytes, as there are in many a table, and so on and on');"
		done
	} >/tmp/sql
	c0=$(counters)
	sqlite3 /mnt/t.db </tmp/sql >/tmp/sql.out 2>&1 ||
		error "$1: sqlite: $(head -c 200 /tmp/sql.out)"
	settle "$1"
	c1=$(counters)
	work=$(echo "$c0 $c1" | awk '{ printf "%.0f\n", $6 - $7 - ($1 - $2) }')
}

# database STACK: instructions per transaction, what starting costs taken off
database() {
	local none work
	mount -t ext4 "${device[$1]}" /mnt || {
		error "$1: cannot mount"
		return
	}
	transactions "$1" 1
	none=$work
	transactions "$1" 201
	umount /mnt
	figure "$1" txn_minstr "$(awk "BEGIN { print ($work - $none) / 200e6 }")"
}

job_files() {
	local stack i
	modprobe ext4
	stacks_up
	for stack in "${usable[@]}"; do
		if ! mkfs.ext4 -q -F "${device[$stack]}" || ! mount -t ext4 "${device[$stack]}" /mnt; then
			error "$stack: no file system"
			continue
		fi
		sqlite3 /mnt/t.db 'CREATE TABLE t(id INTEGER PRIMARY KEY, k TEXT, v TEXT)'
		umount /mnt
	done
	for ((i = 0; i < bench_rounds; i++)); do
		for stack in "${usable[@]}"; do
			database "$stack"
		done
	done
}

# --- two processors ---

second_cpu() { echo "$1" >/sys/devices/system/cpu/cpu1/online; }

rate() { # STACK ITS-DEVICE NAME JOBS
	run_fio "${device[$2]}" randwrite 4k 32 $((12000 / bench_scale / $4)) \
		--numjobs="$4" || return
	awk -F\; -v head="@f $1 $3" '{ print head, $49 }' /tmp/fio
}

# Real time: one job on one processor, then four jobs on two, in turn. dyad has as
# many streams as there are processors when a resource is created: one of each.
job_cpus() {
	local stack i
	stacks_up
	if [ -n "${device[dyad]}" ]; then
		second_cpu 0
		dyad_pair one sync 16 || error "a second dyad does not come up"
		device[one]=/dev/dyad16
		prefill one
	fi
	for ((i = 0; i < bench_rounds; i++)); do
		for stack in "${usable[@]}"; do
			second_cpu 0
			rate "$stack" "${stack/#dyad/one}" iops_1 1
			second_cpu 1
			rate "$stack" "$stack" iops_2 4
		done
	done
}
