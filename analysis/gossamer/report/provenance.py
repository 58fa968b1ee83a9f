"""Where the numbers of a page come from."""

from __future__ import annotations

from gossamer.support.wording import visible
from gossamer.sweeps import Sweep


def provenance(sweep: Sweep, headers: list[dict]) -> list[list[str]]:
    """Rows of a name and a text."""
    def origins(key: str) -> list[str]:
        found = ((header.get("provenance") or {}).get(key) for header in headers)
        return sorted({str(each) for each in found if each is not None})

    dates = origins("date")
    programs = {f"{header.get('program', '')} {header.get('version', '')}" for header in headers}
    rows = [("sweep", str(sweep.folder) if sweep.folder else ""), ("program", ", ".join(sorted(programs))),
            *((name, ", ".join(origins(name))) for name in ("commit", "compiler", "host")),
            ("threads of a run", ", ".join(origins("threads"))),
            ("runs started", " to ".join(dict.fromkeys(dates[:1] + dates[-1:]))),
            ("world", ", ".join(sorted({str(header.get("world", "")) for header in headers}))),
            ("page", "made by gossamer report; dygraphs (MIT license, in the page's source) draws the curves")]
    return [[name, visible(text)] for name, text in rows if text]
