"""The findings of checks as a table, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gossamer.support.wording import columns
from gossamer.theory.comparison import ERRORS, Comparison, Verdict
from gossamer.theory.validation.check import Finding


def number(value: float) -> str:
    return f"{value:.8g}"


def room(comparison: Comparison) -> str:
    """What is allowed between predicted and measured."""
    if comparison.error is not None and comparison.room > comparison.tolerance:
        return f"± {ERRORS:g} · {comparison.error:.2g}"
    return f"± {comparison.tolerance:.2g}" if comparison.tolerance else "none"


def table(findings: Sequence[Finding]) -> str:
    """A block for each check: its name, its source with its evidence, and a row for each finding."""
    rows = [["", "predicted", "measured", "allowed", "verdict"]]
    headings: dict[int, str] = {}
    for place, finding in enumerate(findings):
        if place == 0 or findings[place - 1].check is not finding.check:
            headings[place] = f"{finding.check.name}\n  source: {finding.check.source} ({finding.check.evidence.value})"
        each = finding.comparison
        predicted = each.relation.value + number(each.predicted)
        rows.append([f"  {finding.words}", predicted, number(each.measured), room(each), each.verdict.value])
    heading, line, *body = columns(rows).split("\n")
    blocks = [heading, line]
    for place, row in enumerate(body):
        if place in headings:
            blocks += ([""] if place else []) + [headings[place]]
        blocks.append(row.rstrip())
    return "\n".join([*blocks, "", summary(findings)])


def summary(findings: Sequence[Finding]) -> str:
    checks = len({finding.check.name for finding in findings})
    wrong = [finding for finding in findings if finding.comparison.verdict is Verdict.VIOLATED]
    if not wrong:
        return f"{len(findings)} findings of {checks} checks: all as predicted"
    lines = [f"{len(wrong)} of {len(findings)} findings of {checks} checks are violated:"]
    for finding in wrong:
        each = finding.comparison
        lines.append(f"  {finding.check.name}: {finding.words}: {number(each.measured)}, predicted "
                     f"{each.relation.value}{number(each.predicted)}, {each.deviation:.3g} times what is allowed")
    return "\n".join(lines)


def as_json(findings: Sequence[Finding]) -> str:
    rows = []
    for finding in findings:
        each = finding.comparison
        rows.append({"check": finding.check.name, "finding": finding.words, "source": finding.check.source,
                     "evidence": finding.check.evidence.value, "predicted": _finite(each.predicted),
                     "measured": _finite(each.measured),
                     "relation": each.relation.name.lower().replace("_", " "), "standard_error": each.error,
                     "tolerance": each.tolerance, "verdict": each.verdict.value})
    return json.dumps({"findings": rows}, indent=2, ensure_ascii=False)


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None  # NaN compares false, too
