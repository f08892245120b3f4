#!/usr/bin/env python3
"""Times the keys of the real program in a terminal of its own, and what opening a large table costs.

    python3 benches/latency.py [--bin target/release/riskset] [--rows 1000000] [--columns 20] [--keys 100] [--data FILE]
                               [--filter "time>50"]

A table of benches/tables.py is opened in a pseudo-terminal of 120 x 40. A key's time is that from its byte to the first
byte that the program answers with; keys that change nothing are not sent. Keys are sent while nothing else goes on, while
the table is sorted, searched and filtered (each time right after the key that starts it), and while it is opened (`?` and
`escape`, which need no table). p50, p99 and the largest are given in milliseconds, with the CPU time and the largest
resident set when the table is on screen and at the end.
"""

import argparse
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tables  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")


class Terminal:
    """The program in a pseudo-terminal."""

    def __init__(self, command, environment):
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, environment)
        ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.text = b""

    def read(self, seconds):
        """What comes within so long; whether anything did."""
        ready, _, _ = select.select([self.screen], [], [], seconds)
        if not ready:
            return False
        data = os.read(self.screen, 1 << 16)
        self.text = (self.text + data)[-200_000:]
        # Terminals are asked who they are; this one is a plain xterm.
        if b"\x1b[c" in data:
            os.write(self.screen, b"\x1b[?62c")
        return True

    def quiet(self, seconds=0.3, most=300):
        """Reads until nothing has come for so long."""
        end = time.monotonic() + most
        while self.read(seconds) and time.monotonic() < end:
            pass

    def until(self, words, most):
        start = time.monotonic()
        while not any(word in self.text for word in words):
            if time.monotonic() - start > most:
                sys.exit(f"{words} did not come within {most} s: {self.text[-500:]!r}")
            self.read(0.05)
        return time.monotonic() - start

    def key(self, key, most=30):
        """Milliseconds from the key to the first byte of the answer; None if there is none."""
        while self.read(0):
            pass
        start = time.monotonic()
        os.write(self.screen, key)
        return (time.monotonic() - start) * 1000 if self.read(most) else None

    def used(self):
        """CPU seconds and megabytes so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        status = Path(f"/proc/{self.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        return (int(fields[11]) + int(fields[12])) / TICK, peak / 1024


def line(what, times):
    times = sorted(t for t in times if t is not None)
    if times:
        at = lambda p: times[min(len(times) - 1, int(p * len(times)))]
        print(f"| {what} | {len(times)} | {at(0.5):.1f} | {at(0.99):.1f} | {times[-1]:.1f} |", flush=True)


def moves(terminal, n):
    return [terminal.key(b"j" if k % 2 == 0 else b"k", 5) for k in range(n)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="target/release/riskset")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--filter", default="time>50")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = asked.data or Path(folder) / "table.csv"
        if asked.data is None:
            tables.NUMBERS = asked.columns - 6
            tables.table(asked.rows, data)
        home = {"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder, "XDG_STATE_HOME": folder}
        terminal = Terminal([asked.bin, str(data)], {**os.environ, **home, "TERM": "xterm-256color"})
        try:
            first = terminal.until([b"reading"], 30)
            opening = []
            for k in range(20):
                opening.append(terminal.key(b"?" if k % 2 == 0 else b"\x1b", 5))
                # Escape and a key right behind it would be one key with Alt.
                terminal.quiet(0.05)
            shown = terminal.until([b"Screened", b"screened"], 600)
            terminal.quiet()
            cpu, peak = terminal.used()
            print(f"first page after {first:.2f} s; patients on screen {shown:.1f} s later, {cpu:.1f} CPU s, {peak:.0f} MB\n")
            print("| keys | n | p50 ms | p99 ms | most ms |\n|---|---|---|---|---|")
            line("while opening", opening)
            terminal.key(b"1")
            terminal.key(b"\t")
            terminal.quiet(1.0)
            line("nothing else going on", moves(terminal, asked.keys))
            for _ in range(6):
                terminal.key(b"l")
            sorting = []
            for _ in range(5):
                sorting += [terminal.key(b"s", 5), *moves(terminal, asked.keys // 5)]
            line("while sorting", sorting)
            terminal.quiet(1.0)
            searching = [terminal.key(key, 5) for key in (b"/", b"1", b"2", b"\x7f", b"3", b"4")]
            searching += [terminal.key(b"\r", 5), *moves(terminal, asked.keys // 5)]
            line("while searching", searching)
            terminal.quiet(1.0)
            filtering = [terminal.key(key, 5) for key in [b"f", *(bytes([c]) for c in asked.filter.encode())]]
            filtering += [terminal.key(b"\r", 5), *moves(terminal, asked.keys // 5)]
            line("while filtering", filtering)
            terminal.quiet(1.0)
            cpu, peak = terminal.used()
            print(f"\nin the end {cpu:.1f} CPU s, {peak:.0f} MB")
        finally:
            os.kill(terminal.pid, signal.SIGTERM)
            os.waitpid(terminal.pid, 0)


if __name__ == "__main__":
    main()
