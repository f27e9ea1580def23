"""How surely people are matched, and what describes the tables of a release."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from audit.facts.measurement import AuditRun, Measurement, Result
from audit.report.digits import look_for, write, write_ends
from audit.report.names import check_name, measurement_name, question_of, reading_of, scope_words
from audit.report.pieces import Table
from audit.report.sentences import say

MOST_ROWS = 6
_MATCHED = ("max_probability", "meaningful")
_OF_SECRET = ("l_diversity", "entropy_l_diversity", "t_closeness")
_MODELS = (
    "k_anonymity",
    "k_map",
    "unmatched",
    "delta_presence",
    "delta_presence_least",
    "share",
    "special_uniques",
)
_UNIQUENESS = "uniqueness"


def identity_tables(results: Sequence[Result], run: AuditRun) -> Iterator[Table]:
    """Yield the matches beside the holdout, then what only describes."""
    for result in results:
        yield from _matches(result, run)
        yield from _apparent(result)
        if result.card.id == _UNIQUENESS:
            yield from _models(result)
            yield from _secrets(result)


def _matches(result: Result, run: AuditRun) -> Iterator[Table]:
    """Yield how surely a person is matched: everybody first, then the worst secret."""
    found = [m for name in _MATCHED for m in _named(result, name)]
    found.sort(key=lambda m: (len(m.scope), "secret" in m.scope, -m.estimate.value))
    if not found:
        return
    hidden = len(found) - MOST_ROWS
    yield Table(
        caption=check_name(result.card.id, run),
        scope="counted over all real people; beside them the holdout",
        heads=("Measurement", "On", "Real", "Holdout", "Excess", "95 % ends"),
        rows=tuple(_match_row(result, m, run) for m in found[:MOST_ROWS]),
        right=frozenset({2, 3, 4}),
        ends=frozenset({5}),
        more=f"and {hidden} more, in run.json" if hidden > 0 else "",
        question=question_of(result.card.id),
        reading=reading_of(result.card.id),
    )


def _match_row(result: Result, measured: Measurement, run: AuditRun) -> tuple[str, ...]:
    words = scope_words(measured.scope, run)
    return (measurement_name(measured.name), words, *_compared(result, measured))


def _compared(result: Result, measured: Measurement) -> tuple[str, ...]:
    """Return a number of real people, of the holdout, and the tested difference with its ends."""
    look = look_for(measured.name)
    control = _beside(result, f"{measured.name}_control", measured.scope)
    excess = _beside(result, f"{measured.name}_excess", measured.scope)
    return (
        write(measured.estimate.value, look),
        "" if control is None else write(control.estimate.value, look),
        "" if excess is None else write(excess.estimate.value, look),
        "" if excess is None else write_ends(excess.estimate, look),
    )


def _apparent(result: Result) -> Iterator[Table]:
    rows = tuple(
        (_apparent_words(m.scope), *_compared(result, m)) for m in _named(result, "apparent_match")
    )
    if rows:
        yield Table(
            caption="Apparent matches",
            scope=say("agencies", "apparent"),
            heads=("Agreement", "Real", "Holdout", "Excess", "95 % ends"),
            rows=rows,
            right=frozenset({1, 2, 3}),
            ends=frozenset({4}),
        )


def _apparent_words(scope: Mapping[str, str]) -> str:
    if "agree" not in scope:
        return "mean over the matches"
    if scope["agree"] == "100":
        return "matches that agree in all of the columns"
    return f"matches that agree {scope_words({'agree': scope['agree']})}"


def _models(result: Result) -> Iterator[Table]:
    rows = tuple(
        (_model_name(m), _model_words(m), _value(m))
        for name in _MODELS
        for m in _named(result, name)
    )
    if rows:
        yield Table(
            caption="As the tables stand",
            scope=say("agencies", "models"),
            heads=("Model", "On", "Value"),
            rows=rows,
            right=frozenset({2}),
            question=question_of(result.card.id),
            reading=reading_of(result.card.id),
        )


def _model_name(measured: Measurement) -> str:
    # A share is one of unique people here.
    is_share = measured.name == "share"
    return say("uniqueness", "share") if is_share else measurement_name(measured.name)


def _value(measured: Measurement) -> str:
    look = look_for(measured.name)
    return f"{write(measured.estimate.value, look)}{look.suffix}"


def _model_words(measured: Measurement) -> str:
    """Return on what a model stands; `k` counts quasi-identifiers here, no neighbours."""
    if "k" in measured.scope:
        one = measured.scope["k"] == "1"
        return say("uniqueness", "one" if one else "several", k=measured.scope["k"])
    return scope_words(measured.scope) if measured.scope else ""


def _secrets(result: Result) -> Iterator[Table]:
    """Yield the models of each secret, the least diverse first."""
    found = sorted(_named(result, _OF_SECRET[0]), key=lambda m: m.estimate.value)
    if not found:
        return
    hidden = len(found) - MOST_ROWS
    yield Table(
        caption="Secrets within classes",
        scope=say("agencies", "secrets"),
        heads=("Secret", *(measurement_name(name) for name in _OF_SECRET)),
        rows=tuple(_secret_row(result, m) for m in found[:MOST_ROWS]),
        right=frozenset({1, 2, 3}),
        more=f"and {hidden} more, in run.json" if hidden > 0 else "",
    )


def _secret_row(result: Result, least: Measurement) -> tuple[str, ...]:
    beside = (_beside(result, name, least.scope) for name in _OF_SECRET)
    cells = ("" if m is None else write(m.estimate.value, look_for(m.name)) for m in beside)
    return (scope_words(least.scope), *cells)


def _named(result: Result, name: str) -> Iterable[Measurement]:
    return [m for m in result.measurements if m.name == name]


def _beside(result: Result, name: str, scope: Mapping[str, str]) -> Measurement | None:
    same = (m for m in result.measurements if m.name == name)
    return next((m for m in same if dict(m.scope) == dict(scope)), None)
