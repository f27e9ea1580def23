"""Disclosive and unique combinations, with their control."""

import numpy as np
import pytest

from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Role
from audit.metrics.disclosive_combinations import DisclosiveCombinations
from tests.contract.handmade import LEVEL, NUMBER, lab_of

SECRET, KNOWN = frozenset({Role.SENSITIVE}), frozenset({Role.QUASI_IDENTIFIER})
KINDS = {"q": LEVEL, "s": LEVEL}
ROLES = {"q": KNOWN, "s": SECRET}
# Key 0: both records say 0. Key 1: they differ. Key 2: one record says 1.
SYNTHETIC = {"q": [0, 0, 1, 1, 2], "s": [0, 0, 0, 1, 1]}
REAL = {"q": [0, 0, 1, 2, 3], "s": [0, 1, 0, 1, 0]}
HOLDOUT = {"q": [0, 1, 3, 3, 4], "s": [1, 1, 0, 0, 0]}


def run(lab, check=None):
    check = check or DisclosiveCombinations()
    return list(check.run(lab.for_check(check.card.id)))


def measured(lab, check=None):
    return {
        (m.name, m.scope.get("counted", m.scope.get("over", ""))): m
        for m in run(lab, check)
        if isinstance(m, Measurement)
    }


def values(lab, check=None):
    return {key: m.estimate.value for key, m in measured(lab, check).items()}


def codes(lab):
    return {c.code: c for c in run(lab) if isinstance(c, Caveat)}


def lab(real=REAL, synthetic=SYNTHETIC, holdout=HOLDOUT):
    return lab_of(KINDS, real, synthetic, holdout, roles=ROLES)


@pytest.fixture
def few_are_told(monkeypatch):
    """Tell counts below eleven, as no report does: tables by hand are small."""
    monkeypatch.setattr("audit.metrics.disclosive_combinations.FEWEST", 1)


def test_counts_of_few_records_are_not_told():
    # 3 of five real people are alone, 4 of them have a key of the release: both below eleven.
    told = {name for name, _ in values(lab())}
    assert told & {"key_share", "disclosive_share", "dorig"} == set()
    assert told & {"unique_real", "unique_synthetic", "unique_both"} == set()


@pytest.mark.usefixtures("few_are_told")
def test_disclosures_by_hand():
    found = values(lab())
    # Real: (0, 0) and (2, 1) of five. Holdout: (0, 1) is told 0; nobody.
    assert found["disco", ""] == 0.4
    assert found["disco_control", ""] == 0
    assert found["disco_excess", ""] == found["disco_excess", "worst"] == pytest.approx(0.4)
    # Keys 0, 1 and 2 are in the release, four of five people; 0 and 2 are disclosive there.
    assert found["key_share", ""] == 0.8
    assert found["disclosive_share", ""] == pytest.approx(0.6)
    # Among themselves: 1, 2 and 3 have one secret each.
    assert found["dorig", ""] == pytest.approx(0.6)


@pytest.mark.usefixtures("few_are_told")
def test_unique_keys_by_hand():
    found = values(lab())
    # Real: 1, 2, 3 of five people. Release: 2, one of five records. Both: 2.
    assert found["unique_real", ""] == pytest.approx(0.6)
    assert found["unique_synthetic", ""] == 0.2
    assert found["unique_both", ""] == 0.2
    # Alone in the pool: real 2 (1 and 3 are held out too); holdout 4, which no record has.
    assert found["repu", ""] == 0.2
    assert found["repu_control", ""] == 0
    assert found["repu_excess", ""] == pytest.approx(0.2)


def test_gains_by_hand():
    found = values(lab())
    # Certain and right: (0, 0) and (2, 1) of five; nobody of the holdout.
    assert found["rapid", ""] == 0.4
    assert found["rapid_control", ""] == 0


def test_groups_and_common_levels_are_no_personal_disclosure():
    same = {"q": [0] * 6 + [1], "s": [0] * 6 + [1]}
    made = lab(same, same, same)
    # The group of six synthetic records is left out, and six of seven people have its level.
    assert values(made)["disco", ""] == 1
    assert values(made)["disco", "personal"] == pytest.approx(1 / 7)
    by_group = values(made, DisclosiveCombinations(dominant=1.0))
    assert by_group["disco", "personal"] == pytest.approx(1 / 7)
    by_level = values(made, DisclosiveCombinations(denominator=6))
    assert by_level["disco", "personal"] == pytest.approx(1 / 7)
    neither = values(made, DisclosiveCombinations(dominant=1.0, denominator=6))
    assert neither["disco", "personal"] == 1


# ------------------------------------------------------------------ research/attacks.md, 13.10 (v)


