"""What would let an audit decide more, cheapest first, before anything is attacked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from audit.facts.judgement import Policy
from audit.facts.outlook import Needed, Prospect, Step
from audit.facts.reasons import ReasonCode
from audit.policy.outlook import ENOUGH

GAIN = 0.05
"""A step that adds less to a chance is not worth a line."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What the forecast says of secrets that nobody declared."""

    secrets: int
    """Columns that are taken for secrets because nobody said otherwise."""
    with_one: Callable[[Policy], Sequence[Prospect]]
    """Prospects if a single one of them were declared."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """What the forecast says where not everybody is attacked."""

    targets: int
    """People of a side who are attacked."""
    with_all: Callable[[Policy], Sequence[Prospect]]
    """Prospects if everybody were."""


def steps_of(
    found: Sequence[Prospect],
    *,
    policy: Policy,
    people: tuple[int, int],
    assumed: Assumed | None,
    sampled: Sampled | None = None,
) -> tuple[Step, ...]:
    """Return what would help, cheapest first: a line, a file, a new split, more people.

    Parameters
    ----------
    people
        Real and holdout people of today.
    assumed
        None where secrets were declared.
    sampled
        None where everybody is attacked.
    """
    required = [p for p in found if p.rule.required]
    return (
        *_statements(required),
        *(_fewer_secrets(required, policy, assumed) if assumed is not None else ()),
        *(_more_targets(required, policy, sampled) if sampled is not None else ()),
        *_repairs(required),
        *_more_people(required, people),
    )


def _statements(found: Sequence[Prospect]) -> Iterator[Step]:
    missing = [p for p in found if p.rule.is_declared and p.reason is not None]
    split = tuple(p.rule.id for p in missing if p.rule.measure == "declared.split")
    others = tuple(p.rule.id for p in missing if p.rule.measure != "declared.split")
    if split:
        yield Step("declare_split", {}, split)
    if others:
        yield Step("declare_evidence", {}, others)


def _fewer_secrets(found: Sequence[Prospect], policy: Policy, assumed: Assumed) -> Iterator[Step]:
    short = [p for p in found if p.chance is not None and p.chance < ENOUGH]
    if not short or assumed.secrets < 2:
        return
    then = {p.rule.id: p.chance for p in assumed.with_one(policy)}
    helped = [p for p in short if (then.get(p.rule.id) or 0.0) > (p.chance or 0.0) + GAIN]
    if helped:
        best = min(then[p.rule.id] or 0.0 for p in helped)
        now = min(p.chance or 0.0 for p in helped)
        numbers = {"columns": float(assumed.secrets), "now": now, "then": best}
        yield Step("declare_secrets", numbers, tuple(p.rule.id for p in helped))


def _more_targets(found: Sequence[Prospect], policy: Policy, sampled: Sampled) -> Iterator[Step]:
    short = [p for p in found if p.chance is not None and p.chance < ENOUGH]
    then = {p.rule.id: p.chance or 0.0 for p in (sampled.with_all(policy) if short else ())}
    helped = [p for p in short if then.get(p.rule.id, 0.0) > (p.chance or 0.0) + GAIN]
    if helped:
        numbers = {
            "targets": float(sampled.targets),
            "now": min(p.chance or 0.0 for p in helped),
            "then": min(then[p.rule.id] for p in helped),
        }
        yield Step("attack_more", numbers, tuple(p.rule.id for p in helped))


def _repairs(found: Sequence[Prospect]) -> Iterator[Step]:
    """Yield what has to be put right before people are counted at all."""
    barred: dict[ReasonCode, list[str]] = {}
    for p in found:
        if p.reason is not None and not p.rule.is_declared and p.needed is None:
            barred.setdefault(p.reason, []).append(p.rule.id)
    for reason, rules in barred.items():
        yield Step(f"reason.{reason.value}", {}, tuple(rules))


def _more_people(found: Sequence[Prospect], people: tuple[int, int]) -> Iterator[Step]:
    short = [(p.rule.id, p.needed) for p in found if p.needed is not None]
    real, holdout = people
    more = [(rule, n.holdout) for rule, n in short if n.holdout is not None]
    if more:
        most = max(n for _, n in more)
        numbers = {"needed": float(most), "more": float(most - holdout)}
        yield Step("more_holdout", numbers, tuple(r for r, _ in more))
    anew = [(rule, n.split) for rule, n in short if n.split is not None]
    if anew:
        most = max(n for _, n in anew)
        left = real + holdout - most
        yield Step(
            "split_anew", {"holdout": float(most), "real": float(left)}, tuple(r for r, _ in anew)
        )
    yield from _more_of_both(short)


def _more_of_both(short: Sequence[tuple[str, Needed]]) -> Iterator[Step]:
    both = [(r, n) for r, n in short if n.real_in_all is not None]
    if both:
        numbers = {
            "real": float(max(n.real_in_all or 0 for _, n in both)),
            "holdout": float(max(n.holdout_in_all or 0 for _, n in both)),
        }
        yield Step("more_people", numbers, tuple(r for r, _ in both))
