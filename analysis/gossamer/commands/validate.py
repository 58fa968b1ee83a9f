"""gossamer validate: runs small experiments whose results are known in closed form, and compares."""

from __future__ import annotations

import argparse

from gossamer.support.command import Parser, command, count, write
from gossamer.support.errors import AnalysisError
from gossamer.support.wording import nearest
from gossamer.theory.validation.report import as_json, table
from gossamer.theory.validation.validate import are_right, checks_of, validate

VIOLATED = 1  # exit code


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("validate", description="Runs " + __doc__.partition(": ")[2] + " Ends with 1 if a check is violated.")
    parser.add_argument("--short", action="store_true", help="fewer seeds and shorter runs: about a minute")
    parser.add_argument("--only", action="append", default=[], metavar="WORD",
                        help="checks whose names have this word; may be repeated")
    parser.add_argument("--list", action="store_true",
                        help="print the names of the checks with their sources, and run nothing")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--jobs", type=count, metavar="N", help="runs side by side (default: as many as there are cores)")
    parser.add_argument("--program", default="gossamer", help=argparse.SUPPRESS)
    return parser.parse_args(argv)


@command("validate")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    chosen = checks_of(options.short, options.only)
    if not chosen:
        words = sorted({word for check in checks_of(options.short) for word in check.name.lower().replace(",", "").split()})
        close = nearest(options.only[0], words)
        raise AnalysisError(f'no check is called "{options.only[0]}", see `gossamer validate --list`'
                            + (f'; did you mean "{close}"?' if close else ""))
    if options.list:
        write("\n".join(f"{check.name}\n  source: {check.source} ({check.evidence.value})" for check in chosen))
        return 0
    findings = validate(options.program, options.short, options.only, options.jobs)
    write(as_json(findings) if options.json else table(findings))
    return 0 if are_right(findings) else VIOLATED
