"""One row for each run: what it needed to each target, its final values, rates and floors."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from gossamer.quantities import BY_KEY, X, Y, Quantity
from gossamer.statistics.intervals import Bounds
from gossamer.statistics.series import Floor, floor, in_window, rate
from gossamer.support.wording import lower
from gossamer.sweeps.sweep import Run, Sweep, SweepError, Target
from gossamer.traces.trace import Trace

HOPELESS = ("diverged", "stuck", "failed")  # ends after which a target is never reached
CUMULATIVE = (Y["idle"], Y["staleness"], Y["largest_staleness"])  # over the whole run, not at its end


@dataclass(frozen=True)
class Column:
    """A number of each run."""

    name: str
    label: str
    unit: str = ""  # s, B, 1/s or none
    percent: bool = False
    rises: bool | None = None  # whether larger values are better; none if neither is
    is_flag: bool = False  # 0 or 1
    is_count: bool = False  # shown as a whole number
    cost: Quantity | None = None  # of a target: time, bytes or node-steps; the value is censored if it is not reached


@dataclass(frozen=True)
class Goal:
    """A target of one quantity: of the mean model, or of the nodes' own models."""

    target: Target
    quantity: Quantity

    @property
    def stem(self) -> str:
        return f"{self.quantity.column}_{self.target.value:.12g}"

    @property
    def words(self) -> str:
        """Such as "training loss of 0.5"."""
        return f"{lower(self.quantity.words)} of {self.quantity.shown(self.target.value)}"

    @property
    def reached(self) -> Column:
        return Column(f"reached_{self.stem}", f"reached {self.words}", is_flag=True)

    def cost(self, x: Quantity) -> Column:
        name = COSTS[x.key].format(self.stem)
        return Column(name, f"{x.words} to {self.words}", x.unit, rises=False, is_count=x is X["node_steps"], cost=x)

    def crossing(self, trace: Trace) -> dict | None:
        find = trace.first_at_least if self.quantity.rises else trace.first_at_most
        return find(self.quantity.key, self.target.value)


COSTS = {X["time"].key: "time_to_{}_s", X["bytes"].key: "bytes_to_{}", X["node_steps"].key: "node_steps_to_{}"}


@dataclass
class Result:
    """The row of a run. A value that is unknown is absent."""

    run: Run
    end: str  # the reason in its trace; "killed" without one; else "failed" or "missing"
    values: dict[str, float | int] = field(default_factory=dict)
    censored_at: dict[str, float] = field(default_factory=dict)  # of targets that were not reached; infinite if never
    records_to: dict[str, int] = field(default_factory=dict)  # records before a target was met, by the stem of its goal
    facts: Trace | None = None  # the trace without its samples

    def bounds(self, column: Column) -> Bounds | None:
        """Of a value that may be censored; none if nothing is known of it."""
        if column.name in self.values:
            return self.values[column.name], self.values[column.name]
        return (self.censored_at[column.name], math.inf) if column.name in self.censored_at else None


def goals_of(target: Target) -> list[Goal]:
    """The target of the mean model, and the same of the nodes' own models."""
    quantity = BY_KEY[target.quantity]
    return [Goal(target, each) for each in (quantity, BY_KEY.get(quantity.local)) if each]


def final_name(quantity: Quantity) -> str:
    return quantity.column if quantity in CUMULATIVE else f"final_{quantity.column}"


def columns_of(sweep: Sweep) -> list[Column]:
    """All columns that a table of these targets may have, in their order."""
    found = [column for target in sweep.targets for goal in goals_of(target)
             for column in (goal.reached, *(goal.cost(X[name]) for name in ("time", "bytes", "node_steps")))]
    found += [Column(x.key, x.words, x.unit, is_count=x is X["node_steps"]) for x in X.values()]
    found += [Column(final_name(y), y.words, percent=y.percent, rises=y.rises, is_count=y is Y["largest_staleness"])
              for y in Y.values()]
    for y in (y for y in Y.values() if y.decays):
        found += [Column(f"rate_{y.column}_per_s", f"Rate of {lower(y.words)}", "1/s", rises=False),
                  Column(f"rate_{y.column}_per_s_error", f"Standard error of the rate of {lower(y.words)}", "1/s"),
                  Column(f"floor_{y.column}", f"Floor of {lower(y.words)}", rises=False),
                  Column(f"floor_{y.column}_error", f"Standard error of the floor of {lower(y.words)}"),
                  Column(f"stationary_{y.column}", f"{y.words} is stationary", is_flag=True)]
    return found


