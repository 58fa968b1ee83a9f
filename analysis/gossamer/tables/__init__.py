"""Tables of statistics: as files, in a terminal, in LaTeX."""

from gossamer.tables.files import results_csv, save, summary_csv
from gossamer.tables.text import latex, text

__all__ = ["latex", "results_csv", "save", "summary_csv", "text"]
