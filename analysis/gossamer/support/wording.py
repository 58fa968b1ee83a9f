"""Text for people: names, values and texts from outside in messages, tables and pictures."""

from __future__ import annotations

import difflib
import json
import unicodedata
from collections.abc import Iterable

GAP = "  "  # between columns
LONGEST = 80  # of a text from outside within a message or a table
JOINERS = "\u200c\u200d"  # format characters that letters and emoji need
INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")  # categories: control, format, half a surrogate pair, separators


def visible(text: str, keep: str = "") -> str:
    """The text, with escapes for characters that move the cursor, turn text or cannot be encoded; `keep` stays."""
    return "".join(letter if letter in keep or letter in JOINERS or unicodedata.category(letter) not in INVISIBLE
                   else _escape(letter) for letter in text)


def _escape(letter: str) -> str:
    if letter in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[letter]
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def shortened(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else text[:most - 1] + "…"


def shown(value) -> str:
    """A JSON value within a message."""
    if isinstance(value, (dict, list)):
        return f"{'a' if value else 'an empty'} {'list' if isinstance(value, list) else 'object'}".replace("a o", "an o")
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        return "an integer of too many digits"  # which Python refuses to print from 4300 on
    return shortened(visible(json.dumps(value, ensure_ascii=False)))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    lower = {candidate.lower(): candidate for candidate in names}
    name = name.lower()
    close = difflib.get_close_matches(name, lower, n=1)
    alike = close or [each for each in lower if len(name) >= 3 and name in each]
    return lower[alike[0]] if alike else None


def lower(words: str) -> str:
    """A label within a sentence: its first letter is small."""
    return words[:1].lower() + words[1:]


def readable_time(seconds: float) -> str:
    shown = float(f"{seconds:.5g}")  # what rounds up to the next unit is shown in it
    for least, factor, unit in ((3 * 3600, 3600, "h"), (180, 60, "min"), (1, 1, "s"), (1e-3, 1e-3, "ms")):
        if shown >= least:
            return f"{seconds / factor:.2f} {unit}"
    return f"{seconds * 1e6:.2f} µs" if seconds else "0 s"


def width(text: str) -> int:
    """The columns that a text takes in a terminal."""
    return sum(0 if unicodedata.combining(letter) or letter in JOINERS else
               2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def columns(rows: list[list[str]], left: int = 1, most: int | None = None) -> str:
    """Lines of columns under a heading: the first ones to the left, the others to the right. If lines would be wider than
    `most`, there are several tables one below the other, each with the first columns."""
    widths = [max(width(row[k]) for row in rows) for k in range(len(rows[0]))]

    def line(row: list[str], places: list[int]) -> str:
        blanks = {place: " " * (widths[place] - width(row[place])) for place in places}
        return GAP.join(row[place] + blanks[place] if place < left else blanks[place] + row[place] for place in places)

    tables = []
    for places in _parts(widths, left, most):
        lines = [line(row, places) for row in rows]
        tables.append("\n".join([lines[0], "─" * width(lines[0])] + lines[1:]))
    return "\n\n".join(tables)


def _parts(widths: list[int], left: int, most: int | None) -> list[list[int]]:
    """The places of columns of each table: at least one besides the first ones, if there are others."""
    parts = [list(range(left))]
    for place in range(left, len(widths)):
        wide = sum(len(GAP) + widths[each] for each in [*parts[-1], place]) - len(GAP)
        if most is not None and wide > most and len(parts[-1]) > left:
            parts.append(list(range(left)))
        parts[-1].append(place)
    return parts
