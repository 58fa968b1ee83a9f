"""Which graph, which averaging period, which algorithm? Ranked by the predicted time to a target, with the trust in each part."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import DoesNotApply, Facts
from gossamer.theory.formulas import choice
from gossamer.theory.predictions import rounds

ESTIMATE = "estimate"  # not even a bound: first order, or with a stand-in for a constant that is not known
SIMULATED = "simulated"  # a run of the same program and times without models
PERIODS = (1, 2, 4, 8, 16, 32)
CLOSE = 1.25  # a prediction agrees if the measured time is within this factor of it


@dataclass(frozen=True)
class Problem:
    """The constants of the objective and of the start."""

    nodes: int
    eta: float
    L: float
    mu: float
    sigma2: float
    zeta2: float  # ζ*²
    difference: float  # an estimate of the largest ‖A_i − A‖
    start: choice.Start
    f_star: float
    slope: float  # ‖∇f‖²/(2 (f − f*)) at the start, a curvature

    def loss(self, steps: int, spread: float) -> float:
        """Of the mean model."""
        left = abs(1 - self.eta * self.mu) ** (2 * steps)
        floor = choice.noise_floor(self.nodes, self.eta, self.L, self.sigma2)
        return (self.f_star + self.start.loss(steps, self.eta) + (1 - left) * floor
                + choice.bias(spread, self.difference, self.slope))

    @property
    def trust(self) -> str:
        """Of the number of steps."""
        return Evidence.DERIVED.value if self.difference == 0 else ESTIMATE


@dataclass(frozen=True)
class Candidate:
    """A choice: settings of the experiment, and its header without models."""

    graph: str
    period: int
    topology: dict
    algorithm: dict

    @property
    def name(self) -> str:
        return f"{self.algorithm['kind']}, H = {self.period}" + (f", {self.graph}" if self.graph else "")


@dataclass(frozen=True)
class Forecast:
    """What theory predicts of a candidate. Without a time it is not predicted to reach the target: the reason."""

    candidate: Candidate
    steps: int | None = None
    step_seconds: float | None = None
    trust_in_steps: str = ""
    trust_in_times: str = ""
    reason: str = ""

    @property
    def seconds(self) -> float | None:
        return None if self.steps is None or self.step_seconds is None else self.steps * self.step_seconds


# ----------------------------------------------------------------------------------------------------------------------
# The problem and the candidates.

def problem_of(trace, eta: float) -> Problem:
    """From a run with --theory. Throws DoesNotApply if a constant is missing.

    An L that bounds the curvature at every x is often far above it on the way. Then the larger curvature of the start
    stands for L, and the nodes' differences shrink with it: an estimate."""
    facts = Facts([trace])
    constant = facts.constant
    mu, L = constant("mu"), constant("L")
    gradient = max(constant("M_squared") - constant("zeta_squared_start") - constant("sigma_squared_start"), 0.0)
    gap = float(trace.samples[0]["train_loss"]) - constant("f_star")
    shared = max(constant("L_max") - L, mu - constant("mu_min"))
    difference = shared if shared > 1e-9 * L else 0.0
    if difference == 0 and not str(facts.model.get("kind", "")).startswith("quadratic"):
        difference = L  # equal bounds are no equal Hessians
    begin = choice.start(constant("distance_start_squared"), gap, gradient, mu, L)
    if is_bound(trace, "L"):
        along = begin.curvatures[-1]
        difference, L = difference * along / L, along
    if not eta * L < 2:
        raise DoesNotApply(f"η L = {eta * L:.3g}, and gradient descent needs less than 2")
    return Problem(facts.nodes, eta, L, mu, constant("sigma_squared"), constant("zeta_star_squared"), difference, begin,
                   constant("f_star"), min(max(gradient / (2 * gap), mu), L) if gap > 0 else L)


def is_bound(trace, key: str) -> bool:
    """Whether a constant is a bound that holds at every x, which its source says first."""
    return trace.header["theory"]["constants"][key]["source"].startswith("at every x")


