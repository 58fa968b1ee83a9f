"""Programs that a command starts: they end with it."""

from __future__ import annotations

import subprocess

from gossamer.support.command import signals_held
from gossamer.support.errors import AnalysisError

PATIENCE = 5  # seconds between asking a child to end and ending it


class RunError(AnalysisError):
    """A run that did not come to its end, with its message."""


def run_child(words: list[str], show_errors: bool = False) -> subprocess.CompletedProcess:
    """The output of a program and how it ended. If this command ends before it, the program is asked to end, too. Its
    messages are shown at once if `show_errors`, and are else part of the output."""
    child = None
    try:
        with signals_held():  # otherwise a signal could come before `child` is set
            child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=None if show_errors else subprocess.PIPE, text=True, encoding="utf-8", errors="replace")
        out, err = child.communicate()
    except BaseException as error:
        if child:
            end(child)
        elif isinstance(error, (OSError, ValueError)):  # a word with a zero byte is a ValueError
            where = "; Debian has it in openmpi-bin" if words[0] == "mpirun" else ""
            reason = getattr(error, "strerror", None) or error
            raise RunError(f"{words[0]}: cannot be started: {reason}{where}") from None
        raise
    return subprocess.CompletedProcess(words, child.returncode, out, err)


def end(child: subprocess.Popen) -> None:
    """Asks a child to end, and insists after a while."""
    child.terminate()
    try:
        child.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()


def description_of_end(done: subprocess.CompletedProcess) -> str:
    """Describes the end of a program that has printed no message."""
    return f"ended by signal {-done.returncode}" if done.returncode < 0 else f"ended with exit code {done.returncode}"
