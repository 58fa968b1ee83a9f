"""The commands of the README run, on an example that is cut short, and CONTRIBUTING names presets that exist.

Usage: commands_test.py GOSSAMER
"""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path()
# Other tests run these: launcher, consumer/installed_commands, papers/…, mpi/crosscheck, calibrate/…, analysis/door_test,
# experiments/sweep, analysis/validate_test
ELSEWHERE = ("./gossamer sweep", "./gossamer test", "./gossamer demo", "./gossamer study", "./gossamer crosscheck",
             "./gossamer new", "./gossamer plot machine.json", "./gossamer python", "./gossamer validate")


def commands():
    """Every indented line of the README that starts with ./gossamer, without its comment."""
    lines = re.findall(r"^    (\./gossamer .*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [line.partition(" # ")[0].strip() for line in lines]


class CommandsTest(unittest.TestCase):
    def test_every_command_of_the_readme_runs(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "gossamer").symlink_to(PROGRAM)
            examples = folder / "experiments" / "examples"
            examples.mkdir(parents=True)
            (folder / "experiments" / "theory").symlink_to(ROOT / "experiments" / "theory")
            experiment = json.loads((ROOT / "experiments" / "examples" / "quickstart.json").read_text(encoding="utf-8"))
            experiment["stop"] = {"virtual_time": "6 s"}  # the loss is 0.4 after 4.7 s
            (examples / "quickstart.json").write_text(json.dumps(experiment))
            run = [line for line in commands() if not line.startswith(ELSEWHERE)]
            self.assertGreater(len(run), 10)
            for line in run:
                done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
                self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}{done.stderr}")
            for picture in ("quickstart.svg", "own.svg", "t.png", "report.html", "theory.svg"):
                self.assertGreater((folder / picture).stat().st_size, 1000)

    def test_every_preset_of_contributing_exists(self):
        presets = json.loads((ROOT / "CMakePresets.json").read_text(encoding="utf-8"))
        names = set(re.findall(r"--preset ([a-z]+)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
        self.assertIn("dev", names)
        self.assertEqual(names - {preset["name"] for preset in presets["testPresets"]}, set())


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop(1)).resolve()
    unittest.main()
