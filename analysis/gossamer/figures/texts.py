"""Texts in pictures: those from outside as they stand, titles, and letters that the usual font lacks."""

from __future__ import annotations

import textwrap
import unicodedata
from pathlib import Path

from matplotlib.font_manager import findfont, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from gossamer.figures.style import FONT
from gossamer.support.command import note
from gossamer.support.wording import shortened, visible, width

LETTERS = 16  # of a line of an inch


def literal_text(text: str, letters: int = 84, lines: int = 4) -> str:
    """A text from outside for a picture: no part of it is read as math, and what is too long is wrapped, then cut."""
    wrapped = []
    for line in visible(text, keep="\n").split("\n"):
        scale = len(line) / max(1, width(line))  # wide letters take two places
        wrapped += textwrap.wrap(line, max(1, int(letters * scale)), replace_whitespace=False) or [""]
    if len(wrapped) > lines:
        wrapped = [*wrapped[:lines - 1], shortened(wrapped[lines - 1] + " " * letters, letters).rstrip(" …") + " …"]
    return "\n".join(wrapped).replace("$", r"\$")


def add_title(axes, text: str, letters: int | None = None) -> int:
    """Above the axes, to the left. Returns the number of its lines."""
    title = literal_text(text, letters or int(13 * axes.figure.get_size_inches()[0]))
    axes.set_title(title, fontsize=8, loc="left")
    return title.count("\n") + 1


def supply_letters(figure, path: Path) -> None:
    """Takes letters that the usual font lacks from other installed fonts, and reports letters that no font has."""
    texts = figure.findobj(Text)
    needed = {letter for text in texts for letter in text.get_text()}
    lacking = {ord(letter) for letter in needed if letter > "~"} - _letters_of(findfont(FONT))
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in needed):
        note(f"{path}: right-to-left text is drawn from left to right, letter by letter")
    if not lacking:
        return
    families = [FONT]
    for name, font in sorted({entry.name: entry.fname for entry in fontManager.ttflist}.items()):
        if (found := lacking & _letters_of(font)):
            families.append(name)
            lacking -= found
    for text in texts:
        text.set_fontfamily(families)
    if lacking:
        letters = " ".join(map(chr, sorted(lacking)[:20]))
        note(f"{path}: no installed font has {letters}; the picture has boxes instead. Debian's packages fonts-noto-core, "
            "fonts-noto-cjk and fonts-symbola have most letters")


def _letters_of(font: str) -> set[int]:
    try:
        return set(FT2Font(font).get_charmap())
    except (OSError, RuntimeError):
        return set()  # fonts of bitmaps, which Matplotlib cannot draw
