"""Quantities with units, as configurations write them: "2 ms", "1 Gbit/s"."""

from __future__ import annotations

import re

DURATIONS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
PREFIXES = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
BINARY = {"Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40}


def _units() -> dict[str, tuple[float, str]]:
    """The factor and the base unit of each unit: seconds, bytes for sizes, bits per second for rates, FLOP."""
    found = {name: (factor, "s") for name, factor in DURATIONS.items()}
    for prefix, factor in {**PREFIXES, **BINARY}.items():
        found |= {f"{prefix}B": (factor, "B"), f"{prefix}B/s": (8 * factor, "bit/s")}
    for prefix, factor in PREFIXES.items():
        found |= {f"{prefix}bit": (factor / 8, "B"), f"{prefix}bit/s": (factor, "bit/s"),
                  f"{prefix}FLOP": (factor, "FLOP"), f"{prefix}FLOP/s": (factor, "FLOP/s")}
    return found


UNITS = _units()


def measured(text: str) -> tuple[float, str] | None:
    """The value of such a text in its base unit, and that unit; none if the text is anything else."""
    match = re.fullmatch(r"\s*([0-9.eE+-]+)\s*([A-Za-zµμ/]+)\s*", text)
    if not match or match[2] not in UNITS:
        return None
    factor, unit = UNITS[match[2]]
    try:
        return float(match[1]) * factor, unit
    except ValueError:
        return None
