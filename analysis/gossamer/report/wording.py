"""Labels of quantities without the math of Matplotlib."""

from __future__ import annotations

MATH = ((r"\Gamma", "Γ"), (r"\bar{x}", "x\u0304"), ("^*", "*"), (" - ", " − "), ("$", ""))


def plain_label(label: str) -> str:
    for math, letters in MATH if "$" in label else ():
        label = label.replace(math, letters)
    return label
