"""What a policy says of itself as a whole: what may be argued, and how long a waiver may last."""

from typing import Annotated

from pydantic import Field

from audit.facts.argument import ArgumentTerms
from audit.facts.judgement import Basis, Tier
from audit.facts.measurement import Family
from audit.facts.waiver import MOST_DAYS
from audit.wire.strict import Strict


class AttackProbabilityV1(Strict):
    """Which limits may be divided by the probability of an attack, where, and up to what.

    What a child leaves out, it takes from its parent. `contexts: []` forbids it.
    """

    contexts: tuple[Tier, ...] | None = None
    families: tuple[Family, ...] | None = None
    cap: float | None = None
    basis: Basis | None = None
    verified: bool | None = None
    cite: tuple[str, ...] | None = None
    rationale: Annotated[str, Field(min_length=1, max_length=2000)] | None = None

    @classmethod
    def of(cls, terms: ArgumentTerms) -> "AttackProbabilityV1":
        """Return the terms as they are written."""
        return cls(
            contexts=terms.contexts,
            families=terms.families,
            cap=terms.cap,
            basis=terms.basis,
            verified=terms.verified,
            cite=terms.cite,
            rationale=terms.rationale,
        )

    def over(self, parent: "AttackProbabilityV1 | None") -> "AttackProbabilityV1":
        """Return the parent's terms with what this one writes."""
        if parent is None:
            return self
        return parent.model_copy(update={n: getattr(self, n) for n in self.model_fields_set})

    def missing(self) -> tuple[str, ...]:
        """Return the names of the fields that cannot be left out and are not there."""
        names = ("contexts", "families", "cap", "basis", "rationale")
        return tuple(name for name in names if getattr(self, name) is None)

    def fact(self) -> ArgumentTerms | None:
        """Return the terms as a fact; None while they are not whole: nothing may be argued."""
        if self.contexts is None or self.families is None or self.cap is None:
            return None
        if self.basis is None or self.rationale is None:
            return None
        return ArgumentTerms(
            cap=self.cap,
            families=self.families,
            contexts=self.contexts,
            basis=self.basis,
            rationale=self.rationale,
            verified=self.verified is True,
            cite=self.cite or (),
        )


class WaiverTermsV1(Strict):
    """How long a waiver may last under a policy."""

    max_days: Annotated[int, Field(ge=0, le=MOST_DAYS)]
