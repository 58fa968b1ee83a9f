"""Projects that `gossamer new` writes: each builds, its test passes, and its program is a complete gossamer.

Usage: new_project_test.py GOSSAMER CMAKE_OPTION...
"""

import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM, OPTIONS = "", []


class NewProjectTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def ask(self, *words, where, code=0):
        done = subprocess.run(words, capture_output=True, text=True, cwd=where, check=False, timeout=600)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def project(self, kind, name):
        """Makes, builds and tests a project; returns its folder."""
        self.ask(PROGRAM, "new", kind, name, where=self.folder)
        project = self.folder / name
        self.ask("cmake", "-G", "Ninja", "-B", "build", *OPTIONS, where=project)
        begin, before = time.monotonic(), os.times()
        self.ask("cmake", "--build", "build", where=project)
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        print(f"{kind}: built in {time.monotonic() - begin:.1f} s, {spent:.1f} s of processor time")
        self.assertIn("100% tests passed", self.ask("ctest", "--test-dir", "build", where=project))
        return project

    def check_program(self, project, kind, name):
        """The entry is in every command and message of its program, which has the commands in Python as well."""
        def ask(*words, **options):
            return self.ask(project / "build" / name, *words, where=project, **options)

        ask("run", "experiment.json", "--quiet")
        self.assertIn(name, ask("list", f"{kind}s"))
        self.assertIn(f"{name}: a", ask("explain", name))
        self.assertIn(f'"kind": "{name}"', ask("check", "experiment.json"))
        mistake = ask("check", "experiment.json", "--set", f"/{kind}/kind={name[:-1]}", code=2)
        self.assertIn(f'did you mean "{name}"?', mistake)
        ask("plot", "experiment.jsonl", "-o", "loss.png")
        self.assertGreater((project / "loss.png").stat().st_size, 1000)
        self.assertIn(f'"{name}" is taken', ask("new", kind, name, code=2))

    def test_an_algorithm(self):
        self.check_program(self.project("algorithm", "lazy_sgd"), "algorithm", "lazy_sgd")

    def test_a_model(self):
        self.check_program(self.project("model", "robust_line"), "model", "robust_line")


if __name__ == "__main__":
    PROGRAM, OPTIONS = os.path.abspath(sys.argv[1]), sys.argv[2:]
    del sys.argv[1:]
    unittest.main()
