"""Claims of a study, checked, and its tables, as texts."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass

from gossamer.studies.study import Check, Results, Study, StudyError, within

RELATIONS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt, "==": operator.eq}
A_CHECK = 'expected checks such as: yield "final loss", value, "<=", 0.5'


@dataclass(frozen=True)
class Verdict:
    """A check with its answer."""

    what: str
    measured: float
    relation: str
    expected: float

    @property
    def holds(self) -> bool:
        return bool(RELATIONS[self.relation](self.measured, self.expected))

    def __str__(self) -> str:
        return f"{self.what}: {self.measured:.6g} {self.relation} {self.expected:.6g}"


def checked(check: Check) -> Verdict:
    if not isinstance(check, tuple) or len(check) != 4:
        raise StudyError(f"a check of {len(check) if isinstance(check, tuple) else 1} parts, {A_CHECK}")
    what, measured, relation, expected = check
    if relation not in RELATIONS:
        raise StudyError(f'"{what}": unknown relation "{relation}", expected one of: {", ".join(RELATIONS)}')
    return Verdict(what, float(measured), relation, float(expected))


def verdicts(study: Study, runs: Results) -> list[tuple[str, list[Verdict]]]:
    """Every claim with its checks."""
    result = []
    for sentence, function in study.claims:
        found = within(study.file, lambda: function(runs))  # noqa: B023
        if not isinstance(found, Iterable):
            raise StudyError(f'{study.file}: the claim "{sentence}" returns no checks, {A_CHECK}')
        checks = within(study.file, lambda: [checked(check) for check in found])  # noqa: B023
        if not checks:
            raise StudyError(f'the claim "{sentence}" checks nothing')
        result.append((sentence, checks))
    return result


def report(found: list[list[tuple[str, list[Verdict]]]]) -> str:
    """A line for every claim, and one for each of its checks with the first seed; of other seeds, for those that fail."""
    lines = []
    for place, (sentence, checks) in enumerate(found[0]):
        failed = [(seed, check) for seed, claims in enumerate(found[1:], start=2) for check in claims[place][1]
                  if not check.holds]
        holding = sum(all(check.holds for check in claims[place][1]) for claims in found)
        seeds = f" ({holding} of {len(found)} seeds)" if len(found) > 1 else ""
        lines.append(f"{'holds ' if holding == len(found) else 'FAILS '} {sentence}{seeds}")
        lines += [f"       {' ' if check.holds else '!'} {check}" for check in checks]
        lines += [f"       ! seed {seed} of {len(found)}: {check}" for seed, check in failed]
    return "\n".join(lines)


def tables(study: Study, runs: Results) -> str:
    """All tables as text, each below its title. Numbers have four digits and are aligned to the right."""
    lines = []
    for title, function in study.tables:
        rows = within(study.file, lambda: [tuple(row) for row in function(runs)])  # noqa: B023
        if len({len(row) for row in rows}) != 1:
            raise StudyError(f'{study.file}: the rows of the table "{title}" have different lengths, or there are none')
        cells = [[cell if isinstance(cell, str) else f"{cell:.4g}" for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines.append(title)
        lines += ["       " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
                  for row in cells]
    return "\n".join(lines)
