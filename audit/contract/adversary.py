"""The kinds of attack. `run` is written once for each kind; an attack fills in its few methods.

An attack holds no loop over splits, no interval and no reason to skip: what it can do to one set
of people is all it says.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence

from audit.contract.arms import Arm, BoolArray, FloatArray, Side
from audit.contract.check import Check, NothingToTry, Yield
from audit.contract.isolation_rates import Statements
from audit.contract.isolation_worst import weighed_case, weighed_cases
from audit.contract.lab import Lab
from audit.contract.outcomes import Scores, Wins
from audit.contract.predicates import Predicate
from audit.contract.scoring import SCORING_MEASURES, as_roc, epsilon_caveat, score_case
from audit.contract.strata import ATTACKED, strata_of
from audit.contract.strata_wins import strata_wins
from audit.contract.targeted import as_bars, single_case, strongest, worst_case
from audit.contract.worst_scores import worst_scores
from audit.facts.measurement import Caveat, Family
from audit.facts.reasons import CaveatCode

__all__ = [
    "PREDICATE_MEASURES",
    "SCORING_MEASURES",
    "PredicateAttack",
    "ScoringAttack",
    "TargetedAttack",
]

PREDICATE_MEASURES = ("excess", "risk", "attack_rate", "control_rate", "baseline_rate")
WORST: Mapping[str, str] = {"over": "worst"}


class TargetedAttack(Check):
    """An adversary who attacks one person after the other, and wins or loses.

    Fields of a subclass: `n_targets`, the largest number of people per side.
    """

    n_targets: int

    @abstractmethod
    def variants(self, lab: Lab) -> Sequence[Mapping[str, str]]:
        """Return a scope for each way to run the attack."""

    @abstractmethod
    def wins(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Tell for each row of the arm whether the adversary wins: bool of shape (n_rows,)."""

    @abstractmethod
    def guesses(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Tell the same for an adversary who does not look at the release."""

    def covariates(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray | None:
        """Return label-blind covariates of each row, or None: float64 of shape (n_rows, p)."""
        return None

    def worst_scope(self, scope: Mapping[str, str]) -> Mapping[str, str]:
        """Return the scope of the worst case that this variant belongs to."""
        return WORST

    def caveats(self, lab: Lab) -> Mapping[CaveatCode, Mapping[str, float]]:
        """Return what a reader must know of how the attack was run."""
        return {}

    def beside(self, cases: Sequence[Wins], lab: Lab) -> Iterator[Yield]:
        """Yield what else can be said of the outcomes; nothing where rates say it all."""
        return iter(())

    def parted(self, cases: Sequence[Wins]) -> Sequence[Wins]:
        """Return the variants whose worst case is also asked of parts of the people.

        None where a secret is inferred: `attribute-inference-worst-case` asks it of all at once.
        """
        return () if self.card.family is Family.INFERENCE else cases

    def shown(self, cases: Sequence[Wins]) -> Sequence[Wins]:
        """Return the variants that have a bar in the figure."""
        return cases

    def outcomes(self, lab: Lab) -> tuple[Wins, ...]:
        """Run all variants against both sides; done once in a run."""
        # Under the attack's own stream, whoever asks first.
        own = lab.for_check(self.card.id)
        key = (self.card.id, repr(self), lab.target_limit)
        return lab.keep(key, lambda: tuple(self._play(s, own) for s in self.variants(own)))

    def _play(self, scope: Mapping[str, str], lab: Lab) -> Wins:
        lab.checkpoint()
        real, holdout = (lab.arm(s, self.n_targets) for s in (Side.REAL, Side.HOLDOUT))
        x = [self.covariates(arm, scope, lab) for arm in (real, holdout)]
        return Wins(
            scope=scope,
            real=real.any_of(self.wins(real, scope, lab)),
            holdout=holdout.any_of(self.wins(holdout, scope, lab)),
            guessed=real.any_of(self.guesses(real, scope, lab)),
            x_real=None if x[0] is None else real.mean_of(x[0]),
            x_holdout=None if x[1] is None else holdout.mean_of(x[1]),
        )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Yield the rates, excess and risk of every variant, and of the worst."""
        cases = self.outcomes(lab)
        for case in cases:
            yield from single_case(case)
        for scope, members in self._grouped(cases).items():
            yield from worst_case(members, dict(scope), lab.stream(f"worst/{scope}"))
        yield from self._in_parts(cases, lab)
        label = next(iter(cases[0].scope), "")
        shown = strongest(cases, label) if label in ("secret",) else self.shown(cases)
        yield as_bars(self.card.id, shown, "split" if "split" in cases[0].scope else label)
        yield from self.beside(cases, lab.for_check(self.card.id))
        for code, numbers in self.caveats(lab).items():
            yield Caveat(code, numbers)
        yield from _sampling_caveats(lab, self.n_targets)

    def _grouped(self, cases: Sequence[Wins]) -> Mapping[tuple[tuple[str, str], ...], list[Wins]]:
        """Return scope of a worst case -> the variants that compete in it."""
        groups: dict[tuple[tuple[str, str], ...], list[Wins]] = {}
        for case in cases:
            groups.setdefault(tuple(self.worst_scope(case.scope).items()), []).append(case)
        return groups

    def _in_parts(self, cases: Sequence[Wins], lab: Lab) -> Iterator[Yield]:
        """Yield excess and risk among the vulnerable, and the excess in all other parts."""
        parted = self._grouped(self.parted(cases))
        # The planted control asks for the whole alone.
        if not parted or lab.target_limit is not None:
            return
        real, holdout = (lab.arm(side, self.n_targets) for side in (Side.REAL, Side.HOLDOUT))
        strata = strata_of(real, holdout, lab, variance=ATTACKED)
        for scope, members in parted.items():
            rng = lab.stream(f"strata/{scope}")
            yield from strata_wins(members, strata, rng, scope=dict(scope))
        yield from strata.caveats


class ScoringAttack(Check):
    """An adversary who ranks people by how likely they were in the data."""

    @abstractmethod
    def variants(self, lab: Lab) -> Sequence[Mapping[str, str]]:
        """Return a scope for each way to run the attack."""

    @abstractmethod
    def scores(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return a score for each row of the arm, larger for likelier members.

        The score must not depend on who is a member: it may use the release, and the pool of real
        and holdout people together, never one of them alone.
        """

    def outcomes(self, lab: Lab) -> tuple[Scores, ...]:
        """Run all variants against both sides; done once in a run."""
        # Under the attack's own stream, whoever asks first.
        own = lab.for_check(self.card.id)
        key = (self.card.id, repr(self), lab.target_limit)
        return lab.keep(key, lambda: tuple(self._play(s, own) for s in self.variants(own)))

    def _play(self, scope: Mapping[str, str], lab: Lab) -> Scores:
        lab.checkpoint()
        best = [
            arm.best_of(self.scores(arm, scope, lab))
            for arm in (lab.arm(Side.REAL), lab.arm(Side.HOLDOUT))
        ]
        return Scores(scope, best[0], best[1])

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Yield AUC and tail rates of every variant, and of the worst."""
        cases = self.outcomes(lab)
        for case in cases:
            yield from score_case(case, lab.stream(f"half/{case.scope}"))
        yield from worst_scores(cases, WORST, lab.stream("worst"))
        yield as_roc(self.card.id, cases)
        sides = cases[0].real.size, cases[0].holdout.size
        yield epsilon_caveat(*sides, comparisons=len(cases))


class PredicateAttack(Check):
    """An adversary who makes statements and bets that each is true of exactly one person."""

    n_predicates: int

    @abstractmethod
    def predicates(self, lab: Lab) -> list[Predicate]:
        """Return statements made from the release."""

    @abstractmethod
    def blind(self, lab: Lab) -> list[Predicate]:
        """Return statements made without looking at the release."""

    def ways(self, lab: Lab) -> Mapping[str, Statements]:
        """Return the statements of each way to find them; by default there is one way."""
        made = self.predicates(lab)
        return {"": Statements(made, self.blind(lab) if made else [])}

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Yield the rates, excess and risk of the statements, and of the worst way to find them.

        Raises
        ------
        NothingToTry
            If no statement could be made.
        """
        planned = self.ways(lab)
        told = {way: s for way, s in planned.items() if s.made}
        if not told:
            raise NothingToTry("no statement could be made from the release")
        if len(told) == 1:
            yield from weighed_case(self.card.id, next(iter(told.values())), lab)
        else:
            yield from weighed_cases(self.card.id, told, lab)
        wanted, found = self.n_predicates * len(planned), sum(len(s.made) for s in told.values())
        if found < wanted:
            yield Caveat(CaveatCode.FEWER_PREDICATES, {"wanted": wanted, "found": found})


def _sampling_caveats(lab: Lab, at_most: int) -> Iterator[Caveat]:
    arms = [lab.arm(s, at_most) for s in (Side.REAL, Side.HOLDOUT)]
    if any(a.sampled for a in arms):
        people = {a.side.value: float(a.n_people) for a in arms}
        yield Caveat(CaveatCode.TARGETS_SAMPLED, people)
