"""The package in an environment of a user's own, with no other packages than Debian's."""

import os
import shutil
import subprocess
import sys
import unittest

from traces import ANALYSIS, WithFolder

RING = {"topology": {"kind": "ring", "nodes": 8}, "model": {"kind": "quadratic", "noise": 0.1}, "algorithm": "d_psgd",
        "stop": {"node_steps": 50}, "record": {"every": "100 ms"}}


def files_of(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.parent.name != "__pycache__")


class InstallTest(WithFolder):
    def do(self, *words, **variables):
        done = subprocess.run(words, capture_output=True, text=True, cwd=self.folder, check=False,
                              env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder), **variables})
        self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}")
        return done.stdout

    def test_pip_installs_the_package_without_network_and_it_finds_the_program(self):
        shutil.copytree(ANALYSIS, self.folder / "analysis", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
        self.do(sys.executable, "-m", "venv", "--system-site-packages", "own")
        self.do("own/bin/pip", "install", "--no-index", "--no-build-isolation", "./analysis")
        site = self.folder / "own" / "lib" / "python3.11" / "site-packages"
        self.assertEqual(files_of(site / "gossamer"), files_of(ANALYSIS / "gossamer"))
        shutil.rmtree(self.folder / "analysis")
        script = f"import gossamer; print(gossamer.__file__, len(gossamer.run({RING!r}).nodes))"
        found = f"{site}/gossamer/__init__.py 8\n"
        python = str(self.folder / "own" / "bin" / "python")
        self.assertEqual(self.do(python, "-W", "error", "-c", script, GOSSAMER=os.environ["GOSSAMER"]), found)
        (self.folder / "gossamer").symlink_to(os.environ["GOSSAMER"])
        self.assertEqual(self.do(python, "-c", script, PATH=f"{self.folder}:/usr/bin"), found)
        script = "import gossamer\ntry: gossamer.names()\nexcept gossamer.RunError as error: print(error)"
        self.assertIn("there is no program gossamer", self.do(python, "-c", script))


if __name__ == "__main__":
    unittest.main()
