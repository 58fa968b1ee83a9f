"""Reports: one page of HTML on a sweep or on some traces, which needs no other file and no network.

    from gossamer.report import Extras, report
    from gossamer.sweeps import load

    Path("report.html").write_text(report(load("sweep"), Extras()), encoding="utf-8")

Python makes one object of JSON (`data`), in which curves are short texts (`encoding`). The page's own scripts, in the
folder `page`, make every picture and table of it; dygraphs draws the curves.
"""

from __future__ import annotations

from gossamer.report.data import Extras, content
from gossamer.report.page import document
from gossamer.sweeps import Sweep

__all__ = ["Extras", "report"]


def report(sweep: Sweep, extras: Extras) -> str:
    """The document. Throws AnalysisError if a trace cannot be read, or if dygraphs is not installed."""
    found = content(sweep, extras)
    return document(found.data, found.texts)
