"""Expected times: order statistics of step times, collectives, overlap. Times are in seconds, sizes in bytes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


def harmonic(count: int) -> float:
    return math.fsum(1 / k for k in range(1, count + 1))


# ----------------------------------------------------------------------------------------------------------------------
# Laws of step times.

@dataclass(frozen=True)
class Law:
    """The law of a step's time, independent over nodes and steps: E[X], E[X²], and the mean of the K-th smallest of n."""

    words: str
    mean: float
    square: float  # may be infinite
    order: Callable[[int, int], float]  # of K and n
    memoryless: bool = False  # the rest of a step does not depend on its age

    def largest(self, nodes: int) -> float:
        return self.order(nodes, nodes)


def constant(step: float) -> Law:
    return Law("equal steps", step, step**2, lambda kept, nodes: step)


def exponential(mean: float, shift: float = 0.0) -> Law:
    """E X_(K:n) = shift + mean (H_n − H_{n−K})."""
    return Law("exponential steps" if shift == 0 else "shifted exponential steps", shift + mean,
               (shift + mean) ** 2 + mean**2, lambda kept, nodes: shift + mean * (harmonic(nodes) - harmonic(nodes - kept)),
               memoryless=shift == 0)


def uniform(low: float, high: float) -> Law:
    """E X_(K:n) = l + (h − l) K/(n + 1)."""
    return Law("uniform steps", (low + high) / 2, (low**2 + low * high + high**2) / 3,
               lambda kept, nodes: low + (high - low) * kept / (nodes + 1))


def pareto(mean: float, shape: float) -> Law:
    """E X_(K:n) = x_m G(n + 1) G(n − K + 1 − 1/a)/(G(n − K + 1) G(n + 1 − 1/a)), G the Gamma function."""
    least = mean * (shape - 1) / shape

    def order(kept: int, nodes: int) -> float:
        return least * math.exp(math.lgamma(nodes + 1) - math.lgamma(nodes - kept + 1) + math.lgamma(
            nodes - kept + 1 - 1 / shape) - math.lgamma(nodes + 1 - 1 / shape))

    return Law("Pareto steps", mean, math.inf if shape <= 2 else shape * least**2 / (shape - 2), order)


def weibull(mean: float, shape: float) -> Law:
    scale = mean / math.gamma(1 + 1 / shape)
    return Law("Weibull steps", mean, scale**2 * math.gamma(1 + 2 / shape),
               lambda kept, nodes: order_by_integral(lambda t: 1 - np.exp(-((t / scale) ** shape)), kept, nodes, mean))


def lognormal(mean: float, sigma: float) -> Law:
    """exp of a normal variable with the deviation σ."""
    middle = math.log(mean) - sigma**2 / 2
    normal = np.vectorize(lambda z: (1 + math.erf(z / math.sqrt(2))) / 2)

    def below(t: np.ndarray) -> np.ndarray:
        return normal((np.log(np.maximum(t, 1e-300)) - middle) / sigma)

    return Law("lognormal steps", mean, mean**2 * math.exp(sigma**2),
               lambda kept, nodes: order_by_integral(below, kept, nodes, mean))


def gamma(mean: float, shape: float) -> Law | None:
    """A sum of `shape` exponential times; none if that is no whole number, whose distribution function has no finite sum."""
    if shape != round(shape):
        return None
    below = erlang_below(round(shape))
    return Law("gamma steps", mean, mean**2 * (1 + 1 / shape),
               lambda kept, nodes: order_by_integral(lambda t: below(t * shape / mean), kept, nodes, mean))


def bimodal(step: float, probability: float, slowdown: float) -> Law:
    """A step takes `slowdown` times as long with this probability."""
    def order(kept: int, nodes: int) -> float:
        few = math.fsum(math.comb(nodes, slow) * probability**slow * (1 - probability) ** (nodes - slow)
                        for slow in range(nodes - kept + 1))  # then the K-th smallest is a usual step
        return step * (1 + (slowdown - 1) * (1 - few))

    return Law("bimodal steps", step * (1 + (slowdown - 1) * probability),
               step**2 * (1 + (slowdown**2 - 1) * probability), order)


