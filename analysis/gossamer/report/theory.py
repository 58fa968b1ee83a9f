"""What theory says of these runs, as far as their traces have its constants."""

from __future__ import annotations

CONSTANTS = {"smoothness": "L", "strong_convexity": "μ", "gradient_variance": "σ²", "heterogeneity": "ζ²",
             "heterogeneity_at_optimum": "ζ² at the optimum"}


def theory(headers: list[dict]) -> list[list[str]]:
    """Rows of a name and a text: the graphs' contraction, the constants of the problems."""
    rows: dict[tuple[str, str], None] = {}
    for header in headers:
        facts, problem = header.get("topology") or {}, header.get("problem") or {}
        name = f"{facts.get('kind', 'graph')}, {facts.get('nodes', '?')} nodes, {facts.get('edges', '?')} edges"
        constants = [f"{symbol} = {problem[key]:.4g}" for key, symbol in CONSTANTS.items() if _is_number(problem.get(key))]
        for row in ((name, _contraction(facts)), ("constants of the problem", ", ".join(constants))):
            if row[1]:
                rows[row] = None
    return [list(row) for row in rows]


def _contraction(facts: dict) -> str:
    parts = []
    if _is_number(facts.get("rho")):
        gap = facts.get("spectral_gap", 1 - facts["rho"])
        parts.append(f"a round multiplies √Γ by at most ρ = {facts['rho']:.4g} (spectral gap {gap:.4g})")
    elif _is_number(facts.get("consensus_factor")):
        parts.append(f"the rounds of a period multiply √Γ by at most {facts['consensus_factor']:.4g}")
    if _is_number(facts.get("effective_neighbors")):
        parts.append(f"a node averages over {facts['effective_neighbors']:.3g} models (effective neighbors)")
    return "; ".join(parts)


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
