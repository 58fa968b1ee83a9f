"""The plane of two axes: which combination of the others wins in each field and by how much, or the value itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from itertools import combinations

from gossamer.report.answer import in_words, listed
from gossamer.report.ranking import Ranked, is_decided, times_better
from gossamer.report.wording import plain_label
from gossamer.statistics.runs import Column
from gossamer.support.wording import lower, visible
from gossamer.sweeps import Axis, Sweep, label_text

MOST = 6  # planes to choose from
MOST_WINNERS = 7  # as many as there are colors
FULL = 2.0  # the ratio from which a color is full


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

    won = Counter(name_of(found[0]) for found in tiles.values() if found[0].known)
    winners = [name for name, _ in won.most_common(MOST_WINNERS)]
    fields = []
    for place, found in sorted(tiles.items()):
        field = _field(sweep, place, found[0])
        if found[0].known is None:
            fields.append({**field, "text": "", "words": "none reached the target with all seeds"})
            continue
        if name_of(found[0]) in winners:
            field["winner"] = winners.index(name_of(found[0]))
        fields.append({**field, **_margin(found, name_of)})
    return {"winners": winners, "fields": fields}


def _margin(found: list[Ranked], name_of: Callable[[Ranked], str]) -> dict:
    """By how much the best is better than the next one: a share of the full color, and words."""
    best = found[0]
    start = f"{name_of(best)} with {in_words(best.known.mean, best.column)}"
    if len(found) < 2:
        return {"share": 1.0, "text": "", "words": f"{start}; there is no other"}
    times, bounded = times_better(best, found[1])
    if times is None:
        return {"share": 1.0, "text": "", "words": f"{start}; {name_of(found[1])} does not get there"}
    margin = {"share": round(min(1.0, max(0.0, math.log(times.mean) / math.log(FULL))), 3),
              "text": f"{'>' if bounded else ''}{times.mean:.3g}×"}
    words = f"{start}, {'at least ' if bounded else ''}{times.mean:.3g} times better than {name_of(found[1])}"
    if times.low is None:
        return {**margin, "words": words}
    words += f", 95 % interval {times.low:.3g} to {times.high:.3g}"
    return {**margin, "words": words} if is_decided(times) else {**margin, "words": f"{words}; undecided", "undecided": True}


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
