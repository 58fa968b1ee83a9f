"""What theory needs to know of runs that differ by their seeds alone: settings, constants, laws of time.

Each question is answered, or refused by `DoesNotApply` with the reason. Nothing is assumed: a condition that a
formula needs is read from the configuration."""

from __future__ import annotations


import contextlib
import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gossamer.support.shapes import is_number
from gossamer.support.units import measured
from gossamer.theory.formulas import times
from gossamer.traces.trace import Trace

AGAIN = "run again with --theory"


class DoesNotApply(Exception):
    """A prediction that says nothing of these runs: the reason, as a clause."""


class OtherAlgorithm(DoesNotApply):
    """A prediction about other algorithms."""


# A trace from outside may have anything in the place of a setting; those of the program have every default filled in.
FAULTS = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError, np.linalg.LinAlgError)
CANNOT = "cannot be computed of this trace"


@contextlib.contextmanager
def computing():
    """Turns errors of arithmetic on odd values into DoesNotApply. NumPy does not warn inside."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FAULTS as error:
        raise DoesNotApply(f"{CANNOT}: {type(error).__name__}") from None


def need(holds: bool, reason: str) -> None:
    """Throws DoesNotApply with the reason unless a condition holds."""
    if not holds:
        raise DoesNotApply(reason)


# Methods whose mean follows x̄ ← x̄ − η ḡ with the gradients ḡ of all nodes, one of each in a step
SYNCHRONOUS_MEAN = frozenset(("d_psgd", "all_reduce_sgd", "local_sgd", "cpsgd", "adpsgd", "post_local_sgd", "adacomm",
                              "qsr", "fda", "gossip_pga", "matcha", "choco_sgd", "hierarchical_local_sgd"))
# Those in which all models change at once, after an all-reduce, whatever the times of steps
BARRIER = frozenset(("all_reduce_sgd", "local_sgd", "cpsgd", "adpsgd", "post_local_sgd", "adacomm", "qsr", "fda"))
# Those that communicate after each step, so that records see all models
EVERY_STEP = frozenset(("d_psgd", "all_reduce_sgd", "gossip_pga", "matcha", "choco_sgd"))
EXACT = frozenset(("extra", "nids", "exact_diffusion", "d2", "gradient_tracking", "lead", "led", "k_gt", "scaffold",
                   "proxskip", "s_star_local_sgd", "beer"))
SMOOTH = ("quadratic", "quadratic_file", "linear_regression", "logistic_regression", "softmax_regression")
PERIODS = {"local_sgd": "averaging_period", "cpsgd": "averaging_period", "overlap_local_sgd": "averaging_period",
           "cocod_sgd": "averaging_period", "fed_avg": "local_steps", "swarm_sgd": "local_steps", "d_psgd": "local_steps"}


@dataclass
class Facts:
    """Of one or more runs with the same settings."""

    traces: list[Trace]

    @property
    def header(self) -> dict:
        return self.traces[0].header

    @property
    def configuration(self) -> dict:
        return self.traces[0].configuration

    # ------------------------------------------------------------------------------------------------------------------
    # The algorithm.

    @cached_property
    def algorithm(self) -> dict:
        found = self.configuration.get("algorithm")
        need(isinstance(found, dict) and isinstance(found.get("kind"), str),
             "the trace has no configuration of the algorithm")
        return found

    @property
    def kind(self) -> str:
        return self.algorithm["kind"]

    def need_kind(self, *kinds: str) -> None:
        if self.kind not in kinds:
            raise OtherAlgorithm(f"is about {', '.join(kinds)}, and this is {self.kind}")

    def need_simulation(self) -> None:
        need(self.header.get("world", "simulation") == "simulation",
             "these are runs on real ranks, whose times follow no law")
        need(not self.configuration.get("faults"), "nodes or messages fail")

    @cached_property
    def eta(self) -> float:
        found = self.algorithm.get("step_size")
        if isinstance(found, dict) and found.get("kind") == "constant":
            found = found.get("value")
        need(is_number(found), "the step size is a schedule, expected a constant")
        return float(found)

    @property
    def momentum(self) -> float:
        found = self.algorithm.get("momentum", 0)
        optimizer = self.algorithm.get("optimizer")
        if isinstance(optimizer, dict) and optimizer.get("kind") != "sgd":
            need(optimizer.get("kind") == "momentum", f"the optimizer is {optimizer.get('kind')}, expected sgd")
            found = optimizer.get("momentum", 0)
        need(is_number(found), "the momentum is no number")
        need(not self.algorithm.get("nesterov"), "Nesterov's momentum looks ahead")
        return float(found)

    @cached_property
    def period(self) -> int:
        """H, the steps between two communications."""
        found = self.algorithm.get(PERIODS.get(self.kind, ""), 1)
        if isinstance(found, dict) and found.get("kind") == "constant":
            found = found.get("value")
        need(is_number(found), "the averaging period is chosen by a law, expected a constant")
        return int(found)

    def need_plain_mean(self) -> None:
        """That x̄ ← x̄ − η ḡ in each step, with plain SGD."""
        if self.kind not in SYNCHRONOUS_MEAN:
            raise OtherAlgorithm(f"{self.kind} does not move the mean model by −η times the mean gradient")
        need(self.header["topology"].get("stochasticity") is None, "W is not doubly stochastic")
        need(not self.algorithm.get("weight_decay"), "weight decay changes the objective")
        self.need_simulation()

    def need_lockstep(self) -> None:
        """That all nodes are in the same round at the instant of a record."""
        if self.kind not in BARRIER:
            need(self.law.words == "equal steps" and self.link is not None,
                 "steps are random, so that some nodes are a round further than others at an instant")

    # ------------------------------------------------------------------------------------------------------------------
    # The problem.

    @cached_property
    def nodes(self) -> int:
        """n, without servers."""
        count = (self.header.get("topology") or {}).get("nodes")
        need(is_number(count), "the trace has no number of nodes")
        return int(count) - int(self.header.get("servers", 0))

    @property
    def model(self) -> dict:
        found = self.configuration.get("model")
        need(isinstance(found, dict), "there is no model: this is a timing simulation")
        return found

    @cached_property
    def curvatures(self) -> np.ndarray:
        """The eigenvalues of the Hessian, which all nodes share."""
        if self.model.get("kind") == "quadratic_file":
            L, d = self.constant("L_max"), (self.header.get("problem") or {}).get("dimension")
            need(L - self.constant("mu_min") <= 1e-9 * L and is_number(d),
                 "nodes have different Hessians, or curvature depends on the direction")
            return np.full(int(d), L)
        need(self.model.get("kind") == "quadratic",
             f"needs quadratics of which all nodes share the Hessian; this is {self.model.get('kind')}")
        need(self.model.get("hessian_spread", 0) == 0, "nodes have different Hessians (hessian_spread)")
        mu, L, d = float(self.model["mu"]), float(self.model["L"]), int(self.model["dimension"])
        return np.array([L]) if d == 1 else mu * (L / mu) ** (np.arange(d) / (d - 1))

    @cached_property
    def noise(self) -> float:
        """s², the variance of each coordinate of a gradient, which does not depend on the model."""
        need(str(self.model.get("kind", "")).startswith("quadratic"), "the noise of minibatches depends on the model")
        return float(self.model.get("noise", 0)) ** 2

    @property
    def sigma_squared(self) -> float:
        """σ² = E ‖g_i − ∇f_i‖², if it is the same for all models."""
        if str(self.model.get("kind", "")).startswith("quadratic"):
            dimension = (self.header.get("problem") or {}).get("dimension")
            need(is_number(dimension), "the trace has no dimension")
            return self.noise * float(dimension)
        need(self.model.get("batch_size") == "full",
             "the noise of minibatches changes with the model, and σ² is known at single models alone")
        return 0.0

    @property
    def smoothness(self) -> float:
        """L of every f_i, if it holds for all models."""
        need(self.model.get("kind") in SMOOTH,
             f"no smoothness that holds for all models is known of {self.model.get('kind')}")
        return self.constant("L_max")

    def need_noise(self, wanted: bool) -> None:
        is_additive = str(self.model.get("kind", "")).startswith("quadratic")
        has_noise = self.noise > 0 if is_additive else self.model.get("batch_size") != "full"
        need(has_noise == wanted,
             "gradients are exact" if wanted else "gradients are noisy, so that runs end at a floor")

    @property
    def _theory(self) -> dict:
        found = self.header.get("theory")
        return found if isinstance(found, dict) else {}

    def constant(self, key: str) -> float:
        """Of the headers' objects "theory": the mean over runs, whose objectives may have been drawn with their seeds."""
        found = [constants[key]["value"] for trace in self.traces if key in (constants := _constants_of(trace))]
        if len(found) == len(self.traces):
            return float(np.mean(found))
        reason = (self._theory.get("absent") or {}).get(key)
        need(not self._theory, f"needs {key}, which is not known" + (f": {reason}" if reason else ""))
        raise DoesNotApply(f"needs {key}, which the trace does not have: {AGAIN}")

    # ------------------------------------------------------------------------------------------------------------------
    # The graph.

    @property
    def topology(self) -> dict:
        return self.header.get("topology") or {}

    def graph(self, key: str, words: str) -> float:
        """A number of the header's topology."""
        found = self.topology.get(key)
        need(is_number(found), f"the trace does not have {words}")
        return float(found)

    @property
    def rho(self) -> float:
        return self.graph("rho", "ρ of one W for all rounds")

    @cached_property
    def spectrum(self) -> np.ndarray:
        """The eigenvalues of a symmetric W, the largest first."""
        found = self._theory.get("spectrum")
        if isinstance(found, list) and found and all(map(is_number, found)):
            return np.array(found, dtype=float)
        need(not self._theory, "needs the spectrum of W, which is not symmetric, changes, or has more than 1000 nodes")
        raise DoesNotApply(f"needs the spectrum of W, which the trace does not have: {AGAIN}")

    # ------------------------------------------------------------------------------------------------------------------
    # Time.

    @cached_property
    def law(self) -> times.Law:
        """Of the steps of all nodes, independent over nodes and steps."""
        self.need_simulation()
        compute = self.configuration.get("compute") or {}
        kind, stragglers = compute.get("kind"), (compute.get("stragglers") or {}).get("kind", "none")
        need(compute.get("draw", "per_step") == "per_step", "steps of a node are drawn once for all")
        need(not compute.get("unevenness") and not compute.get("averaging"), "steps depend on their phase or on averagings")
        if stragglers == "bimodal" and kind == "constant":
            return times.bimodal(_seconds(compute["step"]), compute["stragglers"]["probability"],
                                 compute["stragglers"]["slowdown"])
        need(stragglers == "none", f"stragglers ({stragglers}) make nodes unequal")
        makers = {"constant": lambda: times.constant(_seconds(compute["step"])),
                  "exponential": lambda: times.exponential(_seconds(compute["mean"])),
                  "shifted_exponential": lambda: times.exponential(_seconds(compute["tail"]), _seconds(compute["shift"])),
                  "uniform": lambda: times.uniform(_seconds(compute["low"]), _seconds(compute["high"])),
                  "pareto": lambda: times.pareto(_seconds(compute["mean"]), compute["shape"]),
                  "weibull": lambda: times.weibull(_seconds(compute["mean"]), compute["shape"]),
                  "lognormal": lambda: times.lognormal(_seconds(compute["mean"]), compute["sigma"]),
                  "gamma": lambda: times.gamma(_seconds(compute["mean"]), compute["shape"])}
        found = makers[kind]() if kind in makers else None
        need(found is not None, f"there is no formula for steps of the law {kind}")
        return found

    @cached_property
    def link(self) -> tuple[float, float]:
        """Latency, and seconds a byte, of every message."""
        network = self.configuration.get("network") or {}
        need(network.get("kind") == "alpha_beta",
             f"the network is {network.get('kind')}, expected alpha_beta, whose messages are independent")
        plain = {"geometry": ("none", None), "jitter": (0, None), "overhead": ("0 s", None), "latencies": (None,),
                 "links": (None,), "rendezvous_threshold": (None,)}
        for key, allowed in plain.items():
            need(network.get(key) in allowed, f"messages differ ({key})")
        rate = _measured(network["bandwidth"]) * float(network.get("bandwidth_factor", 1)) / 8
        return _seconds(network["latency"]), 1 / rate

    @property
    def payload(self) -> float:
        found = self.header.get("payload_bytes")
        need(is_number(found), "the trace has no size of a model")
        return float(found)

    @property
    def message(self) -> float:
        """Seconds of a message with a model."""
        return times.message(self.payload, *self.link)

    @property
    def all_reduce(self) -> float:
        """Seconds of an all-reduce of a model."""
        network = self.configuration.get("network") or {}
        kind = self.header.get("all_reduce") or network.get("all_reduce")
        found = times.all_reduce(kind, self.nodes, self.payload, *self.link) if self.nodes > 1 else 0.0
        need(found is not None, f"there is no formula here for all-reduces by {kind} of {self.nodes} nodes")
        return found


def _constants_of(trace: Trace) -> dict[str, dict]:
    """Those that are known."""
    theory = trace.header.get("theory")
    found = theory.get("constants") if isinstance(theory, dict) else None
    if not isinstance(found, dict):
        return {}
    return {key: each for key, each in found.items() if isinstance(each, dict) and is_number(each.get("value"))}


def _measured(text) -> float:
    found = measured(text) if isinstance(text, str) else None
    need(found is not None, f"{text!r} is no quantity with a unit")
    return found[0]


def _seconds(text) -> float:
    return _measured(text)
