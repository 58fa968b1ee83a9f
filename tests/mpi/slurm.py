"""Slurm on one machine, with a key, ports and files of its own, for tests."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# Debian has the daemons in folders that users' PATH may lack.
PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
DAEMONS = ("munged", "slurmctld", "slurmd")
PROGRAMS = (*DAEMONS, "sbatch", "scancel", "sinfo", "squeue")

CONFIGURATION = """\
ClusterName=gossamer
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,sched_min_interval=0
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES State=UP
"""


class NoSlurm(Exception):
    """Slurm cannot be started on this machine; the sentence has the reason."""


def _free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Slurm:
    """A controller and one node, as a context. `environment` lets sbatch and its jobs find them."""

    def __init__(self, cpus=2):
        self._cpus, self._daemons = cpus, []
        self._temporary = None

    def __enter__(self):
        for program in PROGRAMS:
            if not shutil.which(program, path=PATH):
                raise NoSlurm(f"there is no program {program}")
        self._temporary = tempfile.TemporaryDirectory(prefix="slurm", ignore_cleanup_errors=True)
        self.folder = Path(self._temporary.name)
        self.folder.chmod(0o755)  # munged has a socket in it that all users may open
        self.environment = os.environ | {"PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf")}
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._end_jobs()
        for daemon in reversed(self._daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in self._daemons:
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self._temporary.cleanup()

    def run(self, *words, **options):
        """A command of Slurm, such as sbatch, with its output as text."""
        return subprocess.run([str(word) for word in words], env=self.environment, capture_output=True, text=True,
                              check=False, **options)

    def _end_jobs(self, seconds=20):
        """Otherwise processes of jobs that a test has left would outlive the daemons."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and (jobs := self.run("squeue", "--noheader", "--format=%A").stdout.split()):
            self.run("scancel", "--full", *set(jobs))
            time.sleep(0.2)

    def _start(self):
        (self.folder / "state").mkdir()
        (self.folder / "spool").mkdir()
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(128))
        user, host = self.run("id", "-un").stdout.strip(), socket.gethostname().split(".")[0]
        (self.folder / "slurm.conf").write_text(
            CONFIGURATION.format(folder=self.folder, user=user, host=host, ports=_free_ports(2), cpus=self._cpus),
            encoding="utf-8")
        names = {"socket": "munge.socket", "key-file": "munge.key", "pid-file": "munged.pid", "log-file": "munged.log",
                 "seed-file": "munge.seed"}
        self._daemon("munged", "--foreground", "--force", *(f"--{key}={self.folder / name}" for key, name in names.items()))
        self._wait(lambda: (self.folder / "munge.socket").exists(), "munged opens no socket")
        self._daemon("slurmctld", "-D", "-i")
        self._daemon("slurmd", "-D")
        self._wait(lambda: self.run("sinfo", "--noheader", "--format=%t").stdout.strip() == "idle",
                   "the node does not become idle")

    def _daemon(self, name, *options):
        with open(self.folder / f"{name}.out", "wb") as output:
            self._daemons.append(subprocess.Popen([shutil.which(name, path=PATH), *options], env=self.environment,
                                                  stdin=subprocess.DEVNULL, stdout=output, stderr=output))

    def _wait(self, ready, failure, seconds=30):
        end = time.monotonic() + seconds
        while not ready():
            ended = [daemon.args[0] for daemon in self._daemons if daemon.poll() is not None]
            if ended or time.monotonic() > end:
                last = [line for file in sorted(self.folder.glob("*.out"))
                        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()[-2:]]
                raise NoSlurm("; ".join([f"{ended[0]} has ended" if ended else failure, *last]))
            time.sleep(0.1)
