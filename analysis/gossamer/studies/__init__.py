"""Studies: the runs, the claims about their traces, and the pictures of a `study.py`."""

from gossamer.studies.making import RUN, Making, make_runs, make_sweep, outputs
from gossamer.studies.study import Run, Runs, Study, StudyError, load, within
from gossamer.studies.verdicts import report, tables, verdicts

__all__ = ["RUN", "Making", "Run", "Runs", "Study", "StudyError", "load", "make_runs", "make_sweep", "outputs", "report",
           "tables", "verdicts", "within"]
