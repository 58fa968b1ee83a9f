"""The page: its template with style, scripts and data inside, so that it needs no other file and no network."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from gossamer.support.errors import AnalysisError

PAGE = Path(__file__).resolve().parent / "page"
SCRIPTS = ("dom", "numbers", "picture", "ranking", "curves", "curve_controls", "curve_points", "curve_plot", "curve_cursor",
           "curve_file", "map", "graph", "tables", "run", "main")
DYGRAPHS = Path("/usr/share/javascript/dygraphs")
LICENSE = Path("/usr/share/doc/libjs-dygraphs/copyright")


def document(data: dict, texts: dict[str, str]) -> str:
    """The document. `texts` are its title, question, answer, basis and generator."""
    parts = {name: html.escape(text) for name, text in texts.items()}
    parts |= {"style": _style(), "dygraphs": _dygraphs(), "program": _program(), "data": _embedded(data)}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _file("report.html"))


def _file(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def _embedded(data: dict) -> str:
    """JSON inside of a script: no text in it can end the script."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _colors() -> dict[str, dict[str, str]]:
    return json.loads(_file("colors.json"))


def _style() -> str:
    """The style, after the colors as variables: of the light theme, of the dark one, and of print, which is light."""
    light, dark = (";".join(f"--{name}:{color}" for name, color in theme.items()) for theme in _colors().values())
    return (f":root{{color-scheme:light dark;{light}}}\n"
            f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
            f"{_dygraphs_file('dygraph.min.css')}\n{_file('report.css')}")


def _program() -> str:
    colors = "".join(f"const {theme.upper()} = {json.dumps(values)};\n" for theme, values in _colors().items())
    text = "\n".join(_file(f"{name}.js") for name in SCRIPTS)
    return colors + re.sub(r"^[ \t]*(//.*)?\n|^[ \t]+", "", text, flags=re.MULTILINE)  # without comments and indents


def _dygraphs() -> str:
    """The library as Debian has it, below its license."""
    try:
        license_text = LICENSE.read_text(encoding="utf-8").replace("*/", "* /")
    except OSError:
        license_text = "dygraphs has the MIT license."
    return f"/* dygraphs\n{license_text.rstrip()}\n*/\n{_dygraphs_file('dygraph.min.js')}"


def _dygraphs_file(name: str) -> str:
    try:
        text = (DYGRAPHS / name).read_text(encoding="utf-8")
    except OSError as error:
        raise AnalysisError(f"{DYGRAPHS / name}: cannot be read: {error.strerror}; Debian has it in libjs-dygraphs"
                            ) from None
    text = re.sub(r"(//|/\*)# sourceMappingURL=\S+( \*/)?", "", text)
    return text.replace("</script", r"<\/script")
