#!/usr/bin/env python3
"""Simulates `riskset extract --slurm` on many nodes of a cluster with a slow shared file system.

    python3 benches/slurm_simulation.py [--cases 100000] [--nodes 200] [--case-seconds 0.064] [--latency 0.001]

A deterministic model of discrete events. What is in it: the processor time of a case, which is lognormal and in proportion
to the size of its image up to a factor that nobody knows before; one server of names with a latency an operation and a
limit of operations a second; one server of bytes with a limit; nodes, one of which may be slow and one killed half way.
How many operations a case, a cache entry, a look at a file and a listing take was counted on the program itself (strace);
what they cost is the latency. Each row of the table adds one thing to the row above it:

    as it was          every task looks for all images of the study; cases are dealt out once; what a killed task leaves is
                       submitted again when all others have ended; the table is made by looking at every image again
    looks side by side 16 questions at a time to the file system, when known cases are looked for and when entries are read
    cases in shards    a shard says what its cases are, so that a task looks for its own images only
    keys in shards     a task says under which key it kept a case, so that nobody looks at the image again
    pieces by size     many pieces, dearest cases first and ever smaller, each taken by a rename
    done twice         idle tasks do what others hold and have not come to
    fewer looks        a case's files are looked at once before and once after

Times are by the clock in seconds: until tasks are submitted, until the last of them has looked at what it needs, until the
last case is settled, until the table is written.
"""

import argparse
import heapq
import random

# Operations on the file system, counted (strace) on the program: those that a network file system asks its server for.
KNOWN = 10  # a case that is not in the cache: five files opened (two operations each) for two stamps and notes of contents
CASE = 80  # a case: 34 files opened, three made under a temporary name and renamed, a word appended; 30 opened since then
FEWER = 72
AGAIN = 30  # a case whose features are known: 15 files opened
ENTRY = 2  # an entry by its key
PARSED = 0.0006  # seconds of processor for an entry of 1,688 features
ENTRY_BYTES, WORD_BYTES = 70_000, 90
LISTED = 100  # names an operation in a listing
PIECE = 4  # a quarter of what is left, divided by the nodes


class Server:
    """Something that all nodes share: names, or bytes."""

    def __init__(self, rate):
        self.rate, self.free, self.used = rate, 0.0, 0.0

    def serve(self, at, amount, least):
        """When `amount` asked for at `at` is there, which takes `least` even if nobody else asks."""
        self.free = max(self.free, at) + amount / self.rate
        self.used += amount
        return max(self.free, at + least)


class Cluster:
    def __init__(self, asked):
        self.asked = asked
        self.names, self.bytes = Server(asked.operations), Server(asked.bandwidth)

    def look(self, at, operations, side_by_side=1):
        return self.names.serve(at, operations, operations * self.asked.latency / side_by_side)

    def carry(self, at, size):
        return self.bytes.serve(at, size, size / self.asked.link)


def cases(asked):
    """Seconds and bytes of each case, large ones side by side as they lie in folders."""
    draw = random.Random(1)
    found = []
    for _ in range(asked.cases):
        size = draw.lognormvariate(-0.32, 0.8)
        found.append((asked.case_seconds * size * draw.lognormvariate(-0.08, 0.4), asked.image_bytes * size))
    # A hundredth is of another kind, thirty times as dear, and comes last in the table.
    rare = asked.cases // 100
    found[-rare:] = [(30 * seconds, 30 * size) for seconds, size in found[-rare:]]
    return found


def pieces(found, order, nodes):
    """src/jobs/slurm/pieces.rs."""
    order = sorted(order, key=lambda case: -found[case][1])
    left, at, made = sum(found[case][1] for case in order), 0, []
    while at < len(order):
        share = left / (PIECE * nodes)
        dealt, worth, turn = [[] for _ in range(nodes)], [0.0] * nodes, 0
        while at < len(order):
            k = next((k % nodes for k in range(turn, turn + nodes) if worth[k % nodes] < share), None)
            if k is None:
                break
            dealt[k].append(order[at])
            worth[k] += found[order[at]][1]
            left -= found[order[at]][1]
            at, turn = at + 1, (k + 1) % nodes
        made += [piece for piece in dealt if piece]
    return made