def graphs_of(nodes: int, own: dict) -> dict[str, dict]:
    """Topologies with so many nodes, by their names; the experiment's own first."""
    found = {own["kind"]: own}
    rows = next((rows for rows in range(math.isqrt(nodes), 2, -1) if nodes % rows == 0), 0)
    others = [{"kind": "ring", "nodes": nodes}] if nodes > 2 else []
    if rows:
        others.append({"kind": "torus", "rows": rows, "columns": nodes // rows})
    if nodes > 2:
        others.append({"kind": "exponential", "nodes": nodes})
    others.append({"kind": "complete", "nodes": nodes})
    if nodes & (nodes - 1) == 0:
        others.append({"kind": "one_peer_exponential", "nodes": nodes})
    for each in others:
        found.setdefault(each["kind"], each)
    return found


def candidates(nodes: int, own: dict, eta: float, periods: Iterable[int] = PERIODS) -> list[Candidate]:
    """All-reduces do not depend on the graph and keep the experiment's own."""
    found = [Candidate("", 1, own, {"kind": "all_reduce_sgd", "step_size": eta})]
    found += [Candidate("", period, own, {"kind": "local_sgd", "step_size": eta, "averaging_period": period})
              for period in periods if period > 1]
    found += [Candidate(name, period, graph, {"kind": "d_psgd", "step_size": eta, "local_steps": period})
              for name, graph in graphs_of(nodes, own).items() for period in periods]
    return found


# ----------------------------------------------------------------------------------------------------------------------
# Predictions.

def contraction_of(header: dict) -> tuple[float, int]:
    """ρ of a round, and the number of rounds after which all models are equal if they ever are."""
    topology = header.get("topology") or {}
    if "rho" in topology:
        return topology["rho"], 1
    factor = topology.get("consensus_factor_per_round")
    if factor is None:
        raise DoesNotApply("the consensus factor of its rounds is not known")
    return factor, int(topology.get("period", 1))


def spread_of(problem: Problem, candidate: Candidate, header: dict) -> float:
    """Γ/n. Throws DoesNotApply if the method is unstable."""
    H, eta = candidate.period, problem.eta
    if candidate.algorithm["kind"] == "all_reduce_sgd":
        return 0.0
    if candidate.algorithm["kind"] == "local_sgd":
        return choice.spread_of_local_steps(problem.nodes, eta, H, problem.sigma2, problem.zeta2)
    rho, rounds_of_cycle = contraction_of(header)
    least = (header.get("topology") or {}).get("smallest_eigenvalue", -rho)
    step = 1 - (1 - eta * problem.L) ** H  # x ← λ x − (1 − (1 − η L)^H) x in a mode of W, with one Hessian for all
    if not step < 1 + least:
        raise DoesNotApply(f"1 − (1 − η L)^H = {step:.3g} is not below 1 + λₙ = {1 + least:.3g}: it diverges along λₙ")
    if rho == 0:  # each cycle averages exactly, so that models differ by the steps of one
        return choice.spread_of_local_steps(problem.nodes, eta, H * rounds_of_cycle + 1, problem.sigma2, problem.zeta2)
    return choice.spread_of_gossip(problem.nodes, eta, H, problem.sigma2, problem.zeta2, max(rho, abs(least - step)))


TIMES = {"all_reduce_sgd": rounds.synchronous, "local_sgd": rounds.local, "d_psgd": rounds.d_psgd}


def formula_seconds(candidate: Candidate, trace) -> float:
    """Seconds of a step by a formula. Throws DoesNotApply if there is none."""
    return next(TIMES[candidate.algorithm["kind"]](Facts([trace]))).value


def measured_seconds(trace) -> float:
    """Seconds of a step in a run without models."""
    last = trace.samples[-1]
    return last["time_s"] / last["node_steps_per_node"]


def forecast(problem: Problem, candidate: Candidate, target: float, timed: Callable[[Candidate], object]) -> Forecast:
    """`timed` returns the trace of a run of the candidate without models."""
    trace = timed(candidate)
    try:
        spread = spread_of(problem, candidate, trace.header)
    except DoesNotApply as reason:
        return Forecast(candidate, reason=str(reason))
    steps = choice.least_steps(lambda k: problem.loss(k, spread) <= target)
    if steps is None:
        return Forecast(candidate, reason=f"its predicted floor is {problem.loss(choice.MOST_STEPS, spread):.4g}, "
                                          f"above the target")
    steps = candidate.period * math.ceil(steps / candidate.period) if candidate.period > 1 else steps
    try:
        return Forecast(candidate, steps, formula_seconds(candidate, trace), problem.trust, Evidence.DERIVED.value)
    except DoesNotApply:
        return Forecast(candidate, steps, measured_seconds(trace), problem.trust, SIMULATED)


def ranked(forecasts: Iterable[Forecast]) -> list[Forecast]:
    """The fastest first; last those that are not predicted to reach the target."""
    return sorted(forecasts, key=lambda each: math.inf if each.seconds is None else each.seconds)


# ----------------------------------------------------------------------------------------------------------------------
# The check by a sweep.

def sweep_of(best: list[Forecast], base: str, settings: dict, target: float, seeds: int) -> dict:
    """A sweep file with one cell for each, of the experiment file `base` with other settings, by their paths. Runs end at
    the target, or after four times the slowest prediction."""
    longest = 4 * max(each.seconds for each in best)
    every = max(1, min(each.steps for each in best) // 50)
    whole = {**settings, "/stop": {"target_loss": target, "virtual_time": f"{longest:.6g} s"},
             "/record": {"every_node_steps": every, "nodes": "none", "gradient_norm": False, "local_nodes": 0, "test": False}}
    choices = {each.candidate.name: {"/topology": each.candidate.topology, "/algorithm": each.candidate.algorithm}
               for each in best}
    return {"title": "The best choices by theory", "base": base, "set": whole, "seeds": seeds,
            "targets": {"train_loss": target}, "axes": [{"name": "choice", "settings": choices}]}


def time_to(trace, target: float) -> float | None:
    """Seconds until the first record at the target; none if the run ends before."""
    return next((sample["time_s"] for sample in trace.samples if sample.get("train_loss", math.inf) <= target), None)


@dataclass(frozen=True)
class Outcome:
    """A forecast beside its runs, by seed. A run that did not reach the target has no time."""

    forecast: Forecast
    seconds: dict

    @property
    def reached(self) -> list[float]:
        return [each for each in self.seconds.values() if each is not None]

    @property
    def mean(self) -> float | None:
        """None unless all runs reached the target."""
        return math.fsum(self.reached) / len(self.reached) if self.reached and len(self.reached) == len(self.seconds) else None


def disagreements(outcomes: list[Outcome]) -> list[str]:
    """Sentences: where runs are far from their predictions, and pairs that all seeds order the other way."""
    found = []
    for each in outcomes:
        if each.mean is None:
            found.append(f"{each.forecast.candidate.name}: {len(each.seconds) - len(each.reached)} of {len(each.seconds)} "
                         "runs did not reach the target")
        elif not 1 / CLOSE <= each.mean / each.forecast.seconds <= CLOSE:
            found.append(f"{each.forecast.candidate.name}: took {each.mean / each.forecast.seconds:.3g} times as long as "
                         f"predicted (steps: {each.forecast.trust_in_steps}, times: {each.forecast.trust_in_times})")
    whole = [each for each in outcomes if each.mean is not None]
    for place, first in enumerate(whole):
        for second in whole[place + 1:]:
            both = [(first.seconds[seed], second.seconds[seed]) for seed in first.seconds if seed in second.seconds]
            if first.forecast.seconds < second.forecast.seconds and both and all(a > b for a, b in both):
                found.append(f"{second.forecast.candidate.name} was faster than {first.forecast.candidate.name} with every "
                             "seed, which was predicted the other way")
    return found
