"""Strategies: any run that the format can hold."""

from hypothesis import strategies as st

from audit.facts.estimate import Estimate
from audit.facts.figures import Bar, Bars, Ecdf, Heatmap, Roc
from audit.facts.measurement import (
    AuditRun,
    Card,
    Caveat,
    ColumnFacts,
    ControlFact,
    CurvePoint,
    Family,
    InputFacts,
    Measurement,
    Need,
    PreflightFact,
    Provenance,
    ReleaseFacts,
    Result,
    SafeHigh,
    Severity,
    SplitFacts,
    Status,
    ThreatModel,
)
from audit.facts.plugins import PluginFacts
from audit.facts.reasons import CaveatCode, ReasonCode

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
numbers = st.floats(allow_nan=False, allow_infinity=False)
shares = st.floats(0, 1)
counts = st.integers(0, 2**53 - 1)
tables = st.dictionaries(words, numbers, max_size=2)
lists = st.lists(words, max_size=2).map(tuple)
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | numbers | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    low, value, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    return Estimate(
        value,
        draw(st.sampled_from([low, None])),
        draw(st.sampled_from([high, None])),
        draw(shares),
        draw(words),
    )


optional = numbers | st.none()
measurements = st.builds(
    Measurement,
    name=names,
    estimate=estimates(),
    n=counts,
    scope=st.dictionaries(words, words, max_size=2),
    null_value=optional,
    p_value=shares | st.none(),
    p_safe_side=shares | st.none(),
    detectable=optional,
    safe_high=st.builds(SafeHigh, numbers, st.floats(0, 10)) | st.none(),
)
bars = st.builds(Bar, words, estimates(), estimates(), estimates() | st.none())


@st.composite
def curves(draw: st.DrawFn) -> Ecdf | Roc:
    size = draw(st.integers(0, 3))
    points = st.lists(shares, min_size=size, max_size=size).map(tuple)
    if draw(st.booleans()):
        return Roc(draw(names), draw(points), draw(points), draw(counts), draw(counts))
    holdout = draw(points | st.just(()))
    third = draw(points | st.just(()))
    sizes = [draw(counts) for _ in range(3)]
    return Ecdf(
        draw(names), draw(points), draw(points), holdout, sizes[0], sizes[1], third, sizes[2]
    )


@st.composite
def heatmaps(draw: st.DrawFn) -> Heatmap:
    rows, columns = (tuple(draw(st.lists(words, max_size=2))) for _ in range(2))
    cells = tuple(tuple(draw(optional) for _ in columns) for _ in rows)
    return Heatmap(draw(names), draw(names), rows, columns, cells)


figures = st.builds(Bars, names, st.lists(bars, max_size=2).map(tuple)) | curves() | heatmaps()


@st.composite
def results(draw: st.DrawFn, check: str) -> Result:
    found = draw(
        st.lists(measurements, max_size=2, unique_by=lambda m: (m.name, frozenset(m.scope.items())))
    )
    card = Card(
        id=check,
        version=draw(st.integers(0, 9)),
        title=draw(words),
        family=draw(st.sampled_from(Family)),
        threat=draw(st.builds(ThreatModel, words, words, words) | st.none()),
        references=draw(lists),
        measures=tuple({m.name for m in found}),
        needs=frozenset(draw(st.sets(st.sampled_from(Need)))),
        clears=draw(st.booleans()),
        grades=draw(st.booleans()),
        explanation=draw(st.dictionaries(words, words, max_size=1)),
    )
    status = draw(st.sampled_from(Status))
    return Result(
        card=card,
        status=status,
        reason_code=None if status is Status.MEASURED else draw(st.sampled_from(ReasonCode)),
        reason_numbers=draw(tables),
        failure=draw(words | st.none()),
        measurements=tuple(found),
        caveats=tuple(
            draw(
                st.lists(st.builds(Caveat, st.sampled_from(CaveatCode), tables, lists), max_size=1)
            )
        ),
        figures=tuple(draw(st.lists(figures, max_size=1))),
        params=draw(st.dictionaries(words, json, max_size=2)),
    )


@st.composite
def runs(draw: st.DrawFn) -> AuditRun:
    checks = draw(st.lists(names, max_size=2, unique=True))
    split = SplitFacts(
        draw(st.sampled_from(["random", "temporal"])), "assumed", draw(lists), draw(lists)
    )
    columns = st.builds(ColumnFacts, words, words, lists, st.sampled_from(["declared", "assumed"]))
    preflight = st.builds(PreflightFact, names, st.sampled_from(Severity), words, tables, lists)
    plans = st.sampled_from(["full_copy", "null", "verbatim", "jittered"])
    curve = st.lists(st.builds(CurvePoint, counts, shares), max_size=2).map(tuple)
    controls = st.builds(ControlFact, names, plans, st.booleans(), tables, curve)
    inputs = st.dictionaries(
        st.sampled_from(["real", "holdout"]),
        st.builds(InputFacts, counts, counts, words | st.none()),
    )
    digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
    named = st.lists(names, max_size=2).map(tuple)
    plugins = st.lists(
        st.builds(PluginFacts, names, names, words, digests, named),
        max_size=2,
        unique_by=lambda p: p.name,
    )
    return AuditRun(
        provenance=Provenance(
            draw(words),
            draw(words),
            draw(counts),
            "derived",
            draw(inputs),
            draw(st.dictionaries(words, json, max_size=1)),
            tuple(draw(plugins)),
        ),
        release=ReleaseFacts(
            draw(words),
            draw(words),
            split,
            tuple(draw(st.lists(columns, max_size=2))),
            draw(st.dictionaries(words, counts, max_size=2)),
        ),
        preflight=tuple(draw(st.lists(preflight, max_size=1))),
        results=tuple(draw(results(check)) for check in checks),
        controls=tuple(draw(st.lists(controls, max_size=1))),
    )
