"""gossamer python: an interpreter, a script or a notebook in which `import gossamer` works."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from gossamer.support.command import command, write
from gossamer.support.errors import AnalysisError

ANALYSIS = Path(__file__).resolve().parents[2]
USAGE = """usage: gossamer python                   starts IPython if it is installed, else Python
       gossamer python FILE [WORD...]    runs a script, or opens a notebook (.ipynb)
       gossamer python notebook [WORD...]  starts Jupyter in the current folder
       gossamer python -OPTION...        is python3 -OPTION...

`import gossamer` finds this package, and the package finds this program. In an environment of your own, install the package:
  python3 -m venv --system-site-packages ENVIRONMENT
  ENVIRONMENT/bin/pip install --no-build-isolation {analysis}"""
START = 'import gossamer; print("gossamer.run, sweep, check, explain, topology: help(gossamer) describes them")'
JUPYTERS = ("jupyterlab", "notebook")  # modules; the one that is installed starts


def is_installed(module: str) -> bool:
    """Whether this Python has a module, and not another Python of the user's, which may lack NumPy."""
    return importlib.util.find_spec(module) is not None


def words_to_start(words: list[str]) -> list[str]:
    """The command line that takes the place of this one."""
    if not words:
        shell = ["-m", "IPython", "--no-banner"] if is_installed("IPython") else ["-q"]
        return [sys.executable, *shell, "-i", "-c", START]
    if words[0] != "notebook" and not words[0].endswith(".ipynb"):
        return [sys.executable, *words]
    for jupyter in filter(is_installed, JUPYTERS):
        return [sys.executable, "-m", jupyter, *words[words[0] == "notebook":]]
    raise AnalysisError("Jupyter is not installed; Debian has it in jupyter-notebook")


def environment(program: str) -> dict[str, str]:
    """The variables by which Python finds the package, and the package the program. Nothing is written beside the package."""
    others = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{ANALYSIS}{os.pathsep + others if others else ''}", "GOSSAMER": program,
            "PYTHONDONTWRITEBYTECODE": "1"}


@command("python")
def main(argv: list[str]) -> int:
    program = "gossamer"
    if argv[:1] == ["--program"]:  # of the launcher, or the program itself
        program, argv = argv[1], argv[2:]
    if argv[:1] in (["-h"], ["--help"]):
        write(USAGE.format(analysis=ANALYSIS))
        return 0
    words = words_to_start(argv)
    os.execve(words[0], words, environment(program))
    return 0
