#!/usr/bin/env python3
"""Extracts a study on a Slurm of two nodes on this machine: one a tenth as fast, the other killed half way.

    sudo python3 benches/slurm_nodes.py [--bin target/release/riskset] [--patients 50] [--shards 4]

Needs slurmctld, slurmd and munged (Debian: slurm-wlm, munge). The cluster is a private one with its own ports, state and
configuration in a folder that goes away with it; no cluster that is there is touched. The slow node is stopped for nine
tenths of each tenth of a second; the other one loses its daemon and all that it runs after a third of the cases, by
kill -9. The table must have the bytes of one that is made without a cluster. Exit 1 if it has not.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CONFIGURATION = """
ClusterName=riskset
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
SlurmctldPort=16817
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName=n[1-2] NodeHostname={host} NodeAddr=127.0.0.1 Port=[16818-16819] CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def munge():
    """Whether munged answers; starts one where it does not."""
    asked = lambda: subprocess.run(["munge", "-n"], capture_output=True).returncode == 0
    if asked():
        return
    Path("/run/munge").mkdir(exist_ok=True)
    shutil.chown("/run/munge", "munge", "munge")
    subprocess.run(["runuser", "-u", "munge", "--", "munged"], check=True)
    for _ in range(50):
        if asked():
            return
        time.sleep(0.1)
    sys.exit("munged does not answer")


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        configuration = folder / "slurm.conf"
        configuration.write_text(CONFIGURATION.format(host=socket.gethostname().split(".")[0], folder=folder))
        for name in ("state", "spool-n1", "spool-n2"):
            (folder / name).mkdir()
        os.environ["SLURM_CONF"] = str(configuration)
        subprocess.run(["slurmctld", "-c"], check=True)
        for node in ("n1", "n2"):
            subprocess.run(["slurmd", "-N", node], check=True)
        self.ended = threading.Event()
        for _ in range(100):
            idle = subprocess.run(["sinfo", "-h", "-N", "-t", "idle", "-o", "%N"], capture_output=True, text=True)
            if len(idle.stdout.split()) == 2:
                return
            time.sleep(0.2)
        sys.exit(f"the two nodes are not idle:\n{idle.stdout}{idle.stderr}")

    def of(self, node):
        """What the node runs for its jobs."""
        mark, found = f"SLURMD_NODENAME={node}".encode(), []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
            except OSError:
                pass
        return found

    def send(self, node, what):
        for process in self.of(node):
            try:
                os.kill(process, what)
            except ProcessLookupError:
                pass

    def slow(self, node):
        """A tenth of the time for what the node runs."""

        def stopping():
            while not self.ended.is_set():
                self.send(node, signal.SIGSTOP)
                time.sleep(0.09)
                self.send(node, signal.SIGCONT)
                time.sleep(0.01)

        threading.Thread(target=stopping, daemon=True).start()

    def daemon(self, name):
        try:
            return int((self.folder / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return None

    def end(self, name):
        process = self.daemon(name)
        if process is not None:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def kill(self, node):
        self.end(f"slurmd-{node}")
        self.send(node, signal.SIGKILL)

    def stop(self):
        self.ended.set()
        time.sleep(0.2)
        for node in ("n1", "n2"):
            self.send(node, signal.SIGCONT)
            self.kill(node)
        self.end("slurmctld")


def entries(cache):
    """Cases whose features are in the cache."""
    return sum(1 for _ in (cache / "cases").glob("*/*.json"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, default=Path("target/release/riskset"))
    parser.add_argument("--patients", type=int, default=50)
    parser.add_argument("--shards", type=int, default=4)
    asked = parser.parse_args()
    for program in ("slurmctld", "slurmd", "munged"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not here (Debian: slurm-wlm, munge)")
    riskset = asked.bin.resolve()
    munge()
    with tempfile.TemporaryDirectory(prefix="nodes") as folder:
        folder = Path(folder)
        study, alone, there = folder / "study", folder / "alone.csv", folder / "cluster.csv"
        subprocess.run([riskset, "simulate", study, "--patients", str(asked.patients)], check=True, stdout=subprocess.DEVNULL)
        extract = [riskset, "extract", study]
        quiet = dict(check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        start = time.monotonic()
        subprocess.run([*extract, "-o", alone, "--cache-dir", folder / "cache-alone"], **quiet)
        print(f"alone: {time.monotonic() - start:.1f} s, {alone.stat().st_size:,} bytes", flush=True)
        cluster = Cluster(folder)
        try:
            start, log = time.monotonic(), folder / "submitted.log"
            with open(log, "w") as said:
                slurm = ["--slurm", "--shards", str(asked.shards), "--cache-dir", folder / "cache"]
                running = subprocess.Popen([*extract, "-o", there, *slurm], stdout=said, stderr=said)
            cluster.slow("n1")
            killed = None
            while running.poll() is None:
                n = entries(folder / "cache")
                if killed is None and n >= entries(folder / "cache-alone") // 3:
                    cluster.kill("n2")
                    killed = n
                    print(f"n2 killed after {n} cases, {time.monotonic() - start:.1f} s", flush=True)
                time.sleep(0.1)
            print(log.read_text().strip())
            same = there.exists() and there.read_bytes() == alone.read_bytes()
            print(f"on two nodes: exit {running.returncode}, {time.monotonic() - start:.1f} s, the table {'has the same bytes' if same else 'differs'}")
        finally:
            cluster.stop()
    return 0 if same and running.returncode == 0 and killed is not None else 1


if __name__ == "__main__":
    sys.exit(main())
