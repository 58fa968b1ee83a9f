"""The plane of two axes: which combination of the others wins in each field and by how much, or the value itself."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations

from gossamer.report.answer import in_words, listed
from gossamer.report.ranking import Ranked
from gossamer.report.wording import plain_label
from gossamer.statistics.contests import Verdict, contest
from gossamer.statistics.runs import Column
from gossamer.support.wording import lower, visible
from gossamer.sweeps import Axis, Sweep, label_text

MOST = 6  # planes to choose from
MOST_WINNERS = 7  # as many as there are colors


def maps(sweep: Sweep, cells: list[Ranked], column: Column | None, quantity: dict,
         conditions: list[Axis]) -> list[dict]:
    """The planes of all pairs of axes, those of numbers first; of conditions alone if there are several."""
    axes = conditions if len(conditions) > 1 else [axis for axis in sweep.axes if len(axis.labels) > 1]
    if column is None or len(axes) < 2:
        return []
    order = {axis.name: place for place, axis in enumerate(axes)}
    pairs = sorted(combinations(axes, 2), key=lambda pair: (-sum(axis.is_numeric for axis in pair), order[pair[0].name]))
    found = [_plane(sweep, x, y, cells, column, quantity) for x, y in (_across(pair) for pair in pairs[:MOST])]
    return [plane for plane in found if plane["fields"]]


def _across(pair: tuple[Axis, Axis]) -> tuple[Axis, Axis]:
    """Numbers run to the right, names upwards."""
    first, second = pair
    return (second, first) if second.is_numeric and not first.is_numeric else (first, second)


def _plane(sweep: Sweep, x: Axis, y: Axis, cells: list[Ranked], column: Column, quantity: dict) -> dict:
    others = [axis for axis in sweep.axes if axis not in (x, y) and len(axis.labels) > 1]
    tiles: dict[tuple[int, int], list[Ranked]] = {}
    for each in cells:  # the best first
        place = x.labels.index(each.cell.labels[x.name]), y.labels.index(each.cell.labels[y.name])
        tiles.setdefault(place, []).append(each)
    plane = {"x": _axis(x), "y": _axis(y), "quantity": quantity, "winners": None}
    if others:
        title = f"The best {listed([axis.name for axis in others])} by {lower(quantity['label'])}"
        return {**plane, "title": title, **_contests(sweep, tiles, others)}
    return {**plane, "title": plain_label(column.label), "fields": _values(sweep, tiles)}


def _axis(axis: Axis) -> dict:
    return {"name": visible(axis.name), "labels": [visible(label_text(label)) for label in axis.labels]}


def _field(sweep: Sweep, place: tuple[int, int], best: Ranked) -> dict:
    return {"x": place[0], "y": place[1], "cell": sweep.cells.index(best.cell)}


# ----------------------------------------------------------------------------------------------------------------------
# Contests.

def _contests(sweep: Sweep, tiles: dict, others: list[Axis]) -> dict:
    """The winners, those of most fields first, and the fields."""
    def name_of(each: Ranked) -> str:
        return ", ".join(label_text(each.cell.labels[axis.name]) for axis in others)

    verdicts = {place: contest([(name_of(each), each.values) for each in found], found[0].column.rises)
                for place, found in sorted(tiles.items())}
    won = Counter(verdict.winner for verdict in verdicts.values() if verdict)
    winners = [name for name, _ in won.most_common(MOST_WINNERS)]
    fields = []
    for place, verdict in verdicts.items():
        best = next((each for each in tiles[place] if verdict and name_of(each) == verdict.winner), tiles[place][0])
        field = _field(sweep, place, best)
        if verdict is None:
            fields.append({**field, "text": "", "words": "none reached the target"})
            continue
        if verdict.winner in winners:
            field["winner"] = winners.index(verdict.winner)
        fields.append({**field, **_margin(verdict, best)})
    return {"winners": winners, "fields": fields}


def _margin(verdict: Verdict, best: Ranked) -> dict:
    """By how much the best is better than the next one: a share of the full color, and words."""
    margin = {"share": round(verdict.share, 3), "text": ""}
    words = (f"{verdict.winner} with {in_words(best.known.mean, best.column)}" if best.known else
             f"{verdict.winner}, of which {verdict.reached} of {verdict.runs} runs reached the target")
    if verdict.rival is None:
        return {**margin, "words": f"{words}; there is no other"}
    if math.isinf(verdict.margin):
        return {**margin, "words": f"{words}; {verdict.rival} does not get there"}
    if math.isnan(verdict.margin):
        return {**margin, "words": f"{words}; {verdict.rival} is the next"}
    margin["text"] = f"{'>' if verdict.at_least else ''}{verdict.margin:.3g}×"
    words += f", {'at least ' if verdict.at_least else ''}{verdict.margin:.3g} times better than {verdict.rival}"
    if verdict.low is None:
        return {**margin, "words": words}
    words += f", 95 % interval {verdict.low:.3g} to {verdict.high:.3g}"
    return {**margin, "words": f"{words}; undecided", "undecided": True} if verdict.is_undecided else {**margin, "words": words}


# ----------------------------------------------------------------------------------------------------------------------
# Values.

def _values(sweep: Sweep, tiles: dict) -> list[dict]:
    known = [found[0].known.mean for found in tiles.values() if found[0].known]
    fields = []
    for place, (each, *_) in sorted(tiles.items()):
        field, found = _field(sweep, place, each), each.known
        if found is None:
            fields.append({**field, "text": "–", "words": "missed the target"})
            continue
        text = in_words(found.mean, each.column)
        field |= {"value": found.mean, "share": _share(found.mean, min(known), max(known)), "text": text}
        if found.low is not None:
            low, high = (in_words(edge, each.column) for edge in (found.low, found.high))
            field["words"] = f"{text}, 95 % interval {low} to {high}"
        fields.append(field)
    return fields


def _share(value: float, low: float, high: float) -> float:
    """The place of a value on the ramp, which is logarithmic where positive values span more than a factor of 20."""
    if high <= low:
        return 0.0
    if low > 0 and high > 20 * low:
        return round(math.log(value / low) / math.log(high / low), 3)
    return round((value - low) / (high - low), 3)
