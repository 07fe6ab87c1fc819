# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# lib: two virtual machines on one cable, driven from the host.
#
#      machine a: node 1, 10.0.0.1 ---- cable ---- machine b: node 2, 10.0.0.2
#      /dev/dyad0 on /dev/vda                      /dev/dyad0 on /dev/vda
#
# The disks are files, $DYAD_RUN/a.img and b.img, and outlive their machine.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
vm=$here/../vm/vm
SIZE=${SIZE:-128M}
kernel=${DYAD_KERNEL:-stock}

if [ -z "${DYAD_RUN:-}" ]; then
	DYAD_RUN=$(mktemp -d /tmp/dyad-pair-XXXXXX)
	export DYAD_RUN DYAD_OWNER=$$
	trap finish EXIT
fi
began=$(date +%s%N)

finish() {
	local status=$?
	trap - EXIT
	if [ $status != 0 ] && [ -n "${DYAD_RESULTS:-}" ]; then
		mkdir -p "$DYAD_RESULTS"
		for n in a b; do
			cp "$DYAD_RUN/$n/console.log" \
				"$DYAD_RESULTS/$(basename "$0")-$n.console" 2>/dev/null || true
		done
	fi
	for n in a b cable; do
		"$vm" kill $n 2>/dev/null || true
	done
	rm -rf "$DYAD_RUN"
	exit $status
}

# step TEXT...: a line of the timeline.
step() {
	local ms=$((($(date +%s%N) - began) / 1000000))
	printf '# %4d.%d s  %s\n' $((ms / 1000)) $((ms / 100 % 10)) "$*"
}

fail() {
	step "FAILED: $*"
	for n in a b; do
		"$vm" sh "$n" -t 10 'dyad status; dmesg | tail -20' 2>&1 | sed "s/^/#   $n: /" || true
	done
	exit 1
}

# on MACHINE COMMAND...: run a shell command there.
on() {
	local n=$1
	shift
	"$vm" sh "$n" -t 120 "$*"
}

make_image() { # EXTRA-FILES as FILE:DEST...
	local built f extra=()
	built=$("$here/../lib/module" "$kernel")
	make -s -C "$top/userspace-tools" >&2
	mkdir -p "$DYAD_RUN/helpers"
	make -s -C "$here/../lib" OUT="$DYAD_RUN/helpers"
	for f; do
		extra+=(-f "$f")
	done
	"$here/../vm/image" -k "$kernel" -f "$built/dyad.ko:/" \
		-f "$top/userspace-tools/dyad:/usr/sbin/dyad" \
		-f "$DYAD_RUN/helpers/recorder:/usr/sbin/recorder" \
		${extra[@]+"${extra[@]}"} "$DYAD_RUN/image"
	"$top/userspace-tools/dyad" genkey >"$DYAD_RUN/key"
}

boot() { # MACHINE
	local id=1
	[ "$1" = a ] || id=2
	if [ ! -e "$DYAD_RUN/$1.img" ]; then
		truncate -s "$SIZE" "$DYAD_RUN/$1.img"
		"$top/userspace-tools/dyad" -q meta create "$DYAD_RUN/$1.img"
	fi
	"$vm" start "$1" -i "$DYAD_RUN/image" -m "${MEMORY:-512}" -l cable \
		-d "$DYAD_RUN/$1.img" -a "vm.ip=10.0.0.$id/24"
}

# configure MACHINE: what its administrator would type after a start.
configure() {
	local id=1 other=b
	[ "$1" = a ] || { id=2; other=a; }
	on "$1" "
		set -e
		modprobe dyad
		umask 077
		echo '$(cat "$DYAD_RUN/key")' >/run/r0.key
		dyad -q create r0 node $id
		dyad -q attach r0 disk /dev/vda device 0
		dyad -q peer add r0 $other node $((3 - id)) address 10.0.0.$((3 - id)) key-file /run/r0.key ${PING:+ping-timeout $PING}
		dyad -q connect r0"
}

boot_pair() {
	"$vm" link cable
	boot a &
	local job=$!
	boot b
	wait $job || fail "machine a did not start"
	configure a
	configure b
}

pair_up() {
	make_image "$@"
	boot_pair
	on a dyad -q promote r0 --force
	synced
}

synced() {
	on a dyad -q wait r0 synced timeout 120 || fail "not in sync"
	on b dyad -q wait r0 synced timeout 120 || fail "not in sync"
}

# A client on MACHINE that makes numbered records durable and reports each.
start_records() { # MACHINE FILE
	: >"$DYAD_RUN/$1/report.log"
	on "$1" "setsid recorder write $2 /dev/report >/run/recorder 2>&1 & echo \$! >/run/recorder.pid"
}

stop_records() { # MACHINE
	# shellcheck disable=SC2016 # expanded there
	on "$1" 'read -r pid </run/recorder.pid
		kill "$pid"
		while [ -e "/proc/$pid" ]; do sleep 0.05; done'
}

# The number of the last record that MACHINE's client was promised.
acknowledged() {
	sed '/[^0-9]/d' "$DYAD_RUN/$1/report.log" | awk 'END { print NR ? $0 : 0 }'
}

# until_records MACHINE COUNT: that many more have been acknowledged.
until_records() {
	local goal=$(($(acknowledged "$1") + $2)) end=$((SECONDS + 60))
	until [ "$(acknowledged "$1")" -ge $goal ]; do
		[ $SECONDS -lt $end ] || fail "the client on $1 is stuck at $(acknowledged "$1"): $(on "$1" cat /run/recorder)"
		sleep 0.05
	done
}

# meta MACHINE FIELD: what its disk's metadata say.
meta() {
	"$top/userspace-tools/dyad" -j meta show "$DYAD_RUN/$1.img" | jq -r ".[\"$2\"]"
}

# The data of MACHINE's disk, without the metadata, which differ.
data_of() {
	local start size
	start=$(meta "$1" data-start)
	size=$(meta "$1" size)
	# In this order: one that stops reading first would have the other fail.
	head -c $((start + size)) "$DYAD_RUN/$1.img" | tail -c +$((start + 1))
}

# Orderly end of both, then the disks are compared on the host.
disks_equal() {
	synced
	"$vm" stop a
	"$vm" stop b
	[ "$(meta a size)" -gt 0 ] || fail "no metadata on a"
	cmp <(data_of a) <(data_of b) || fail "the disks differ"
}

no_splats() {
	local n
	for n in a b; do
		"$vm" splats $n || fail "KERNEL SPLAT on $n"
	done
}
