# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # $here is the folder of who sources this
# lib: the bench VM, from its image to its end. Sourced on the host.
#
# Sets $top, $results and $work (a folder that goes with the script).
top=$(cd "$here/../.." && pwd)
results=${DYAD_RESULTS:-$top/selftests/results}/bench
mkdir -p "$results"
work=$(mktemp -d /tmp/dyad-bench-XXXXXX)
qemu=
files=()
trap '[ -z "$qemu" ] || kill "$qemu" 2>/dev/null; rm -rf "$work"' EXIT
kver=$(dpkg-query -W -f '${Depends}' linux-image-amd64 |
	grep -o 'linux-image-[0-9][^ ,]*' | head -1)
kver=${kver#linux-image-}

# tool NAME [FOLDER]: into the image; its stack is skipped where there is none
tool() {
	local file
	file=$(PATH=/usr/sbin:/usr/bin:/sbin:/bin:${2:-} command -v "$1") || {
		echo "bench: $1 is not installed: run 'selftests/lib/deps bench', as 'make bench' does" >&2
		return 1
	}
	files+=(-f "$file:/usr/sbin/$1")
}

# modules NAME...: with all they depend on
modules() {
	local name file
	for name; do
		while read -r file; do
			files+=(-f "$file:/")
		done < <(modprobe -S "$kver" --show-depends "$name" |
			awk '$1 == "insmod" { print $2 }')
	done
}

with_drbd() {
	tool drbdsetup-84 /lib/drbd
	tool drbdmeta
	modules drbd
}

# make_image [MODULE-FOLDER]: with the files named so far; without the folder
# dyad.ko is built.
make_image() {
	local built=${1:-} f
	[ -n "$built" ] || built=$("$here/../lib/module" stock)
	make -s -C "$top/userspace-tools" >&2
	files+=(-f "$built/dyad.ko:/" -f "$top/userspace-tools/dyad:/usr/sbin/dyad")
	for f in init measure.sh stacks.sh pairs.sh jobs.sh meta.sh resync.sh wide.sh \
		away.sh load.sh; do
		files+=(-f "$here/$f:/bench/$f")
	done
	"$here/../vm/image" -l fio "${files[@]}" "$work/image"
}

# boot_vm NAME MEMORY WORDS QEMU-OPTION...: runs the jobs that the words name;
# the output goes to $results/NAME.log. $cpus processors, 1 unless set.
boot_vm() {
	local name=$1 memory=$2 words=$3
	shift 3
	timeout 2700 qemu-system-x86_64 -nodefaults -no-user-config -display none \
		-no-reboot -M q35,hpet=off -smp "${cpus:-1}" -m "$memory" "$@" \
		-kernel "$work/image/kernel" -initrd "$work/image/initrd" \
		-serial "file:$results/$name.log" -append "console=ttyS0 quiet \
panic=-1 oops=panic mitigations=off nokaslr cryptomgr.notests no_timer_check \
rdinit=/bench/init $words" &
	qemu=$!
	wait $qemu || echo "bench: the VM of '$name' did not end well" >&2
	qemu=
}

# In virtual time: one nanosecond per instruction, none for idling. All sources
# of randomness that differ from run to run are missing.
# shellcheck disable=SC2034 # for who sources this
virtual_time=(-accel 'tcg,thread=single' -icount 'shift=0,sleep=off'
	-rtc 'clock=vm,base=2024-01-01' -seed 1)
# shellcheck disable=SC2034
virtual_cpu=max,-rdrand,-rdseed,-la57
# shellcheck disable=SC2034
virtual_words='lpj=4000000 tsc=reliable clocksource=tsc random.trust_cpu=off'
