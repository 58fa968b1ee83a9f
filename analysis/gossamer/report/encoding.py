"""Columns of numbers as short texts: extremes are kept, digits that no screen shows are not.

A column is `[low, high, logarithmic, text]`. Its values are whole levels from `low` to `high`, the differences of which
are written in base 64 with a variable number of digits, as source maps do. page/numbers.js reads it.
"""

from __future__ import annotations

import numpy as np

LEVELS, LOG_LEVELS = 4095, 16383  # of a column, in which three digits are right
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
MOST_INSERTED = 200  # rows, since each one needs a pass over all
SPAN = 20.0  # positive values that span more than this factor have logarithmic levels


def kept(values: np.ndarray, most: int) -> np.ndarray:
    """The rows of at most `most` values that show the same curve. All rows if there are no more than that.

    Half of them are the first, the last, the smallest and the largest of each bucket of equally many rows: no peak is
    lost. The others are, one after another, those that are farthest from the line through the rows so far."""
    count = len(values)
    if count <= max(most, 8):
        return np.arange(count)
    edges = np.linspace(0, count, max(most // 4, 2) + 1).astype(int)
    rows = {0, count - 1}
    for first, last in zip(edges, edges[1:]):
        bucket = values[first:last]
        rows.update((first + int(np.argmin(bucket)), first + int(np.argmax(bucket))))
    heights = np.log(values) if values.min() > 0 and values.max() > SPAN * values.min() else values
    places = np.arange(count)
    for _ in range(min(most - len(rows), MOST_INSERTED)):
        chosen = np.array(sorted(rows))
        gaps = np.abs(heights - np.interp(places, chosen, heights[chosen]))
        farthest = int(np.argmax(gaps))
        if gaps[farthest] == 0:
            break
        rows.add(farthest)
    return np.array(sorted(rows))


def encoded(values: np.ndarray, may_be_logarithmic: bool = True) -> list:
    """The column. Level 0 of a logarithmic one is zero."""
    values = np.asarray(values, dtype=float)
    positive = values[values > 0]
    logarithmic = may_be_logarithmic and positive.size and values.min() >= 0 and positive.max() > SPAN * positive.min()
    shown = positive if logarithmic else values
    low, high = (float(f"{edge:.6g}") for edge in (shown.min(), shown.max()))
    return [low, high, int(bool(logarithmic)), numbers(_levels(values, low, high, logarithmic))]


def _levels(values: np.ndarray, low: float, high: float, logarithmic: bool) -> np.ndarray:
    if logarithmic:
        shares = np.log(np.where(values > 0, values, low) / low) / np.log(high / low)
        return np.where(values > 0, 1 + np.rint(shares * (LOG_LEVELS - 1)), 0).astype(int)
    if high == low:
        return np.zeros(len(values), dtype=int)
    return np.rint((values / (high - low) - low / (high - low)) * LEVELS).astype(int)


def numbers(values: np.ndarray) -> str:
    """Integers: the order of the differences that are the shortest, then these."""
    texts, differences = [], np.asarray(values, dtype=int)
    for order in range(3):
        texts.append(f"{order}" + "".join(map(_digits, differences.tolist())))
        differences = np.diff(differences, prepend=0)
    return min(texts, key=len)


def _digits(value: int) -> str:
    """One integer: its sign in the lowest bit, five bits a digit, the lowest first; 32 in all digits but the last."""
    rest, text = (-value << 1) | 1 if value < 0 else value << 1, ""
    while True:
        rest, digit = rest >> 5, rest & 31
        text += DIGITS[digit | (32 if rest else 0)]
        if not rest:
            return text
