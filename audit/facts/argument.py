"""The argument that an attack is less than certain, and what it does to a limit.

A limit of the policy is a probability for a person who is attacked. Where an attack itself has the
probability p, the same risk is left at limit / p: a convention of the literature, with a cap.
"""

from dataclasses import dataclass
from enum import StrEnum

from audit.facts.measurement import Family
from audit.facts.terms import Basis, Tier

ARGUABLE = (Family.SINGLING_OUT, Family.LINKABILITY, Family.INFERENCE, Family.IDENTITY)
"""Whose limits may be raised. Never copies, identifiers and membership: they show what is in the
file, whoever attacks."""


class ArgumentCode(StrEnum):
    """What became of the argument."""

    APPLIED = "applied"
    NOT_LESS = "not_less"
    PUBLIC = "public"
    NOT_ALLOWED = "not_allowed"
    ASSESSMENT_MISSING = "assessment_missing"
    ASSESSMENT_EXPIRED = "assessment_expired"


@dataclass(frozen=True, slots=True)
class Argument:
    """A probability as somebody stated it, and as it was applied."""

    stated: float
    applied: float
    code: ArgumentCode


@dataclass(frozen=True, slots=True)
class ArgumentTerms:
    """What a policy lets people argue."""

    cap: float
    """No limit is raised beyond it."""
    families: tuple[Family, ...]
    contexts: tuple[Tier, ...]
    """Where it may be argued; empty: nowhere."""
    basis: Basis
    rationale: str
    verified: bool = False
    cite: tuple[str, ...] = ()
