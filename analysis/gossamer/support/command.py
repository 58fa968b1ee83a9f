"""The frame of every command: each way to end has its exit code, each error is a sentence."""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from gossamer.support.errors import AnalysisError
from gossamer.support.wording import nearest, shortened, visible

# As the program's: 0 all is well, and else
INTERNAL_ERROR = 1  # also of a claim or an expectation that is missed
BAD_INPUT = 2
ENDED_BY_SIGNAL = 130
OURS = Path(__file__).resolve().parents[1]  # the package


class Ended(BaseException):
    """A signal that ends the program, by its name."""


def command(name: str) -> Callable:
    """Makes a function of the words of a command line a command that always returns an exit code."""
    def decorate(function: Callable[[list[str]], int]) -> Callable[[list[str]], int]:
        @functools.wraps(function)
        def main(argv: list[str]) -> int:
            former = _watch_signals()
            try:
                return function(argv)
            except BaseException as error:  # nothing may leave a command but its exit code
                return _exit_code_of(error, f"gossamer {name}")
            finally:
                for number, handler in former.items():
                    signal.signal(number, handler)

        return main

    return decorate


def run(main: Callable[[list[str]], int], argv: list[str]) -> int:
    """Runs a command as a program of its own, with any standard streams."""
    open_standard_streams()
    code = main(argv)
    try:
        write("", end="")
    except AnalysisError as error:
        return _exit_code_of(error, "gossamer") if code == 0 else code
    return code


def open_standard_streams() -> None:
    """Closed streams lead nowhere: else the next file that is opened would be the standard output."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
        elif number:  # an encoding may lack letters of a title, or of a table
            stream.reconfigure(errors="replace" if number == 1 else "backslashreplace")


def note(text: str) -> None:
    """Writes a line to the standard error, if anybody can read it."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def write(text: str, end: str = "\n") -> None:
    """Writes results to the standard output. Throws AnalysisError if that fails. A reader that closes a
    pipe early, as `head` does, is no error."""
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):  # so that Python writes nothing more at its exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise AnalysisError(f"cannot write to the standard output: {error.strerror}") from None


class _Signals:
    """Whether signals must wait, and the signal that waits."""

    held = False
    pending: int | None = None


@contextlib.contextmanager
def signals_held():
    """A signal that comes inside ends the command afterwards."""
    _Signals.held = True
    try:
        yield
    finally:
        _Signals.held = False
        number, _Signals.pending = _Signals.pending, None
        if number is not None:
            raise Ended(signal.Signals(number).name)


def _watch_signals() -> dict[int, object]:
    """Ends by exception at a signal, so that children end and files are removed. Returns the former handlers."""
    if threading.current_thread() is not threading.main_thread():
        return {}

    def end(number: int, _) -> None:
        if _Signals.held:
            _Signals.pending = number
        else:
            raise Ended(signal.Signals(number).name)

    watched = [number for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
               if signal.getsignal(number) != signal.SIG_IGN]  # nohup
    return {number: signal.signal(number, end) for number in watched}


def _exit_code_of(error: BaseException, who: str) -> int:
    """Reports the end of a command in one sentence; returns its exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 0 if error.code is None else BAD_INPUT
    if isinstance(error, (Ended, KeyboardInterrupt)):
        return _exit(who, f"ended by {str(error) or 'SIGINT'}", ENDED_BY_SIGNAL)
    if isinstance(error, AnalysisError):
        return _exit(who, str(error), BAD_INPUT)
    if isinstance(error, MemoryError):
        return _exit(who, "needs more memory than there is", BAD_INPUT)
    if isinstance(error, OSError):
        place = error.filename or "cannot write to a standard stream"
        return _exit(who, f"{place}: {error.strerror}", BAD_INPUT)
    return _exit(who, f"internal error: {type(error).__name__}: {shortened(str(error), 200)} ({_line_of(error)}); please "
                 "report it with the command and its files", INTERNAL_ERROR)


def _exit(who: str, sentence: str, code: int) -> int:
    note(f"{who}: {visible(sentence, keep=chr(10))}")
    return code


def _line_of(error: BaseException) -> str:
    """The innermost line of the package in the traceback."""
    place, trace = "", error.__traceback__
    while trace:
        path = Path(trace.tb_frame.f_code.co_filename)
        if OURS in path.parents or not place:
            place = f"{path.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


class Parser(argparse.ArgumentParser):
    """A parser of options whose errors are one sentence that names the nearest option."""

    def __init__(self, name: str, hints: dict[str, str] | None = None, **options):
        """`hints` are sentences for options that the command does not have and that users try."""
        super().__init__(prog=f"gossamer {name}", allow_abbrev=False, **options)
        self.hints = hints or {}

    def error(self, message: str):
        self.exit(BAD_INPUT, f"{self.prog}: {visible(shortened(message, 400))}; `{self.prog} --help` lists all options\n")

    def parse_args(self, args=None, namespace=None):
        options, unknown = self.parse_known_args(args, namespace)
        if unknown:
            word = next((word for word in unknown if word.startswith("-")), unknown[0])
            self.error(f"unknown option {word}{self._hint(word)}" if word.startswith("-") else f"unexpected word {word}")
        return options

    def _hint(self, word: str) -> str:
        word = word.partition("=")[0]
        if word in self.hints:
            return f"; {self.hints[word]}"
        known = {option.lstrip("-"): option for action in self._actions for option in action.option_strings}
        close = nearest(word.lstrip("-"), known)
        return f"; did you mean {known[close]}?" if close else ""


def count(text: str) -> int:
    """A number of things, for options."""
    if not text.isdecimal() or int(text[:20]) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of at least 1')
    return int(text[:20])
