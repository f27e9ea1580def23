"""One batch of searches serves all checks: no distance is computed twice."""

import hashlib
import sys
from collections import Counter

from audit.harness.measure import measure
from audit.harness.options import Options
from audit.space.neighbours import search
from audit.testing import planted_release

QUICK = {
    "attribute-inference-model": {"trees": 2, "rounds": 2},
    "singling-out-univariate": {"n_predicates": 100},
    "singling-out-multivariate": {"n_predicates": 100},
}


def content(*tables):
    parts = [a.tobytes() for t in tables for a in (t.numbers, t.codes, t.weights)]
    return hashlib.sha256(b"/".join([*parts, tables[0].metric.encode()])).hexdigest()


def test_no_search_is_made_twice_in_a_run(monkeypatch):
    made = Counter()
    nearest = search.nearest

    def counted(queries, among, **how):
        # Columns that two attacks draw may meet by chance; a list of ten is not one of one.
        made[content(queries, among), how.get("owners") is None, how.get("k")] += 1
        return nearest(queries, among, **how)

    for name, module in list(sys.modules.items()):
        if name.startswith("audit.") and getattr(module, "nearest", None) is nearest:
            monkeypatch.setattr(module, "nearest", counted)
    measure(planted_release(n=80, leak=0.1), options=Options(parameters=QUICK, controls="off"))
    assert len(made) > 10
    assert [n for n in made.values() if n > 1] == []


def test_every_search_is_within_the_deadline_and_the_budget(monkeypatch):
    told = []
    nearest = search.nearest

    def watched(queries, among, **how):
        told.append({"memory", "pause"} <= how.keys())
        return nearest(queries, among, **how)

    for name, module in list(sys.modules.items()):
        if name.startswith("audit.") and getattr(module, "nearest", None) is nearest:
            monkeypatch.setattr(module, "nearest", watched)
    measure(planted_release(n=80, leak=0.1), options=Options(parameters=QUICK, controls="off"))
    assert len(told) > 10
    assert all(told)
