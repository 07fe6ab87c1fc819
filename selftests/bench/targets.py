#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""targets: what dyad aims at, beside what was measured.

  targets.py BENCH.JSON

A row is a number of its own, so that it can be cited; what it is; how it is
found in bench.json; its form; the goal, with the side on which it is met; and
the part of run that measures it. A row that was not measured is left out, and
a miss is no failure.
"""
import json
import sys

RUN = 'selftests/bench/run'
SYNC = {'dyad': 'dyad', 'drbd': 'drbd', 'md': 'md'}
ASYNC = {'dyad': 'async', 'drbd': 'drbdA'}


def op(name, key):
    """A figure of an operation."""
    return lambda data, stack: data['operations'][name][stack][key]


def fig(name, key='median'):
    """One that was measured in another way."""
    return lambda data, stack: data['figures'][name][stack][key]


def over(one, other):
    return lambda data, stack: one(data, stack) / other(data, stack)


def times(one, factor):
    return lambda data, stack: one(data, stack) * factor


ROWS = (
    ('P1', '4k write QD1 sync, instructions to bare', op('write1', 'ratio'),
     SYNC, '{:.2f}', '<=', 3.0, '-t raw,dyad,drbd,md -o write1 cost'),
    ('P2', '4k write QD32 sync, instructions to bare', op('write32', 'ratio'),
     SYNC, '{:.2f}', '<=', 3.75, '-t raw,dyad,drbd,md -o write32 cost'),
    ('P2', '- 16 submitted at a time', op('batch32', 'ratio'),
     SYNC, '{:.2f}', '<=', 3.75, '-t raw,dyad,drbd,md -o batch32 cost'),
    ('P3', '128k write QD8 sync, MiB/s at 1 instruction/ns', op('bulk', 'mib_s'),
     SYNC, '{:.0f}', '>=', 400, '-t raw,dyad,drbd,md -o bulk cost'),
    ('P4', '4k write QD1 async, instructions to bare', op('write1', 'ratio'),
     ASYNC, '{:.2f}', '<=', 3.0, '-t raw,async,drbdA -o write1 cost'),
    ('P4', '- what the caller waits, to bare', op('write1', 'latency_ratio'),
     ASYNC, '{:.2f}', '<=', 2.0, '-t raw,async,drbdA -o write1 cost'),
    ('P5', '4k read QD1, latency to bare', op('read1', 'latency_ratio'),
     SYNC, '{:.2f}', '<=', 1.2, '-t raw,dyad,drbd,md -o read1 cost'),
    ('P6', 'context switches of a 4k write QD1', op('write1', 'switches'),
     SYNC, '{:.1f}', '<=', 3.0, '-t raw,dyad,drbd,md -o write1 cost'),
    ('P6', '- TCP segments', op('write1', 'segments'),
     SYNC, '{:.2f}', '<=', 2.1, '-t raw,dyad,drbd,md -o write1 cost'),
    ('P6', '- TCP segments at QD32', op('write32', 'segments'),
     SYNC, '{:.2f}', '<=', 0.5, '-t raw,dyad,drbd,md -o write32 cost'),
    ('P6', '- TCP segments at QD32, 16 submitted at a time', op('batch32', 'segments'),
     SYNC, '{:.2f}', '<=', 0.5, '-t raw,dyad,drbd,md -o batch32 cost'),
    ('P7', '4k write + fdatasync QD1, instructions to bare', op('commit', 'ratio'),
     SYNC, '{:.2f}', '<=', 3.4, 'commit'),
    ('P8', '4k write QD1 over 16 GiB to hot spot, latency',
     over(fig('wide_us'), fig('hot_us')), SYNC, '{:.3f}', '<=', 1.01, 'wide'),
    ('P8', '- metadata writes for each', fig('wide_meta'),
     SYNC, '{:.4f}', '<=', 0.001, 'wide'),
    ('P9', 'resync of a whole disk, MiB/s', fig('resync_mib_s'),
     SYNC, '{:.0f}', '>=', 360, 'resync'),
    ('P9', '- M instructions per MiB', fig('resync_minstr_mib'),
     SYNC, '{:.2f}', '<=', 2.0, 'resync'),
    ('P10', 'catching up with 300 blocks, moved to dirtied', fig('catchup_ratio'),
     SYNC, '{:.2f}', '<=', 1.02, 'resync'),
    ('P10', '- seconds', fig('catchup_s'), SYNC, '{:.3f}', '<=', 0.05, 'resync'),
    ('P11', 'link goes dark: longest wait of a write, s', fig('dark_stall_s', 'most'),
     SYNC, '{:.2f}', '<=', 2.0, 'dark'),
    ('P11', '- link is back: connected after s', fig('back_s', 'most'),
     SYNC, '{:.2f}', '<=', 0.5, 'dark'),
    ('P12', '10 ms away: async 128k sustained to that on a bare link',
     over(fig('sustained_mib_s@0,10000'), fig('sustained_mib_s')), ASYNC,
     '{:.2f}', '>=', 0.9, 'wan'),
    ('P12', '- sync 4k write QD32, p99 in round trips',
     times(op('write32@0,10000', 'p99_us'), 1 / 20000), SYNC, '{:.2f}', '<=', 1.1,
     'wan'),
    ('P13', 'memory for 1 TiB in sync, MiB', fig('memory_mib'),
     SYNC, '{:.1f}', '<=', 4, 'memory'),
    ('P14', '4k write QD1 sync, disk and link of 50 us, us',
     op('write1@50,50', 'latency_us'), SYNC, '{:.0f}', '<=', 212, 'near'),
    ('P15', '4 jobs QD32 on two processors to 1 on one, rate',
     over(fig('iops_2'), fig('iops_1')), SYNC, '{:.2f}', '>=', 1.6, 'cpus'),
    ('P16', 'failover: kill to first write on the other machine, s',
     fig('failover_s'), SYNC, '{:.1f}', '<=', 5, 'demo'),
)


def found(how, data, stack):
    try:
        return how(data, stack)
    except (KeyError, TypeError, ZeroDivisionError):
        return None


def met(value, side, goal):
    """As printed, a goal that is reached to the last digit is met."""
    return value <= goal if side == '<=' else value >= goal


def rows(data):
    """The rows that were measured, as bench.json holds them."""
    out = []
    for number, what, how, stacks, form, side, goal, command in ROWS:
        values = {column: found(how, data, stack)
                  for column, stack in stacks.items()}
        if values['dyad'] is not None:
            out.append({'number': number, 'what': what, 'form': form,
                        'side': side, 'goal': goal, 'values': values,
                        'met': met(values['dyad'], side, goal),
                        'command': f'{RUN} {command}'})
    return out


def table(head, lines):
    wide = [max(len(r[i]) for r in [head] + lines) for i in range(len(head))]
    for row in [head] + lines:
        print('  ' + row[0].ljust(wide[0]) + ''.join(
            '  ' + c.rjust(w) for c, w in zip(row[1:], wide[1:])))


def show(measured):
    if not measured:
        return
    lines = []
    for row in measured:
        cells = [row['form'].format(v) if v is not None else '-' for v in
                 (row['values'].get(c) for c in ('dyad', 'drbd', 'md'))]
        lines.append([f"{row['number']:4}{row['what']}"] + cells + [
            f"{row['side']} {row['goal']:g}", 'met' if row['met'] else 'MISSED'])
    print('\nWhat dyad aims at, at defaults')
    table(['figure', 'dyad', 'DRBD 8.4', 'md', 'goal', ''], lines)
    good = sum(row['met'] for row in measured)
    print(f'bench: {good} of {len(measured)} goals met; each again by:')
    commands = {}
    for row in measured:
        numbers = commands.setdefault(row['command'], [])
        if row['number'] not in numbers:
            numbers.append(row['number'])
    for command, numbers in commands.items():
        print(f"  {command}    # {' '.join(numbers)}")


def main():
    with open(sys.argv[1]) as f:
        show(rows(json.load(f)))


if __name__ == '__main__':
    main()
