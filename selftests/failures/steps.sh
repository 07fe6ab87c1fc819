# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # the cell sets and uses some of these
# steps: a cell's activity, its expectations and its end, wherever the nodes are.
#
# The cell has: at NODE COMMAND...; device_of NODE; app_start NODE, app_stop, app_get NAME
# and app_lives, about the witness that writes; fail, say, wait_for; and what each_cell needs.
WORDS=10		# of a cell
BACKLOG=$((1024 * 1024))

# known WORD OF...: a word that nothing is made of would let a cell pass.
known() {
	local word=$1 of
	shift
	for of; do
		[ "$word" != "$of" ] || return 0
	done
	fail "the table says '$word' where it can be: $*"
}

# A cell's line of the table, but for its name.
read_cell() {
	failure=$1 side=$2 activity=$3 mode=$4
	want_a=$5 want_b=$6 want_link=$7 want_reason=$8 io=$9 within=${10}
	known "$activity" idle writing resyncing verifying
	known "$want_a" any dead uptodate inconsistent failed diskless
	known "$want_b" any dead uptodate consistent outdated inconsistent failed diskless
	known "$want_link" any connected lost -
	known "$want_reason" silent closed disk nobody -
	known "$io" ok errors waits moves past returns
	known "$within" soon ping stall hang end
	# Who is being copied to is not whole, whatever else happens.
	case $activity.$want_b in
	resyncing.uptodate | resyncing.consistent) want_b=inconsistent ;;
	esac
	leader=a
	# Who tells of the link, and what the application uses afterwards.
	observer=a
	[ "$want_a" != dead ] || observer=b
}

# --- what is seen ---

status_of() { # NODE JQ-PATH
	at "$1" dyad -j status r0 | jq -r ".resources[0]$2"
}

# value NAME: the first one of that name in $status. Without jq: where all is emulated, a
# cell would spend half its time in starting it.
value() {
	[[ $status =~ \"$1\":\ *\"([^\"]*)\" ]] || BASH_REMATCH=("" "")
	printf -v "${2:-$1}" '%s' "${BASH_REMATCH[1]}"
}

# look NODE: its role, data state, link and reasons, now; fails if the status does not answer.
look() {
	local status reason lost_reason
	role='' data='' link=''
	status=$(at "$1" timeout $((3 * SLOW)) dyad -j status r0) || return 1
	value role
	value data-state data
	value link-state link
	value reason
	value lost-reason lost_reason
	reasons="$reason / $lost_reason"
}

reason_of() {
	case $1 in
	silent) echo 'nothing was heard from the peer' ;;
	# Where only one direction is cut it depends on who notices first.
	closed) echo 'nothing was heard from|the peer heard nothing|the connection was closed|the peer saw' ;;
	disk) echo 'a backing disk returned an error' ;;
	nobody) echo 'no side is known to have the latest data' ;;
	esac
}

# These add to $unmet.
check_link() {
	case $want_link.$link in
	connected.connected | any.* | -.*) ;;
	connected.* | lost.connected) unmet+=" link: $want_link, not $link;" ;;
	esac
	[ "$want_reason" = - ] || [[ $reasons =~ $(reason_of "$want_reason") ]] ||
		unmet+=" reason: $want_reason, not '$reasons';"
}

check_node() { # NODE WANTED
	[ "$2" != dead ] || return 0
	look "$1" || fail "$1's status does not answer"
	[ "$2" = any ] || [ "$data" = "$2" ] || unmet+=" $1: $2, not $data;"
	[ "$1" != "$observer" ] || check_link
}

as_expected() {
	unmet=
	check_node a "$want_a"
	check_node b "$want_b"
	[ -z "$unmet" ]
}

assert_expected() {
	as_expected || fail "expected$unmet"
}

settle() { # SECONDS
	local end=$((SECONDS + $1 * SLOW))
	until as_expected; do
		[ $SECONDS -lt $end ] || fail "after $1 s expected$unmet"
		sleep 0.1
	done
}

# --- the application ---

has_done() {
	app_lives
	[ "$(app_get "done")" -ge "$1" ]
}

# goes_on OPERATIONS: that many more succeed.
goes_on() {
	wait_for 60 has_done $(($(app_get "done") + $1))
}

has_errors() {
	app_lives
	[ "$(app_get errors)" -gt 0 ]
}

# Stuck for so long that it is no accident.
hangs() {
	app_lives
	[ "$(app_get waiting)" -gt $((2 * PING)) ]
}

shown_to_hang() { [ "$(status_of a '.held["disk-hangs"]')" = true ]; }

limit_ms() {
	case $within in
	soon) echo $((3000 * SLOW)) ;;
	ping) echo $((PING * 5 / 4 + 3000 * SLOW)) ;;
	stall) echo $((60000 + PING * 5 / 4 + 3000 * SLOW)) ;;
	hang) echo $((2 * HANG * 1000 + 10000 * SLOW)) ;;
	end) echo $((600000 * SLOW)) ;;
	esac
}

