"""A sweep whose runs are made by other engines leaves the traces of one that a single process makes: ranks, shards under GNU
parallel, an array of Slurm jobs, Snakemake.

Usage: sweep_test.py GOSSAMER MPIRUN

Without an engine's program its test is skipped, and says so.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM, MPIRUN = Path(), ""
ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ("--over", "topology=ring,torus:rows=8,columns=8", "--over", "local_steps=1,4,16", "--seeds", "2",
           "--set", "/stop/virtual_time=1 s")


def command(folder, *more):
    experiment = ROOT / "experiments" / "examples" / "quickstart.json"
    return [str(word) for word in (PROGRAM, "sweep", experiment, "-o", folder, *OPTIONS, *more)]


def hashes(folder):
    """The hash in the last line of each trace, by the run."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8").splitlines()[-1])["hash"]
            for file in (folder / "runs").glob("*.jsonl")}


class EnginesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.root = Path(cls.temporary.name)
        subprocess.run(command(cls.root / "whole"), check=True, capture_output=True)
        cls.whole = hashes(cls.root / "whole")

    def needs(self, *programs):
        for program in programs:
            if not shutil.which(program):
                self.skipTest(f"there is no program {program}")

    def check_folder(self, folder):
        self.assertEqual(len(self.whole), 12)
        self.assertEqual(hashes(folder), self.whole)
        for file in ("sweep.json", "results.csv", "summary.csv"):
            self.assertEqual((folder / file).read_bytes(), (self.root / "whole" / file).read_bytes(), file)

    def test_ranks(self):
        folder = self.root / "ranks"
        done = subprocess.run([MPIRUN, "-np", "3", *command(folder)], check=False, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_folder(folder)

    def test_ranks_report_an_error_once(self):
        done = subprocess.run([MPIRUN, "-np", "2", *command(self.root / "wrong", "--over", "local_steps=1,0")],
                              check=False, capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count("local_steps=0: /algorithm/local_steps: 0 is out of range"), 1, done.stderr)

    def test_parallel(self):
        self.needs("parallel")
        folder = self.root / "parallel"
        jobs = command(folder, "--jobs", "1", "--shard", "{}/3")
        subprocess.run(["parallel", "--quote", *jobs, ":::", "1", "2", "3"], check=True, capture_output=True)
        self.check_folder(folder)

    def test_snakemake(self):
        self.needs("snakemake")
        folder = self.root / "snakemake"
        (self.root / "Snakefile").write_bytes(subprocess.run(command(folder, "--print", "snakemake"), check=True,
                                                             capture_output=True).stdout)
        subprocess.run(["snakemake", "--cores", "2"], cwd=self.root, check=True, capture_output=True)
        subprocess.run(command(folder), check=True, capture_output=True)  # makes no run
        self.check_folder(folder)

    def test_slurm(self):
        self.needs("sbatch", "squeue")
        folder, script = self.root / "slurm", self.root / "job.sh"
        script.write_bytes(subprocess.run(command(folder, "--print", "slurm", "--jobs", "4"), check=True,
                                          capture_output=True).stdout)
        submitted = subprocess.run(["sbatch", "--wait", script], cwd=self.root, check=False, capture_output=True, text=True,
                                   timeout=200)
        if "Unable to contact slurm controller" in submitted.stderr:
            self.skipTest("there is no Slurm controller")
        self.assertEqual(submitted.returncode, 0, submitted.stderr)
        self.check_folder(folder)

    def test_a_job_of_slurm_makes_its_part(self):
        folder, script = self.root / "array", self.root / "array.sh"
        script.write_bytes(subprocess.run(command(folder, "--print", "slurm", "--jobs", "4"), check=True,
                                          capture_output=True).stdout)
        self.assertIn("#SBATCH --array=1-4\n", script.read_text(encoding="utf-8"))
        for job in range(1, 5):
            array = {"SLURM_ARRAY_TASK_ID": str(job), "SLURM_ARRAY_TASK_COUNT": "4"}
            subprocess.run(["sh", script], cwd=self.root, env=os.environ | array, check=True, capture_output=True)
        self.check_folder(folder)


if __name__ == "__main__":
    PROGRAM, MPIRUN = Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1)
    unittest.main()