def test_a_rule_of_the_population_discloses_everybody_and_is_no_excess():
    rng = np.random.default_rng(7)
    tables = []
    for _ in range(3):
        known = np.append(rng.integers(0, 20, 280), np.arange(20))
        tables.append({"q": known.tolist(), "s": (known % 7).tolist()})
    found = measured(lab(*tables))
    for name in ("disco", "disco_control", "dorig", "rapid", "rapid_control"):
        assert found[name, ""].estimate.value == 1
    for name in ("disco_excess", "rapid_excess"):
        assert found[name, ""].estimate.value == 0
        assert found[name, ""].estimate.low < 0 < found[name, ""].estimate.high < 0.02


def test_one_level_is_said_to_explain():
    rows = {"q": list(range(60)), "s": [0] * 60}
    found = codes(lab(rows, rows, rows))
    assert found[CaveatCode.ONE_LEVEL_DISCLOSED].columns == ("s",)
    assert CaveatCode.ONE_PAIR_DISCLOSED not in found


def test_one_known_value_is_said_to_explain():
    rows = {"q": [7] * 6 + [1], "s": [1] * 6 + [0]}
    found = codes(lab(rows, rows, rows))
    assert found[CaveatCode.ONE_PAIR_DISCLOSED].columns == ("s",)
    assert CaveatCode.ONE_LEVEL_DISCLOSED not in found


def test_a_person_of_many_rows_counts_once():
    real = {"q": [2, 2, 2, 3], "s": [1, 1, 1, 0]}
    made = lab_of(KINDS, real, SYNTHETIC, HOLDOUT, roles=ROLES, people={"real": [0, 0, 0, 1]})
    # Rows of one person are disclosed: one of two people.
    found = measured(made)
    assert found["disco", ""].n == 2
    assert found["disco", ""].estimate.value == 0.5


def test_parameters_are_heard():
    # Peers' defect 9: what is asked for is taken and not used.
    rows = {"q": [0, 0, 0, 0, 1, 1], "s": [0, 0, 0, 1, 1, 1]}
    # Half of the records have each secret. Key 0 says 0 in 3 of 4: half of the way to certainty.
    for gain, hit in ((0.49, 5), (0.5, 2)):
        found = values(lab(rows, rows, rows), DisclosiveCombinations(gain=gain))
        assert found["rapid", ""] == pytest.approx(hit / 6)
    kinds, numbers = {"q": NUMBER, "s": LEVEL}, [float(i) for i in range(60)]
    many = {"q": numbers, "s": [0] * 60}
    made = lab_of(kinds, many, many, many, roles=ROLES)
    # Each number for itself, or twenty parts of three people.
    for distinct, alone in ((60, 1.0), (59, 0.0)):
        found = values(made, DisclosiveCombinations(distinct=distinct))
        assert found["unique_synthetic", ""] == alone


def test_shares_are_of_all_people_and_of_no_records():
    # Peers divide by what was matched, or by the synthetic records.
    found = measured(lab({"q": [0, 0, 9, 9, 9, 9, 9], "s": [0] * 7}))
    assert found["disco", ""].estimate.value == pytest.approx(2 / 7)
    assert {m.n for (name, _), m in found.items() if name in ("disco", "repu", "rapid")} == {7}
    assert {m.n for (name, _), m in found.items() if name.endswith("_control")} == {5}


def test_disclosure_of_the_vulnerable_alone_shows_among_them(monkeypatch):
    monkeypatch.setattr("audit.contract.strata.chosen_share", lambda *_, **__: 0.1)
    # 900 people in 3 combinations, none of which gives its secret away, and 100 alone in theirs.
    crowd = {"q": [i % 3 for i in range(900)], "s": [i % 2 for i in range(900)]}
    real = {"q": [*crowd["q"], *range(10, 110)], "s": [*crowd["s"], *[2] * 100]}
    holdout = {"q": [*crowd["q"], *range(210, 310)], "s": [*crowd["s"], *[2] * 100]}
    found = [m for m in run(lab(real, real, holdout)) if isinstance(m, Measurement)]
    worst = {
        (m.name, m.scope.get("subset", "")): m for m in found if m.scope.get("over") == "worst"
    }
    # 100 of 1,000 real people are disclosed, all of them among the 200 most exposed.
    assert worst["disco_excess", ""].estimate.value == pytest.approx(0.1)
    inside = worst["disco_excess", "vulnerable"]
    assert (inside.estimate.value, inside.n) == (1.0, 200)
    assert worst["disco_excess", "decile-10"].estimate.value == 1.0
    crowds = [m for (_, part), m in worst.items() if part.startswith("decile-")][1:]
    assert crowds
    assert all(m.estimate.value == 0 and m.p_value == 1.0 for m in crowds)
    assert worst["disco_excess", "others"].estimate.low > 0.5
    single = {m.scope.get("counted", "") for m in found if m.scope.keys() >= {"secret", "subset"}}
    assert single == {"", "personal"}
    assert not any(m.name == "disparity_excess" for m in found)
