"""Studies: the runs, the claims about their traces, and the pictures of a `study.py`."""

from gossamer.studies.making import Making, make_runs, make_sweep, outputs
from gossamer.studies.study import Run, Runs, Study, StudyError, load, within
from gossamer.studies.verdicts import report, tables, verdicts

__all__ = ["Making", "Run", "Runs", "Study", "StudyError", "load", "make_runs", "make_sweep", "outputs", "report", "tables",
           "verdicts", "within"]