def order_by_integral(below: Callable[[np.ndarray], np.ndarray], kept: int, nodes: int, scale: float) -> float:
    """∫ P(X_(K:n) > t) dt of a law from zero with the distribution function `below`, by Gauss–Legendre rules on parts
    of the size of `scale`."""
    points, weights = np.polynomial.legendre.leggauss(40)
    result, start = 0.0, 0.0
    for part in range(400):
        width = scale / 4 if part < 40 else scale
        t = start + width * (points + 1) / 2
        share = below(t)
        above = sum(math.comb(nodes, low) * share**low * (1 - share) ** (nodes - low) for low in range(kept))
        change = float(weights @ above) * width / 2
        result, start = result + change, start + width
        if change < 1e-13 * result and part > 40:
            break
    return result


def erlang_below(steps: int) -> Callable[[np.ndarray], np.ndarray]:
    """P(a sum of H exponential times of mean 1 ≤ t)."""
    return lambda t: 1 - np.exp(-t) * sum(np.exp(k * np.log(np.maximum(t, 1e-300)) - math.lgamma(k + 1))
                                          for k in range(steps))


def slowest_sum(law: Law, steps: int, nodes: int) -> float | None:
    """E max over n nodes of the sum of H steps; none if no formula is known."""
    if steps == 1:
        return law.largest(nodes)
    if law.words == "equal steps":
        return steps * law.mean
    if law.memoryless:
        return law.mean * order_by_integral(erlang_below(steps), nodes, nodes, math.sqrt(steps))
    return None


def slowest_bimodal_sum(step: float, probability: float, slowdown: float, steps: int, nodes: int) -> float:
    """E max over n nodes of the sum of H such steps: s (H + (r − 1) Σ_m (1 − F_Bin(m)^n))."""
    mass = [math.comb(steps, m) * probability**m * (1 - probability) ** (steps - m) for m in range(steps + 1)]
    return step * (steps + (slowdown - 1) * float(np.sum(1 - np.cumsum(mass)[:-1] ** nodes)))


def slowest_of_rates(rates: list[float]) -> float:
    """E max of exponential times with different rates, over all subsets: Σ_S (−1)^{|S|+1}/Σ_{i∈S} u_i."""
    return math.fsum((-1) ** (bin(members).count("1") + 1) / math.fsum(
        rate for place, rate in enumerate(rates) if members >> place & 1) for members in range(1, 1 << len(rates)))


# ----------------------------------------------------------------------------------------------------------------------
# Messages and collectives: latency a, b seconds a byte.

def message(size: float, latency: float, per_byte: float) -> float:
    return latency + size * per_byte


def all_reduce(kind: str, nodes: int, size: float, latency: float, per_byte: float) -> float | None:
    """The time of an all-reduce without arithmetic; none if no formula is known."""
    rounds = math.log2(nodes)
    if kind == "ring":
        return 2 * (nodes - 1) * (latency + size / nodes * per_byte)
    if not rounds.is_integer():
        return None
    if kind == "recursive_doubling":
        return rounds * (latency + size * per_byte)
    if kind == "rabenseifner":
        return 2 * rounds * latency + 2 * (nodes - 1) / nodes * size * per_byte
    if kind == "binomial_tree":
        return 2 * rounds * (latency + size * per_byte)
    return None


def overlapped(durations: np.ndarray, delay: float) -> np.ndarray:
    """The ends of all nodes if all-reduces overlap the next period. `durations` are periods × n.

    T_i(s) = max(T_i(s−1) + Y_i(s), R(s−1)), R(s) = max_j T_j(s) + t, R(0) = 0."""
    ends, delivered = np.zeros(durations.shape[1]), 0.0
    for each in durations:
        ends = np.maximum(ends + each, delivered)
        delivered = float(ends.max()) + delay
    return ends


def steps_behind_slow_node(hops: int, slowdown: float, time: float) -> int:
    """How many rounds a node so many hops from one slow node has finished, if all other steps take 1 and messages
    nothing: it finishes round k at k for k ≤ h, and at (k − h) s + h after that; the slow node at k s. Every node
    waits for its neighbors."""
    if hops == 0:
        return math.floor(time / slowdown)
    if time < hops + slowdown:
        return min(math.floor(time), hops)
    return hops + math.floor((time - hops) / slowdown)
