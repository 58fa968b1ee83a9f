"""How well a formula is known. Every output has the mark of its formula."""

from __future__ import annotations

from enum import Enum


class Evidence(Enum):
    """The value is the mark in tables."""

    DERIVED = "derived"  # here, and confirmed by numerical experiments
    PAPER = "paper"  # checked against the paper itself
    ABSTRACT = "abstract"  # stated in the abstract of the paper
    MEMORY = "from memory"  # not checked against the paper: constants may be off

    @property
    def is_verified(self) -> bool:
        """Whether a test may assert the formula."""
        return self is not Evidence.MEMORY

    @property
    def words(self) -> str:
        return {Evidence.DERIVED: "derived from the algorithm's recursion and confirmed numerically",
                Evidence.PAPER: "checked against the paper", Evidence.ABSTRACT: "stated in the paper's abstract",
                Evidence.MEMORY: "from memory, not checked against the paper: constants may be off"}[self]
