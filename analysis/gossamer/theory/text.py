"""Rows of predictions for people, and as JSON."""

from __future__ import annotations

import json
import math
import textwrap

from gossamer.support.wording import columns, shortened, visible
from gossamer.theory.comparison import Verdict
from gossamer.theory.rows import Row, Rows

WIDTH = 120
NEGLIGIBLE = 1e-9  # an interval's share of the value that is rounding
HEADING = ["#", "quantity", "predicted", "measured", "95 % interval", "over", "evidence", "verdict"]


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:.5g}"


def table(found: list[Rows], name: str = "", with_all: bool = False) -> str:
    """A table for each cell; below it the formulas with their sources, and why others do not apply."""
    return "\n\n".join(filter(None, [visible(name), *(_of_cell(cell, with_all) for cell in found)]))


def _of_cell(cell: Rows, with_all: bool) -> str:
    applied = [row for row in cell.rows if row.verdict is not Verdict.NOT_APPLICABLE]
    parts = [shortened(visible(f"{cell.name} ({_runs(cell)})" if cell.name else _runs(cell)))]
    if applied:
        parts.append(columns([HEADING, *(_cells(place, row) for place, row in enumerate(applied, start=1))], left=2))
        parts += [_note(place, row) for place, row in enumerate(applied, start=1)]
    else:
        parts.append("No prediction applies.")
    others = [row for row in cell.rows if row.verdict is Verdict.NOT_APPLICABLE]
    shown = [row for row in others if with_all or not row.is_of_others]
    if shown:
        parts.append("does not apply:")
        parts += [_wrapped(f"{row.quantity}: {visible(row.reason)}", "  ") for row in shown]
    if len(others) > len(shown):
        parts.append(f"{len(others) - len(shown)} predictions are about other algorithms: --all names them")
    return "\n".join(parts)


def _runs(cell: Rows) -> str:
    return f"{len(cell.traces)} run{'s' if len(cell.traces) > 1 else ''}"


def _cells(place: int, row: Row) -> list[str]:
    is_known = row.low is not None and row.high - row.low > NEGLIGIBLE * abs(row.measured)
    interval = f"[{number(row.low)}, {number(row.high)}]" if is_known else "–"
    return [f"{place}", row.quantity, row.relation.value + number(row.predicted), number(row.measured), interval,
            row.over if is_known else "–", row.evidence.value, row.verdict.value]


def _note(place: int, row: Row) -> str:
    remark = f"; {visible(row.reason)}" if row.reason else ""
    return _wrapped(f"{place}  {row.formula}; source: {row.source} ({_evidence(row)}){remark}", "  ")


def _evidence(row: Row) -> str:
    """The mark; of what is not verified all that is to be said."""
    return row.evidence.value if row.evidence.is_verified else row.evidence.words


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "   ", break_long_words=False,
                         break_on_hyphens=False)


def as_json(found: list[Rows]) -> str:
    cells = [{"name": cell.name, "runs": [str(trace.path) for trace in cell.traces],
              "predictions": [_object(row) for row in cell.rows]}
             for cell in found]
    return json.dumps({"cells": cells}, indent=2, ensure_ascii=False)


def _object(row: Row) -> dict:
    """Values that are unknown are absent."""
    found = {"quantity": row.quantity, "formula": row.formula, "source": row.source, "evidence": row.evidence.value,
             "relation": None if row.predicted is None else row.relation.name.lower().replace("_", " "),
             "predicted": row.predicted, "measured": row.measured, "low": row.low,
             "high": row.high, "over": row.over or None, "verdict": row.verdict.value,
             ("reason" if row.verdict is Verdict.NOT_APPLICABLE else "remark"): row.reason or None}
    return {key: value for key, value in found.items() if value is not None and not (isinstance(value, float)
                                                                                     and not math.isfinite(value))}
