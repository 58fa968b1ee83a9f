"""Programs that a command starts: they end with it."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterable
from typing import IO

from gossamer.support.command import signals_held
from gossamer.support.errors import AnalysisError

PATIENCE = 5  # seconds between asking a child to end and ending it
PAUSE = 0.002  # seconds between two looks at children that run side by side


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


def run_children(lines: Iterable[list[str]], at_once: int) -> list[subprocess.CompletedProcess]:
    """The ends of several programs, of which so many run at a time, in the order of their lines. Their messages are kept,
    other output is not. If this command ends before them, all are asked to end."""
    waiting = list(enumerate(lines))[::-1]
    running: dict[int, tuple[subprocess.Popen, IO[str]]] = {}
    done: dict[int, subprocess.CompletedProcess] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                place, words = waiting.pop()
                with signals_held():
                    running[place] = _started(words)
            for place in [place for place, (child, _) in running.items() if child.poll() is not None]:
                child, messages = running.pop(place)
                with messages:
                    messages.seek(0)
                    done[place] = subprocess.CompletedProcess(child.args, child.returncode, "", messages.read())
            time.sleep(PAUSE)
    except BaseException:
        for child, messages in running.values():
            with messages:
                end(child)
        raise
    return [done[place] for place in range(len(done))]


def _started(words: list[str]) -> tuple[subprocess.Popen, IO[str]]:
    messages = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # a pipe could fill up
    try:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=messages), messages
    except (OSError, ValueError) as error:
        messages.close()
        raise RunError(f"{words[0]}: cannot be started: {getattr(error, 'strerror', None) or error}") from None
