"""The loss of the mean model of synchronous methods over steps, from constants alone: what `gossamer advise` ranks by.

    E f(x̄_k) − f* = Σ_j w_j ν_j (1 − η ν_j)^{2k}/2 + (1 − (1 − η ν)^{2k}) floor + bias

If all nodes share one Hessian, x̄ ← x̄ − η ḡ is the recursion of SGD with n gradients a step, for every W and every
averaging period, and the bias is zero."""

from __future__ import annotations

from dataclasses import dataclass

MOST_STEPS = 2**40


@dataclass(frozen=True)
class Start:
    """Curvatures ν_j and weights w_j of two eigenvectors that have the distance, loss and gradient of the start."""

    curvatures: tuple[float, ...]
    weights: tuple[float, ...]

    def loss(self, steps: int, eta: float) -> float:
        """What gradient descent leaves of f − f*."""
        return sum(weight * nu / 2 * abs(1 - eta * nu) ** (2 * steps)
                   for nu, weight in zip(self.curvatures, self.weights))


def start(distance: float, gap: float, gradient: float, mu: float, L: float) -> Start:
    """From ‖x_0 − x*‖², f(x_0) − f* and ‖∇f(x_0)‖²: the moments Σ w, Σ w ν/2 and Σ w ν² of the start over the eigenvalues.

    Gauss–Radau: one curvature is μ, the other one and both weights follow from the moments. This is exact if x_0 − x* has
    parts along two curvatures, one of them μ. Else, or if f is no quadratic and the moments do not fit, it is an estimate."""
    slope = 2 * gap - mu * distance
    if slope <= 0:
        return Start((mu,), (2 * gap / mu,))
    other = min(max((gradient - mu * 2 * gap) / slope, mu), L)
    if other <= mu * (1 + 1e-12):
        return Start((mu,), (2 * gap / mu,))
    weight = slope / (other - mu)
    return Start((mu, other), (max(2 * gap - other * weight, 0.0) / mu, weight))


def noise_floor(nodes: int, eta: float, nu: float, sigma2: float) -> float:
    """η σ²/(2 n (2 − η ν)): the stationary f(x̄) − f* of a quadratic with the curvature ν; it hardly depends on ν."""
    return eta * sigma2 / (2 * nodes * (2 - eta * nu))


def spread_of_local_steps(nodes: int, eta: float, period: int, sigma2: float, zeta2: float) -> float:
    """Γ/n on average over the steps between two averagings of all models, to first order in η:
    η² ((1 − 1/n) σ² (H − 1)/2 + ζ² (H − 1)(2H − 1)/6)."""
    return eta**2 * ((1 - 1 / nodes) * sigma2 * (period - 1) / 2 + zeta2 * (period - 1) * (2 * period - 1) / 6)


def spread_of_gossip(nodes: int, eta: float, period: int, sigma2: float, zeta2: float, rho: float) -> float:
    """Γ/n at the end of rounds x ← W x − η Σ g of H gradients, to first order in η, at most:
    η² ((1 − 1/n) H σ²/(1 − ρ²) + H² ζ²/(1 − ρ)²)."""
    return eta**2 * ((1 - 1 / nodes) * period * sigma2 / (1 - rho**2) + period**2 * zeta2 / (1 - rho) ** 2)


def bias(spread: float, difference: float, nu: float) -> float:
    """An estimate of what unequal models cost. Gradients at x_i in place of x̄ are off by at most ‖A_i − A‖ ‖x_i − x̄‖. A
    gradient that is off by e stops where ‖∇f‖ = ‖e‖, thus at ‖e‖²/(2 ν) above f* with ν = ‖∇f‖²/(2 (f − f*))."""
    return difference**2 * spread / (2 * nu)


def least_steps(reaches) -> int | None:
    """The least k with reaches(k), which stays true once it is; none if there is none below 2⁴⁰."""
    if reaches(0):
        return 0
    high = 1
    while not reaches(high):
        high *= 2
        if high > MOST_STEPS:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high