def array(cluster, found, open_cases, start, how, faults):
    """Works on the cases; when the last is settled, when the last task began, and the cases that nobody did."""
    asked, n = cluster.asked, cluster.asked.nodes
    if how["pieces"]:
        waiting = pieces(found, open_cases, n)
    else:
        waiting = [open_cases[k::n] for k in range(n)]
    speed = [1.0] * n
    killed_at = {}
    if faults:
        speed[1] = 0.1
        ideal = sum(found[case][0] for case in open_cases) / n
        killed_at[2] = start + asked.starting + ideal / 2
    own = [None] * n  # what each holds: cases not begun yet, from its end
    at_work, settled, begun_twice = {}, {}, set()
    begins, events = 0.0, []
    for task in range(n):
        # A task that reads the study looks for the image and the mask of every case.
        operations = 20 + (0 if how["cases in shards"] else 2 * asked.cases)
        ready = cluster.look(start + asked.starting, operations)
        begins = max(begins, ready)
        heapq.heappush(events, (ready, task))
    open_pieces = list(range(len(waiting)))
    fixed = {task: task for task in range(min(n, len(waiting)))}
    while events:
        now, task = heapq.heappop(events)
        if task in at_work:
            case = at_work.pop(task)
            if now > killed_at.get(task, now):
                own[task].append(case)
                continue
            settled[case] = min(now, settled.get(case, now))
        if now > killed_at.get(task, now):
            continue
        case = None
        while own[task] is None or not own[task]:
            number = fixed.pop(task, None)
            if number is None and how["pieces"]:
                # A listing, and as many renames as it takes; the first that is open is mostly free.
                now = cluster.look(now, len(waiting) / LISTED + 2)
                fixed_ones = set(fixed.values())
                number = next((k for k in open_pieces if k not in fixed_ones), None)
                if number is None and open_pieces:
                    number = open_pieces[0]
                    fixed = {t: k for t, k in fixed.items() if k != number}
            if number is None:
                break
            open_pieces.remove(number)
            own[task] = list(waiting[number])
        while own[task] and case is None:
            case = own[task].pop(0)
            if how["twice"] and case in settled and settled[case] <= now:
                # Somebody else did it: it is in the cache.
                now, case = cluster.look(now, AGAIN), None
        if case is None and not own[task] and how["twice"] and not open_pieces:
            # What others hold, from the end.
            for k in range(1, n):
                other = (task + k) % n
                held = (own[other] or [])[::-1] + ([at_work[other]] if other in at_work else [])
                case = next((c for c in held if c not in begun_twice and settled.get(c, now + 1) > now), None)
                if case is not None:
                    break
            if case is not None:
                begun_twice.add(case)
                now = cluster.look(now, 3)
        if case is None and open_pieces and how["pieces"]:
            heapq.heappush(events, (now, task))
        if case is None:
            continue
        seconds, size = found[case]
        done = cluster.look(now, FEWER if how["fewer"] else CASE)
        done = cluster.carry(done, size + ENTRY_BYTES) + seconds / speed[task]
        at_work[task] = case
        heapq.heappush(events, (done, task))
    lost = [case for case in open_cases if case not in settled]
    return max(settled.values(), default=start), begins, lost


def run(asked, how, faults):
    cluster = Cluster(asked)
    found = cases(asked)
    looking = 16 if how["looks"] else 1
    submitted = cluster.look(0.0, (KNOWN + 2) * asked.cases, looking)
    end, begins, lost = array(cluster, found, list(range(asked.cases)), submitted, how, faults)
    if lost:
        again = cluster.look(end, (KNOWN + AGAIN) * asked.cases, looking)
        end, _, lost = array(cluster, found, lost, again, how, False)
        assert not lost
    # The array is cancelled: what a slow node still asks for delays nobody.
    used, cluster = cluster.names.used, Cluster(asked)
    if how["keys"]:
        table = cluster.carry(cluster.look(end, ENTRY * asked.cases, looking), ENTRY_BYTES * asked.cases)
    else:
        table = cluster.carry(cluster.look(end, AGAIN * asked.cases, looking), ENTRY_BYTES * asked.cases)
    table += PARSED * asked.cases / asked.threads
    work = sum(seconds for seconds, _ in found) / asked.nodes
    return submitted, begins, end, table, work, used + cluster.names.used


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--case-seconds", type=float, default=0.064, help="processor time of a case")
    parser.add_argument("--image-bytes", type=float, default=5e5)
    parser.add_argument("--latency", type=float, default=0.001, help="seconds an operation on names takes")
    parser.add_argument("--operations", type=float, default=5_000, help="operations a second that the server can do")
    parser.add_argument("--bandwidth", type=float, default=2e9, help="bytes a second for all")
    parser.add_argument("--link", type=float, default=3e8, help="bytes a second for a node")
    parser.add_argument("--starting", type=float, default=10.0, help="seconds until a submitted task runs")
    parser.add_argument("--threads", type=int, default=8, help="threads where the table is made")
    asked = parser.parse_args()
    steps = ["looks", "cases in shards", "keys", "pieces", "twice", "fewer"]
    said = ["as it was", "looks side by side", "cases in shards", "keys in shards", "pieces by size", "done twice", "fewer looks"]
    print(f"{asked.cases:,} cases of {asked.case_seconds} s on {asked.nodes} nodes; {asked.latency * 1000:g} ms an operation, "
          f"{asked.operations:,.0f} a second\n")
    print("| | submitted | begun | settled | table | with a slow and a killed node: settled | table | operations |")
    print("|---|---|---|---|---|---|---|---|")
    for k in range(len(steps) + 1):
        how = {step: step in steps[:k] for step in steps}
        submitted, begins, end, table, work, used = run(asked, how, False)
        _, _, ill_end, ill_table, _, _ = run(asked, how, True)
        print(f"| {said[k]} | {submitted:,.0f} | {begins:,.0f} | {end:,.0f} | {table:,.0f} | {ill_end:,.0f} | {ill_table:,.0f} "
              f"| {used / 1e6:.1f} million |", flush=True)
    print(f"\nThe work alone, shared evenly: {work:,.0f} s.")


if __name__ == "__main__":
    main()
