"""The program `gossamer`: where it is, and its answers."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from gossamer.support.children import RunError, description_of_end

ROOT = Path(__file__).resolve().parents[3]  # of the repository, or the folder share/gossamer of an installation
VARIABLE = "GOSSAMER"


def find() -> Path:
    """The program that the environment variable GOSSAMER names, or the one beside this package, or the one on PATH.

    Throws RunError if there is none."""
    if named := os.environ.get(VARIABLE):
        if found := shutil.which(named):
            return Path(found).resolve()
        raise RunError(f'{VARIABLE} is "{named}", which is no program; expected the path of gossamer')
    for beside in (ROOT / "gossamer", ROOT.parents[1] / "bin" / "gossamer"):
        if beside.is_file() and os.access(beside, os.X_OK):
            _make_ready(beside)
            return beside
    if found := shutil.which("gossamer"):
        return Path(found)
    raise RunError(f"there is no program gossamer in {ROOT}, and none on PATH; expected its path in the environment "
                   f"variable {VARIABLE}, such as {VARIABLE}=$HOME/gossamer/gossamer")


@lru_cache(maxsize=4)
def _make_ready(launcher: Path) -> None:
    """Lets the repository's launcher build the program, which takes minutes the first time and is shown."""
    with _started([str(launcher), "--version"], subprocess.DEVNULL) as child:
        lines = []
        for line in child.stderr:
            lines.append(line)
            print(line, end="", file=sys.stderr, flush=True)
    if child.returncode != 0:
        raise RunError("".join(lines).strip() or f"{launcher} {end_of(child.returncode)}")


def ask(*words: str) -> tuple[str, str]:
    """The standard output and the standard error of a command. Throws RunError with its message if it fails."""
    with _started([str(find()), *words], subprocess.PIPE) as child:
        out, err = child.communicate()
    if child.returncode != 0:
        raise RunError(err.strip() or f"gossamer {words[0]} {end_of(child.returncode)}")
    return out, err


def ask_for_json(*words: str):
    """The answer of a command that has the option --json, as a value."""
    return json.loads(ask(*words, "--json")[0])


def watch(words: list[str], hear: Callable[[str], None]) -> int:
    """The exit code of a command. `hear` gets each line of its standard error as it comes.

    An exception meanwhile, such as KeyboardInterrupt or one of `hear`, ends the command in its own order first."""
    with _started([str(find()), *words], subprocess.DEVNULL) as child:
        for line in child.stderr:
            hear(line.rstrip("\n"))
        return child.wait()


def end_of(code: int) -> str:
    """Describes the end of a command that has printed no message."""
    return description_of_end(subprocess.CompletedProcess([], code))


@contextlib.contextmanager
def _started(words: list[str], output: int):
    """A command in a process group of its own, so that Ctrl-C in a terminal reaches it through this process, once."""
    try:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, text=True,
                                 encoding="utf-8", errors="replace", process_group=0)
    except (OSError, ValueError) as error:  # a word with a zero byte is a ValueError
        raise RunError(f"{words[0]}: cannot be started: {getattr(error, 'strerror', None) or error}") from None
    with child:
        try:
            yield child
        except BaseException:
            _end(child, signal.SIGINT)
            raise


def _end(child: subprocess.Popen, number: int) -> None:
    """Sends a signal and waits. Another exception meanwhile, as by a second Ctrl-C, kills the command."""
    try:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        child.communicate()
    except BaseException:
        if number != signal.SIGKILL:
            _end(child, signal.SIGKILL)
        raise


@lru_cache(maxsize=4)
def _catalogue(program: Path, changed: float) -> dict:
    return ask_for_json("list")


def catalogue() -> dict:
    """The answer of `gossamer list --json`: the folder of the program's examples, and every section with its entries."""
    program = find()
    return _catalogue(program, program.stat().st_mtime)
