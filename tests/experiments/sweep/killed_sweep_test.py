"""A sweep that is killed or interrupted goes on by the same command and leaves the traces of one that was not.

Usage: killed_sweep_test.py GOSSAMER
"""

import json
import os
import pty
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = Path()
ROOT = Path(__file__).resolve().parents[3]
OPTIONS = ("--over", "topology=ring,torus:rows=8,columns=8", "--over", "local_steps=1,4,16", "--seeds", "2",
           "--set", "/stop/virtual_time=1 s", "--jobs", "2", "--no-table")


def command(folder, *more):
    return [PROGRAM, "sweep", ROOT / "experiments" / "examples" / "quickstart.json", "-o", folder, *OPTIONS, *more]


def hashes(folder):
    """The hash in the last line of each trace, by the run."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8").splitlines()[-1])["hash"]
            for file in (folder / "runs").glob("*.jsonl")}


class KilledSweepTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        subprocess.run(command(self.folder / "whole"), check=True, capture_output=True)
        self.whole = hashes(self.folder / "whole")
        self.assertEqual(len(self.whole), 12)

    def test_a_sweep_that_was_killed_ten_times_leaves_the_same_traces(self):
        killed, draws, folder = 0, random.Random(1), self.folder / "killed"
        for _ in range(10):
            with subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                time.sleep(draws.uniform(0.05, 0.4))
                killed += process.poll() is None
                process.kill()
        self.assertGreater(killed, 0)
        subprocess.run(command(folder), check=True, capture_output=True)
        self.assertEqual(hashes(folder), self.whole)
        self.assertEqual((folder / "sweep.json").read_bytes(), (self.folder / "whole" / "sweep.json").read_bytes())
        self.assertEqual(sorted(path.suffix for path in folder.iterdir()), ["", ".csv", ".json"])

    def test_an_interrupt_ends_it_in_order_and_leaves_no_part(self):
        folder = self.folder / "interrupted"
        with subprocess.Popen(command(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            while not list((folder / "runs").glob("*.part")):
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            _, messages = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, messages)
        self.assertIn("interrupted; the same command goes on", messages)
        self.assertEqual(list((folder / "runs").glob("*.part")), [])
        self.assertLess(len(hashes(folder)), 12)
        subprocess.run(command(folder), check=True, capture_output=True)
        self.assertEqual(hashes(folder), self.whole)

    def test_two_commands_at_once_share_the_work(self):
        folder = self.folder / "shared"
        both = [subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
        self.assertEqual([process.wait(timeout=120) for process in both], [0, 0])
        self.assertEqual(hashes(folder), self.whole)

    def test_a_terminal_shows_a_bar_and_the_runs_under_way(self):
        reader, terminal = pty.openpty()
        with subprocess.Popen(command(self.folder / "shown"), stdout=subprocess.DEVNULL, stderr=terminal) as process:
            os.close(terminal)
            shown = b""
            try:
                while part := os.read(reader, 1000):
                    shown += part
            except OSError:  # the terminal's other end is closed
                pass
        os.close(reader)
        self.assertEqual(process.returncode, 0)
        self.assertRegex(shown.decode(), r"\[#* *\]  \d+ of 12 runs")
        self.assertRegex(shown.decode(), r"\n  \[#* *\] +\d+ %  topology=\w+, local_steps=\d+, seed [12]")
        self.assertTrue(shown.endswith(b"\033[J"), shown[-50:])


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop(1)).resolve()
    unittest.main()
