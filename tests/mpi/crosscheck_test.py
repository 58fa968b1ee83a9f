"""gossamer crosscheck as its users call it: exit codes, table, picture, messages."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ""  # set from the command line


class CrosscheckTest(unittest.TestCase):
    def crosscheck(self, *words, file="synchronous.json"):
        command = [sys.executable, "-B", str(ROOT / "analysis"), "crosscheck", "--program", PROGRAM,
                   str(ROOT / "experiments/crosscheck" / file), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_models_are_identical_and_the_figure_is_drawn(self):
        with tempfile.TemporaryDirectory() as folder:
            picture = Path(folder) / "figure.svg"
            done = self.crosscheck("--ranks", "4", "--set", '/stop={"node_steps": 8}', "--set", "/expect/time_error=1",
                                   "--keep", folder, "-o", str(picture))
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
            self.assertIn("expected identical models: met (all bits are equal)", done.stdout)
            self.assertIn("per node-step", done.stdout)
            self.assertIn("<svg", picture.read_text(encoding="utf-8"))
            self.assertEqual(sorted(path.name for path in Path(folder).glob("*.jsonl")), ["mpi.jsonl", "virtual.jsonl"])

    def test_gradients_scaled_by_shares_are_the_same_on_ranks(self):
        # Shares are Dirichlet's: the nodes' scales differ.
        done = self.crosscheck("--ranks", "3", "--set", '/stop={"node_steps": 8}', "--set", "/expect/time_error=1",
                               "--set", "/model/node_weights=samples")
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertIn("expected identical models: met (all bits are equal)", done.stdout)

    def test_a_missed_expectation_ends_with_exit_code_1(self):
        done = self.crosscheck("--ranks", "2", "--set", '/stop={"node_steps": 4}', "--set", "/expect/time_error=1e-12")
        self.assertEqual(done.returncode, 1, done.stderr + done.stdout)
        self.assertIn("expected time predicted within 1e-10 %: MISSED", done.stdout)

    def test_models_that_differ_miss_what_is_expected_of_identical_ones(self):
        done = self.crosscheck("--ranks", "2", "--set", '/stop={"node_steps": 24}', "--set",
                               '/algorithm={"kind": "ad_psgd"}', "--set",
                               '/compute={"kind": "exponential", "mean": "1 ms"}', "--compute", "real", "--network",
                               "real", "--set", "/expect/time_error=1e9")
        self.assertEqual(done.returncode, 1, done.stderr + done.stdout)
        self.assertIn("expected identical models: MISSED (16 nodes differ", done.stdout)

    def test_what_cannot_be_run_is_refused_with_its_own_message(self):
        done = self.crosscheck("--ranks", "2", "--set", "/expect/modles=identical")
        self.assertEqual(done.returncode, 2)
        self.assertIn('did you mean "models"?', done.stderr)
        done = self.crosscheck("--ranks", "17")
        self.assertEqual(done.returncode, 2)
        self.assertIn("17", done.stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
