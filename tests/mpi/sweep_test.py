"""A sweep whose runs are made by other engines leaves the files of one that a single process makes: ranks, shards under GNU
parallel, an array of Slurm jobs, Snakemake.

Usage: sweep_test.py GOSSAMER MPIRUN

Without an engine's program its test is skipped, and says so. Slurm runs on this machine alone, as slurm.py starts it.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from slurm import NoSlurm, Slurm

PROGRAM, MPIRUN = Path(), ""
ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ("--over", "topology=ring,torus:rows=8,columns=8", "--over", "local_steps=1,4,16", "--seeds", "2",
           "--set", "/stop/virtual_time=1 s", "--target", "train_loss=1.5")
RUNS = 12


def command(folder, *more):
    """As a user types it: with paths as seen from the working folder."""
    return [str(PROGRAM), "sweep", "quickstart.json", "-o", str(folder), *OPTIONS, *more]


def hashes(folder):
    """The hash in the last line of each trace, by the run."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8").splitlines()[-1])["hash"]
            for file in (folder / "runs").glob("*.jsonl")}


class SweepTestCase(unittest.TestCase):
    """Has a sweep that one process made, one run after another."""

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.root = Path(temporary.name)
        shutil.copy(ROOT / "experiments" / "examples" / "quickstart.json", cls.root)
        cls.call(command("whole", "--jobs", "1"))
        cls.whole = hashes(cls.root / "whole")

    @classmethod
    def call(cls, words, check=True, **options):
        done = subprocess.run(words, cwd=cls.root, check=False, capture_output=True, text=True, **options)
        if check and done.returncode != 0:
            raise AssertionError(f"{shlex.join(map(str, words))} ends with {done.returncode}:\n{done.stderr}")
        return done

    def needs(self, *programs):
        for program in programs:
            if not shutil.which(program):
                self.skipTest(f"there is no program {program}")

    def check_folder(self, folder):
        self.assertEqual(len(self.whole), RUNS)
        self.assertEqual(hashes(folder), self.whole)
        for file in ("sweep.json", "results.csv", "summary.csv"):
            self.assertEqual((folder / file).read_bytes(), (self.root / "whole" / file).read_bytes(), file)
        self.assertEqual(sorted(file.suffix for file in (folder / "runs").iterdir()), [".jsonl"] * RUNS)


class EnginesTest(SweepTestCase):
    def test_ranks(self):
        done = self.call([MPIRUN, "-np", "3", *command("ranks")])
        ends = [line.split()[0] for line in done.stderr.splitlines() if re.match(r"\d+/12  topology=", line)]
        self.assertEqual(ends, [f"{k}/{RUNS}" for k in range(1, len(ends) + 1)])
        self.assertGreater(len(ends), 0)  # those of rank 0, and those that it has seen others end
        self.check_folder(self.root / "ranks")

    def test_ranks_report_an_error_once(self):
        done = self.call([MPIRUN, "-np", "2", *command("wrong", "--over", "local_steps=1,0")], check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count("local_steps=0: /algorithm/local_steps: 0 is out of range"), 1, done.stderr)

    def test_parallel(self):
        self.needs("parallel")
        line = shlex.join(command("parallel", "--jobs", "1"))
        self.call(["sh", "-c", f"seq 3 | parallel --quote {line} --shard {{}}/3"])
        self.check_folder(self.root / "parallel")

    def test_snakemake(self):
        self.needs("snakemake")
        folder = self.root / "Ann's \"snakes\""
        folder.mkdir()
        (folder / "Snakefile").write_text(self.call(command(f"{folder.name}/results", "--print", "snakemake")).stdout,
                                          encoding="utf-8")
        make = ["snakemake", "--snakefile", folder / "Snakefile", "--cores", "2"]
        self.call(make)
        self.check_folder(folder / "results")
        self.assertIn("Nothing to be done", self.call(make).stderr)
        # Without one trace and the table it makes that run and the table again.
        sorted((folder / "results" / "runs").iterdir())[5].unlink()
        (folder / "results" / "summary.csv").unlink()
        self.assertEqual(self.call(make).stderr.count("rule run:"), 1)
        self.check_folder(folder / "results")

    def test_a_folder_that_snakemake_cannot_name(self):
        done = self.call(command("a{b}", "--print", "snakemake"), check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("a{b}: Snakemake takes the braces in this name for wildcards", done.stderr)


class SlurmTest(SweepTestCase):
    """On a controller and a node of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            cls.slurm = cls.enterClassContext(Slurm(cpus=2))
        except NoSlurm as reason:
            raise unittest.SkipTest(f"Slurm cannot be started here: {reason}") from None

    def script(self, folder, parts=4):
        script = self.root / f"{folder}.sh"
        script.write_text(self.call(command(folder, "--print", "slurm", "--jobs", str(parts))).stdout, encoding="utf-8")
        return script

    def submit(self, *words, expected=0):
        done = self.slurm.run("sbatch", "--wait", "--output=%x-%a.out", *words, cwd=self.root, timeout=200)
        outputs = "".join(file.read_text(encoding="utf-8") for file in self.root.glob("*.out"))
        self.assertEqual(done.returncode, expected, done.stderr + outputs)
        return done

    def test_an_array_of_jobs(self):
        self.submit(self.script("array"))
        self.check_folder(self.root / "array")

    def test_jobs_of_an_array_that_are_submitted_again_make_their_own_parts(self):
        script = self.script("again")
        self.submit("--array=2", script)
        self.assertEqual(len(hashes(self.root / "again")), RUNS // 4)
        self.assertFalse((self.root / "again" / "results.csv").exists())
        self.submit("--array=1,3-4", script)
        self.check_folder(self.root / "again")

    def test_an_array_that_was_cancelled_goes_on_when_it_is_submitted_again(self):
        script, folder = self.script("cancelled"), self.root / "cancelled"
        job = self.slurm.run("sbatch", "--parsable", "--output=/dev/null", script, cwd=self.root).stdout.strip()
        end = time.monotonic() + 60
        while not list(folder.glob("runs/*.part")):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        self.slurm.run("scancel", "--full", job)
        while self.slurm.run("squeue", "--noheader").stdout:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        self.assertLess(len(hashes(folder)), RUNS)
        self.submit(script)
        self.check_folder(folder)


if __name__ == "__main__":
    PROGRAM, MPIRUN = Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1)
    unittest.main()