def result_of(run: Run, sweep: Sweep) -> Result:
    """The row of a run. Throws AnalysisError if its trace cannot be read."""
    if run.status != "done":
        return _without_trace(run, sweep)
    trace = run.trace
    reason = "killed" if trace.end is None else trace.end.get("reason", "unknown")
    result = Result(run, reason, facts=Trace(trace.path, trace.header))
    for quantity in (*X.values(), *Y.values()):
        values = trace.series(quantity.key)[0]
        if values.size:
            result.values[quantity.key if quantity in X.values() else final_name(quantity)] = _plain(values[-1])
    for target in sweep.targets:
        for goal in goals_of(target):
            _add_goal(result, goal, trace)
    if reason not in HOPELESS:
        for quantity in (y for y in Y.values() if y.decays):
            _add_laws(result, quantity, trace, sweep.window)
    return result


def _without_trace(run: Run, sweep: Sweep) -> Result:
    """A run that failed reaches nothing; of one that has not run yet nothing is known."""
    result = Result(run, run.status)
    if run.status == "failed":
        for goal in (goal for target in sweep.targets for goal in goals_of(target)):
            result.values[goal.reached.name] = 0
            result.censored_at |= {goal.cost(X[name]).name: math.inf for name in ("time", "bytes", "node_steps")}
    return result


def _plain(value: float) -> float | int:
    """A whole number as such, in which it was written."""
    value = float(value)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _add_goal(result: Result, goal: Goal, trace: Trace) -> None:
    if not trace.has(goal.quantity.key):
        return
    reached = goal.crossing(trace)
    result.values[goal.reached.name] = int(reached is not None)
    if reached is not None:
        times, = trace.series("time_s")
        result.records_to[goal.stem] = int((times < reached["time_s"]).sum())
    for name in ("time", "bytes", "node_steps"):
        column, key = goal.cost(X[name]), X[name].key
        if reached is not None and key in reached:
            result.values[column.name] = _plain(reached[key])
        elif reached is None:
            ends = result.values.get(key)
            if ends is not None:
                result.censored_at[column.name] = math.inf if result.end in HOPELESS else ends


def _add_laws(result: Result, quantity: Quantity, trace: Trace, window: tuple[float, float]) -> None:
    """Adds rate and floor, as far as they are known."""
    times, values = trace.series("time_s", quantity.key)
    if not times.size:
        return
    x, y = in_window(times, values, window)
    if line := rate(x, y):
        result.values[f"rate_{quantity.column}_per_s"] = line.slope
        if line.error is not None:
            result.values[f"rate_{quantity.column}_per_s_error"] = line.error
    found = floor(y)
    if found is not None:
        result.values[f"stationary_{quantity.column}"] = int(isinstance(found, Floor))
    if isinstance(found, Floor):
        result.values[f"floor_{quantity.column}"] = found.mean
        result.values[f"floor_{quantity.column}_error"] = found.error


def results_of(sweep: Sweep) -> list[Result]:
    """The rows of all runs, cell by cell. Throws SweepError if no trace has the quantity of a target."""
    results = []
    for run in sweep.runs:
        results.append(result_of(run, sweep))
        run.forget()
    done = [result for result in results if result.facts]
    for target in sweep.targets:
        name = goals_of(target)[0].reached.name
        if done and not any(name in result.values for result in done):
            raise SweepError(f"{done[0].run.path}: no sample has {target.quantity}, which the target "
                             f"{target.name} is about")
    return results
