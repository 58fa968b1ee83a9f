"""Exact mean squares of SAGA and ADSAGA on scalar quadratics f_i(x) = a_i (x − θ_i)²/2, which the server averages.

Every update is a random linear map of the deviations from the fixed point, so that E[s sᵀ] follows a linear recursion."""

from __future__ import annotations

from itertools import product

import numpy as np


def optimum(a: np.ndarray, theta: np.ndarray) -> float:
    return float(a @ theta / a.sum())


def saga(a: np.ndarray, theta: np.ndarray, eta: float, start: float, updates: int) -> np.ndarray:
    """E (x − x*)² after 0, 1, … updates x ← x − η (g_i − α_i + ᾱ), α_i ← g_i with uniform i and α = 0 at first.

    Defazio, Bach, Lacoste-Julien, "SAGA", NeurIPS 2014, arXiv:1407.0202, have the method."""
    count, x = len(a), optimum(a, theta)
    state = np.concatenate([[start - x], -a * (x - theta)])  # x, α_1, …, α_N less their values at the fixed point
    maps = []
    for chosen in range(count):
        step = np.eye(count + 1)
        step[0, 0] -= eta * a[chosen]
        step[0, 1:] -= eta / count
        step[0, 1 + chosen] += eta
        step[1 + chosen] = 0
        step[1 + chosen, 0] = a[chosen]
        maps.append(step)
    return _squares(np.outer(state, state), maps, updates)


def adsaga(a: np.ndarray, theta: np.ndarray, eta: float, start: float, updates: int, parts: list[list[int]]) -> np.ndarray:
    """The same if machine j has the components parts[j], computes its next gradient at the model that it was sent last, and
    reports in a random order, as with exponential times. The server steps by the old mean ᾱ.

    Glasgow, Wootters, "Asynchronous distributed optimization with stochastic delays", AISTATS 2022, arXiv:2009.10717, have
    the method."""
    count, x = len(a), optimum(a, theta)
    first, sent = 2, 2 + count  # the state: x, ᾱ, the α_i, and the differences in flight
    moments = np.zeros((sent + len(parts), sent + len(parts)))
    starts = list(product(*parts))
    for chosen in starts:  # each machine's first component
        state = np.zeros(sent + len(parts))
        state[0], state[first:sent] = start - x, -a * (x - theta)
        for machine, each in enumerate(chosen):
            gradient = a[each] * (start - theta[each])
            state[sent + machine], state[first + each] = gradient, gradient - a[each] * (x - theta[each])
        moments += np.outer(state, state) / len(starts)
    assert len({len(part) for part in parts}) == 1, "machines have equally many components"
    maps = [_report(a, eta, sent + machine, each, len(moments)) for machine, part in enumerate(parts) for each in part]
    return _squares(moments, maps, updates)


def _report(a: np.ndarray, eta: float, place: int, chosen: int, size: int) -> np.ndarray:
    """The map of an update: the difference at this place arrives, and its machine computes a component at the new model."""
    x, mean, alpha = 0, 1, 2 + chosen
    step = np.eye(size)
    step[x, [mean, place]] = -eta
    step[mean, place] += 1 / len(a)
    step[place] = a[chosen] * step[x]
    step[place, alpha] -= 1
    step[alpha] = a[chosen] * step[x]
    return step


def _squares(moments: np.ndarray, maps: list[np.ndarray], updates: int) -> np.ndarray:
    """The first diagonal element of E[s sᵀ] after each of so many maps, drawn uniformly and independently."""
    found = [moments[0, 0]]
    for _ in range(updates):
        moments = sum(each @ moments @ each.T for each in maps) / len(maps)
        found.append(moments[0, 0])
    return np.array(found)
