"""How a figure becomes a file: PNG, SVG or PDF, whole or not at all, and the same bytes each time."""

from __future__ import annotations

import io
from pathlib import Path

from gossamer.figures.style import STYLE, theme
from gossamer.figures.texts import supply_letters
from gossamer.support.errors import AnalysisError
from gossamer.support.outputs import need_folder_of, write_whole

KINDS = ("png", "svg", "pdf")
MOST_PIXELS = 2**16 - 1  # of a side, for Agg


def picture_kind(path: Path) -> str:
    """Throws AnalysisError if the ending of the name is none of a picture, or if there is no such folder."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in KINDS:
        found = f'ends in "{path.suffix}"' if path.suffix else "has no ending"
        raise AnalysisError(f"{path}: {found}, expected .png, .svg or .pdf, such as {path.stem}.png")
    need_folder_of(path)
    return kind


def save(figure, path: Path) -> None:
    """Writes the picture, whole or not at all."""
    kind = picture_kind(path)
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)  # equal traces, equal pictures
    content = io.BytesIO()
    with theme():
        _refuse_too_large(figure, path)
        supply_letters(figure, path)
        figure.savefig(content, format=kind, metadata=metadata)
    write_whole(path, content.getvalue(), "the picture")


def _refuse_too_large(figure, path: Path) -> None:
    height = max(figure.get_size_inches()) * STYLE["savefig.dpi"]
    if height > MOST_PIXELS:
        raise AnalysisError(f"{path}: the picture would have {height:.0f} pixels on a side, expected at most {MOST_PIXELS}; "
                            "draw fewer files")
