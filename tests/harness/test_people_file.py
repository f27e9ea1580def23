"""The restricted file: row numbers of the input, and nothing of it in the run."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from audit.contract.lab import Lab
from audit.contract.people import PersonEvidence
from audit.data.release import release_from_frames
from audit.facts.measurement import Caveat, SplitFacts, Status
from audit.facts.project import Project
from audit.facts.reasons import CaveatCode
from audit.harness.controls import full_copy
from audit.harness.measure import measure
from audit.harness.options import Options
from audit.harness.people_file import as_csv, first_rows
from audit.harness.registry import configured
from audit.testing import planted_release
from audit.wire.run import run_to_bytes
from tests.contract.handmade import WHOLE, schema_of, table_of

ONLY = ("membership-worst-case",)
SMALL = {"membership-discriminator": {"rounds": 2}, "membership-error-profile": {"rows": 50}}
ABOUT_PEOPLE = {CaveatCode.PEOPLE_FLAGGED, CaveatCode.NOBODY_FLAGGED, CaveatCode.PEOPLE_UNTESTED}


def measured(release, **options):
    wanted = {"only": ONLY, "parameters": SMALL, "controls": "off", "jobs": 1, "people": True}
    return measure(release, options=Options(**{**wanted, **options}))


def lines_of(outcome):
    return outcome.people.decode().splitlines()


def test_the_lines_by_hand():
    # Canonical order is by hash of content; persons 5 and 6 have two rows each, mixed.
    table = table_of(schema_of({"x": WHOLE}), {"x": [3.0, 1.0, 2.0, 4.0, 5.0]}, [6, 5, 6, 5, 7])
    firsts = first_rows(table)
    assert sorted(firsts) == [1, 2, 5]
    by_row = {1: (2, 0.25, True), 2: (1, 0.5, False), 5: (1, 1 / 3, False)}
    level, p, flagged = zip(*(by_row[row] for row in firsts), strict=True)
    evidence = PersonEvidence(
        np.array(p), np.full(3, 0.25), np.array(level), np.array(flagged), n_holdout=3
    )
    assert as_csv(evidence, table).decode() == (
        "real_row,exposure_class,p_value,flagged\n1,2,0.25,yes\n2,1,0.5,no\n5,1,0.333333,no\n"
    )


def test_a_table_that_was_put_together_has_no_row_numbers():
    table = table_of(schema_of({"x": WHOLE}), {"x": [1.0, 2.0]})
    with pytest.raises(ValueError, match="row numbers"):
        first_rows(table.stacked(table))


@pytest.fixture(scope="module")
def leaky():
    return planted_release(seed=4, leak=0.3, n=200)


@pytest.fixture(scope="module")
def asked(leaky):
    return measured(leaky)


def test_it_speaks_of_every_real_person_and_the_run_says_how_many(leaky, asked):
    lines = lines_of(asked)
    rows = [int(line.split(",")[0]) for line in lines[1:]]
    assert rows == list(range(1, 201))
    [said] = [c for r in asked.run.results for c in r.caveats if c.code in ABOUT_PEOPLE]
    assert said.code is CaveatCode.PEOPLE_FLAGGED
    assert said.numbers["flagged"] == sum(line.endswith(",yes") for line in lines)


def test_the_run_does_not_know_whether_anybody_asked(leaky, asked):
    plain = measured(leaky, people=False)
    assert plain.people is None
    assert run_to_bytes(plain.run) == run_to_bytes(asked.run)
    assert b"real_row" not in run_to_bytes(asked.run)
    assert "real_row" not in repr(asked)


def test_without_the_worst_case_there_is_none(leaky):
    assert measured(leaky, only=("identical-match",)).people is None
    assert measured(replace(leaky, holdout=None)).people is None
    temporal = replace(leaky, split=SplitFacts("temporal", "declared"))
    outcome = measured(temporal)
    assert outcome.people is None
    [result] = [r for r in outcome.run.results if r.card.id in ONLY]
    assert result.status is Status.MEASURED
    assert ABOUT_PEOPLE.isdisjoint(c.code for c in result.caveats)


def people(n, seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "a": rng.integers(0, 50, n),
            "b": rng.normal(size=n).round(3),
            "c": rng.choice(list("xyz"), n),
        }
    )


def test_rows_are_numbered_as_they_were_given():
    real, holdout, synthetic = people(60, 1), people(60, 2), people(60, 3)
    synthetic.iloc[:20] = real.iloc[:20]
    order = np.random.default_rng(0).permutation(60)
    project = Project(split=SplitFacts("random", "declared"))
    found = [
        lines_of(measured(release_from_frames(table, synthetic, holdout, project=project)))[1:]
        for table in (real, real.iloc[order])
    ]
    for place, row in enumerate(order):
        assert found[1][place].split(",")[1:] == found[0][row].split(",")[1:]
    flagged = [i for i, line in enumerate(found[0]) if line.endswith(",yes")]
    assert flagged
    assert np.mean([i < 20 for i in flagged]) > 0.8


def test_a_planted_control_says_nothing_of_people(leaky):
    [check] = [c for c in configured(SMALL) if c.card.id in ONLY]
    check = replace(check, attacks=check.attacks[:1], stacked=None)
    copied = full_copy(Lab(leaky, seed=1)).for_check(check.card.id)
    codes = {c.code for c in check.run(copied) if isinstance(c, Caveat)}
    assert ABOUT_PEOPLE.isdisjoint(codes)
