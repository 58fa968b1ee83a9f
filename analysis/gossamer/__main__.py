"""python3 analysis COMMAND …: runs one of the commands that are written in Python."""

from __future__ import annotations

import importlib
import sys

from gossamer.support.command import command, run
from gossamer.support.errors import AnalysisError

COMMANDS = ("demo", "plot", "table", "report", "study", "crosscheck", "theory", "validate", "advise", "python")


def main(argv: list[str]) -> int:
    name = argv[0] if argv else ""

    @command(name)
    def loaded(words: list[str]) -> int:
        if name not in COMMANDS:
            raise AnalysisError(f'unknown command "{name}", expected one of: {", ".join(COMMANDS)}')
        try:
            module = importlib.import_module(f"gossamer.commands.{name}")
        except ImportError as error:
            raise AnalysisError(f"cannot load {error.name}: {error}; Debian has it in python3-numpy or python3-matplotlib"
                                ) from None
        return module.main(words)

    return loaded(argv[1:])


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
