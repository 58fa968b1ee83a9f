"""Studies: the runs, the claims about their traces, and the pictures of a `study.py`."""

from gossamer.studies.study import (Run, Runs, Study, StudyError, load, report, sweep_of, tables, verdicts, within)

__all__ = ["Run", "Runs", "Study", "StudyError", "load", "report", "sweep_of", "tables", "verdicts", "within"]
