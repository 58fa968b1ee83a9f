"""Statistics: of runs and cells of sweeps, and of runs on real ranks against the simulator's."""

from gossamer.statistics.advice import advice
from gossamer.statistics.cells import CellResult, Statistics, Summary, statistics_of
from gossamer.statistics.costs import Costs
from gossamer.statistics.intervals import Estimate, estimate, ratio, student_quantile
from gossamer.statistics.runs import Column, Goal, Result, goals_of, results_of

__all__ = ["CellResult", "Column", "Costs", "Estimate", "Goal", "Result", "Statistics", "Summary", "advice", "estimate", "goals_of",
           "ratio", "results_of", "statistics_of", "student_quantile"]
