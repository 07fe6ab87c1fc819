#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The primary stands still, the other takes over by force and writes; when the
# first wakes up, its open files and its writes do not reach the new primary's
# data, and both say that their histories went apart (law 5).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
pair_up
on a "dd if=/dev/urandom of=/dev/dyad0 bs=1M count=4 oflag=direct conv=notrunc status=none"
# Its writes go on all the while, with the device open.
on a "setsid sh -c 'while dd if=/dev/urandom of=/dev/dyad0 bs=64k seek=96 count=16 oflag=direct \
	conv=notrunc status=none; do echo; done >/run/written' >/dev/null 2>&1 & echo \$! >/run/writer"
written() { on a "wc -l </run/written"; }
end=$((SECONDS + 60))
until [ "$(written)" -gt 2 ]; do
	[ $SECONDS -lt $end ] || fail "a does not write"
done
"$vm" pause a
on b "dyad -q wait r0 disconnected timeout 30" || fail "not noticed"
on b "dyad -q promote r0 --force &&
	dd if=/dev/urandom of=/dev/dyad0 bs=1M count=2 oflag=direct conv=notrunc status=none"
before=$(data_of b | md5sum)
"$vm" resume a
on a "dd if=/dev/urandom of=/dev/dyad0 bs=1M seek=8 count=1 oflag=direct conv=notrunc status=none" ||
	fail "a cannot write alone"
reason() { on "$1" "dyad -j status r0" | jq -r '.resources[0].peer[0].reason'; }
end=$((SECONDS + 30))
until [[ $(reason a) == *"both"* && $(reason b) == *"both"* ]]; do
	[ $SECONDS -lt $end ] || fail "reasons: $(reason a) / $(reason b)"
	sleep 0.1
done
so_far=$(written)
end=$((SECONDS + 60))
until [ "$(written)" -gt $((so_far + 2)) ]; do
	[ $SECONDS -lt $end ] || fail "the writes that were under way do not go on at a"
done
# shellcheck disable=SC2016 # expanded there
on a 'read -r pid </run/writer; kill -- -"$pid"'
openers() { on a "dyad -j status r0" | jq '.resources[0].volume[0].openers'; }
end=$((SECONDS + 30))
until [ "$(openers)" = 0 ]; do
	[ $SECONDS -lt $end ] || fail "the device is still open at a"
	sleep 0.1
done
[ "$before" = "$(data_of b | md5sum)" ] || fail "a's writes reached b"
step "kept apart: $(reason a)"
on a "dyad -q demote r0 && dyad -q disconnect r0 && dyad -q connect r0 --discard-local-changes" ||
	fail "a does not give up its changes"
synced
on b "dyad -q demote r0"
disks_equal
no_splats
