"""Runs checks, and makes their table."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gossamer.theory.comparison import Verdict
from gossamer.theory.validation import (asynchrony, averaging, compression, exact_moments, fixed_points, floors, rates,
                                        servers, timing)  # noqa: F401
from gossamer.theory.validation.check import CHECKS, Check, Finding
from gossamer.theory.validation.laboratory import Laboratory


def checks_of(short: bool, names: Sequence[str] = ()) -> list[Check]:
    """Those of a form, whose names have one of these words if there are any."""
    found = [check for check in CHECKS if check.in_short or not short]
    return [check for check in found if not names or any(word.lower() in check.name.lower() for word in names)]


def findings_of(checks: Sequence[Check], laboratory: Laboratory, short: bool) -> list[Finding]:
    """All experiments of all checks run side by side, then each check compares. Throws RunError if a run fails."""
    bodies = [check.body(short) for check in checks]
    wanted = [next(body) for body in bodies]
    made = iter(laboratory.make(experiment for experiments in wanted for experiment in experiments.values()))
    findings = []
    for check, body, experiments in zip(checks, bodies, wanted):
        runs = {name: next(made) for name in experiments}
        try:
            found = body.send(runs)
            while True:
                findings.append(Finding(check, *found))
                found = next(body)
        except StopIteration:
            pass
    return findings


def validate(program: str, short: bool, names: Sequence[str] = (), at_once: int | None = None) -> list[Finding]:
    """The findings of all checks, or of those whose names have one of the words."""
    with tempfile.TemporaryDirectory(prefix="gossamer-validate-") as folder:
        laboratory = Laboratory(program, Path(folder), at_once or os.cpu_count() or 1)
        return findings_of(checks_of(short, names), laboratory, short)


def are_right(findings: Sequence[Finding]) -> bool:
    return all(finding.comparison.verdict is not Verdict.VIOLATED for finding in findings)
