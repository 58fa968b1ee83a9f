"""Studies: the runs, the claims about their traces, and the pictures of a `study.py`."""

from gossamer.studies.making import RUN, Making, make_answers, make_moments, make_runs, make_sweep, make_sweeps, outputs
from gossamer.studies.study import Run, Runs, Study, StudyError, Sweeps, load, within
from gossamer.studies.verdicts import report, tables, verdicts

__all__ = ["RUN", "Making", "Run", "Runs", "Study", "StudyError", "Sweeps", "load", "make_answers", "make_moments", "make_runs",
           "make_sweep", "make_sweeps", "outputs", "report", "tables", "verdicts", "within"]