check_times() {
	local longest waiting
	longest=$(app_get longest)
	waiting=$(app_get waiting)
	say "the slowest operation took $longest ms, $(app_get errors) failed"
	[ $((longest > waiting ? longest : waiting)) -le "$(limit_ms)" ] ||
		fail "an operation took $longest ms, one has waited for $waiting ms: not '$within'"
	case $io in
	errors) ;;
	*) [ "$(app_get errors)" = 0 ] || fail "the application got errors" ;;
	esac
}

# --- before ---

# With metadata that fail, regions cool at once, so that metadata are written all the time.
set_up() {
	local recovery=60 hang=30
	[[ $failure != meta* ]] || recovery=0
	[[ $failure != *-hangs ]] || hang=$HANG
	at a dyad -q set r0 mode "$mode" backlog "$BACKLOG" recovery "$recovery" io-timeout "$hang"
	at b dyad -q set r0 io-timeout "$hang"
}

copying() { # ROLE
	[[ $(status_of a '.volume[0] | "\(.["sync-role"]) \(.["sync-done"])"') == "$1 "[1-9]* ]]
}

# Of metadata nothing is noticed before the resync ends.
begin_activity() {
	local rate=128K
	[ "$failure" != meta-hangs ] || rate=512K
	app_anew
	app_start a
	goes_on 40
	case $activity in
	idle) app_stop ;;
	resyncing)
		at b dyad -q disconnect r0
		at a dyad -q wait r0 disconnected timeout $((20 * SLOW))
		at a dd if=/dev/urandom of="$(device_of a)" bs=1M seek=32 count=4 oflag=direct \
			conv=notrunc status=none
		at a dyad -q set r0 resync-rate "$rate"
		at b dyad -q connect r0
		wait_for 20 copying source
		;;
	verifying)
		at a dyad -q set r0 resync-rate 1M
		at a dyad -q verify start r0
		wait_for 20 copying verify
		;;
	esac
	app_anew
}

# --- meanwhile ---

# Nothing is noticed of a bad disk before it is used.
begin_idle() {
	[ "$activity" != idle ] || app_start "$leader"
}

hold() {
	local end=$((broke_at + PING * 3 / 2))
	until [ "$(now_ms)" -gt $end ]; do
		sleep 0.1
	done
}

now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

endure() {
	case $failure in
	disk-* | meta*) begin_idle ;;
	esac
	case $io in
	waits) wait_for 30 hangs ;;
	# Of metadata that fail nothing is noticed before a resync ends.
	errors) wait_for 90 has_errors ;;
	esac
	# Nor of those that hang: all that the application writes is hot, and goes on.
	[ "$failure.$activity" != meta-hangs.resyncing ] || wait_for 90 shown_to_hang
	case $failure.$want_link in
	*-hangs.*) settle $((2 * HANG + 20)) ;;
	*.lost) settle 20 ;;
	*) hold ;;
	esac
	case $failure in
	disk-* | meta*) ;;
	*) begin_idle ;;
	esac
	[ "$io" != ok ] || goes_on 20
	assert_expected
	check_times
}

# --- afterwards ---

connect_both() {
	at a dyad -q connect r0
	at b dyad -q connect r0
}

wait_synced() {
	local n
	for n in a b; do
		at $n dyad -q wait r0 synced timeout $((60 * SLOW)) ||
			fail "$n: not in sync: $(at $n dyad status r0)"
	done
}

# The application has all that it was promised, at the node that leads.
check_promises() {
	at "$leader" witness check "$(device_of "$leader")" "$STATE" || fail "a write is lost"
}

# What it has was there once, and what is lost is no more than the peer may be behind.
check_past() {
	local lost
	lost=$(at "$leader" witness past "$(device_of "$leader")" "$STATE") || fail "no past that existed: $lost"
	say "$lost acknowledged writes are lost"
	[ $((lost * 4096)) -le $BACKLOG ] || fail "that is more than the backlog has room for"
}

whole() {
	connect_both
	at "$leader" dyad -q wait r0 synced timeout $((60 * SLOW)) ||
		fail "not in sync: $(at "$leader" dyad status r0)"
	goes_on 20
	app_stop
	[ "$io" = errors ] || [ "$(app_get errors)" = 0 ] || fail "the application got errors in the end"
	wait_synced
	check_promises
}

# each_cell CELL...: one after the other, a line for each; fails if one does. The caller has
# cell FAILURE SIDE WHILE...; show_log NAME and anew, after one that failed.
each_cell() {
	local failed=0 name since
	while [ $# -gt 0 ]; do
		name=$1.$2.$3.$4
		since=$(now_ms)
		# In the background: a condition would have the shell go on after errors.
		cell "${@:1:WORDS}" &
		if wait $!; then
			echo "# cell $name passed ($((($(now_ms) - since) / 1000)) s)"
		else
			echo "# cell $name FAILED ($((($(now_ms) - since) / 1000)) s)"
			failed=$((failed + 1))
			show_log "$name"
			[ $# -le $WORDS ] || anew
		fi
		shift $WORDS
	done
	[ $failed = 0 ]
}
