"""The picture of the first screen: every arm, as a multiple of the one that the answer compares with, or by its value."""

from __future__ import annotations

from gossamer.report.answer import arm_name, in_words, name_of
from gossamer.report.ranking import Ranked, ratio_to, rival_of
from gossamer.support.wording import visible
from gossamer.sweeps import Sweep

RATIO = {"label": "Ratio", "unit": "", "divisor": 1, "percent": False}
MOST = 40  # arms; the page's table has all cells

def ranking_views(sweep: Sweep, arms: list[Ranked], quantity: dict) -> list[dict]:
    """Ways to show the arms, the first one by default; none if there is nothing to compare."""
    if len(arms) < 2:
        return []
    rival = rival_of(sweep, arms)
    ratios = _ratios(sweep, arms, rival, quantity) if rival and not rival.missed else None
    values = None if any(len(arm.cells) > 1 for arm in arms) else _values(sweep, arms, quantity)
    return [each for each in (ratios, values) if each]


def _row(sweep: Sweep, arm: Ranked) -> dict:
    missed = f"{arm.missed} of {len(arm.values)} runs missed the target" if arm.missed else ""
    return {"cell": sweep.cells.index(arm.cell), "name": visible(name_of(arm.cell.labels, arm.axes)), "value": None, "low": None,
            "high": None, "censored": bool(arm.missed), "words": missed, "reference": False}


def _values(sweep: Sweep, arms: list[Ranked], quantity: dict) -> dict:
    rows = []
    baseline = sweep.baseline_of(arms[0].cell)
    for arm in arms:
        row = {**_row(sweep, arm), "reference": arm.cell is baseline, "value": arm.least}
        if arm.known:
            row |= {"low": arm.known.low, "high": arm.known.high}
        if arm.least is not None:
            row["text"] = f"{'> ' if arm.missed else ''}{in_words(arm.least, arm.column)}"
        rows.append(row)
    note = ", with 95 % intervals over seeds" if any(row["low"] is not None for row in rows) else ""
    mark = "; ◇ is the baseline" if any(row["reference"] for row in rows) else ""
    title = f"{quantity['label']} of each cell{note}{mark}{_censored(rows)}"
    return {"name": "values", "title": title, "quantity": quantity, "line": None, "rows": rows[:MOST]}


def _ratios(sweep: Sweep, arms: list[Ranked], rival: Ranked, quantity: dict) -> dict | None:
    """None if there are no intervals, as with one seed."""
    rows = []
    for arm in arms:
        found, bounded = ratio_to(arm, rival)
        row = {**_row(sweep, arm), "reference": arm is rival}
        if found:
            bound = "> " if bounded else ""
            has_value = len(arm.cells) == 1 and arm.least is not None
            value = f" ({bound}{in_words(arm.least, arm.column)})" if has_value else ""
            row |= {"value": found.mean, "low": found.low, "high": found.high, "censored": bounded,
                    "text": f"{bound}{found.mean:.3g} ×{value}"}
        rows.append(row)
    if not any(row["low"] is not None for row in rows):
        return None
    over = "conditions and seeds" if len(rival.cells) > 1 else "seeds"
    title = (f"{quantity['label']} as a multiple of that of {arm_name(rival)} (◇), with 95 % intervals over pairs of {over}"
             f"{_censored(rows)}")
    return {"name": "paired ratios", "title": visible(title), "quantity": RATIO, "line": 1, "rows": rows[:MOST]}


def _censored(rows: list[dict]) -> str:
    return "; hollow: a lower bound, since runs missed the target" if any(row["censored"] for row in rows) else ""
