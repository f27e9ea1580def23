"""What other tools were found to get wrong about attacks (research/attacks.md, section 14)."""

import numpy as np
import pytest

from audit.attacks.attribute_inference_model import AttributeInferenceModel
from audit.attacks.attribute_inference_nearest import AttributeInferenceNearest
from audit.attacks.correct_attribution import CorrectAttribution
from audit.attacks.linkability import Linkability
from audit.attacks.reconstruction import Reconstruction
from audit.attacks.singling_out_multivariate import SinglingOutMultivariate
from audit.attacks.singling_out_univariate import SinglingOutUnivariate
from audit.contract.arms import Side
from audit.contract.attribution import answers, attribution_of
from audit.contract.isolation_rates import predicate_case
from audit.contract.predicates import Condition, Op, Predicate
from audit.facts.measurement import Measurement
from audit.facts.schema import Role
from tests.contract.handmade import DATE, LEVEL, NUMBER, lab_of

DAY = 86_400e6
KNOWN, SECRET = frozenset({Role.QUASI_IDENTIFIER}), frozenset({Role.SENSITIVE})
KINDS = {"x": NUMBER, "s": LEVEL}
ROLES = {"x": KNOWN, "s": SECRET}


def measured(check, lab):
    found = check.run(lab.for_check(check.card.id))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


def value(found, *key):
    return found[key].estimate.value


def line(n, secret=lambda i: i % 3, kind=float):
    return {"x": [float(i) for i in range(n)], "s": [kind(secret(i)) for i in range(n)]}


# ------------------------------------------------------------------ statements


def test_every_way_speaks_of_dates_and_of_gaps():
    """A statement about a date came out empty, and one about a gap was never made (defect 2)."""
    kinds = {"c": LEVEL, "d": DATE}
    rows = {
        "c": [i % 7 if i % 9 else None for i in range(70)],
        "d": [DAY * (i % 10) if i % 8 else None for i in range(70)],
    }
    lab = lab_of(kinds, rows, rows, rows).for_check("so")
    told = SinglingOutMultivariate(n_predicates=40).ways(lab)
    assert len(told) >= 2
    for way, statements in told.items():
        said = {(c.column, c.op.value) for p in statements.made for c in p.conditions}
        assert {"c", "d"} <= {column for column, _ in said}, way
        assert ("d", "missing") in said or ("c", "missing") in said, way


def test_a_lone_gap_singles_out():
    rows = {"x": [None, 1.0, 1.0, 2.0, 2.0], "s": [0] * 5}
    nobody = {"x": [1.0, 1.0, 2.0, 2.0, 2.0], "s": [0] * 5}
    found = measured(SinglingOutUnivariate(), lab_of(KINDS, rows, rows, nobody, roles=ROLES))
    assert (value(found, "attack_rate"), value(found, "control_rate")) == (1, 0)
    assert found["attack_rate",].n == 1


def test_a_control_that_one_person_less_makes_perfect_has_finite_ends():
    """A rate of 1 was an error of the square root (defect 6)."""
    says = [Predicate((Condition("x", Op.EQUALS, v),)) for v in (1.0, 5.0)]
    others = {"x": [1.0, 5.0, 5.0, 7.0], "s": [0] * 4}
    lab = lab_of(KINDS, {"x": [2.0, 2.0, 3.0, 3.0], "s": [0] * 4}, others, others, roles=ROLES)
    found = [m for m in predicate_case("so", says, says, lab, {}) if isinstance(m, Measurement)]
    values = {m.name: m.estimate for m in found}
    # Without either of the two people with 5 both statements isolate somebody.
    assert values["control_rate"].value == 0.5
    assert values["risk"].value == -1.0
    assert all(np.isfinite([e.low, e.value, e.high]).all() for e in values.values())


# ------------------------------------------------------------------ neighbours


@pytest.mark.parametrize("n_targets", [2, 100])
def test_more_neighbours_than_people_are_no_error(n_targets):
    """The number of neighbours was compared with that of attacks (defect 3)."""
    kinds = {"x": NUMBER, "y": NUMBER}
    records = {c: [float(i) for i in range(30)] for c in kinds}
    few = {c: [4.0, 20.0] for c in kinds}
    found = measured(Linkability(n_targets=n_targets), lab_of(kinds, few, records, few))
    for k in ("1", "5", "10"):
        assert (value(found, "attack_rate", k, "1"), found["attack_rate", k, "1"].n) == (1, 2)
    # More neighbours than records are all records.
    found = measured(Linkability(n_targets=n_targets), lab_of(kinds, few, few, few))
    assert value(found, "attack_rate", "10", "1") == value(found, "baseline_rate", "10", "1") == 1


def test_gaps_are_alike():
    """A gap poisoned the distance, or was at distance 1 from a gap (defect 5)."""
    kinds = {"x": NUMBER, "y": NUMBER}
    records = {"x": [None, 2.0, 4.0, 6.0], "y": [9.0, 3.0, 5.0, None]}
    people = {"x": [None, 6.0], "y": [9.0, None]}
    found = measured(
        Linkability(), lab_of(kinds, people, records, {"x": [0.0, 1.0], "y": [9.0, 9.0]})
    )
    # Each half leads to the record with the same gap. 0 and 1 are nearest to 2, beside 3.
    assert value(found, "attack_rate", "1", "1") == 1
    assert value(found, "control_rate", "1", "1") == 0


@pytest.mark.parametrize("hole", [0, 1, 3])
def test_a_record_with_a_gap_stays_where_it_is(hole):
    """Positions among complete records were used in the whole table (defect 20)."""
    records = {"x": [1.0, 2.0, 3.0, 4.0], "s": [1, 2, 3, 4]}
    records["x"][hole] = None
    people = {"x": [1.0, 2.0, 3.0, 4.0], "s": [1, 2, 3, 4]}
    del people["x"][hole], people["s"][hole]
    lab = lab_of(KINDS, people, records, {"x": [9.0, 9.0], "s": [9, 9]}, roles=ROLES)
    found = measured(AttributeInferenceNearest(), lab)
    assert value(found, "attack_rate", "s", "others") == 1
    found = measured(CorrectAttribution(), lab)
    assert value(found, "attack_rate", "s", "others", "nearest") == 1


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_number_is_named_within_its_tolerance_by_all_of_n(sign):
    """Numbers were to be equal to the last digit, and hits divided by n + 1 (defect 16)."""
    kinds = {"x": NUMBER, "s": NUMBER}
    people = line(30, lambda i: sign * (100 + 50 * i))
    near = line(30, lambda i: sign * (102 + 51 * i))
    far = line(30, lambda i: -sign * (100 + 50 * i))
    lab = lab_of(kinds, people, near, far, roles=ROLES)
    found = measured(AttributeInferenceNearest(), lab)
    # 2 % off each time; whoever has the other sign is as far off as can be.
    assert value(found, "attack_rate", "s", "others") == 1
    assert value(found, "control_rate", "s", "others") == 0
    assert found["attack_rate", "s", "others"].n == 30


def test_a_release_of_small_range_answers_nobody_outside_it():
    """Cuts fitted on the release put everybody beyond its range into its last part (defect 21)."""
    everybody = line(200)
    lab = lab_of(KINDS, everybody, line(20), everybody, roles=ROLES)
    asked = attribution_of(lab, lab.schema["s"], [lab.schema["x"]], distinct=100)
    said = answers(asked, Side.REAL, within=0, lab=lab)
    # Twenty parts of ten people: the release has the first two.
    assert said.matched.sum() == 20
    assert said.total[said.matched].tolist() == [10] * 20
    narrow, wide = (
        attribution_of(made, made.schema["s"], [made.schema["x"]], distinct=100).keys[Side.REAL]
        for made in (lab, lab_of(KINDS, everybody, everybody, everybody, roles=ROLES))
    )
    np.testing.assert_array_equal(narrow, wide)


def test_who_differs_in_many_columns_is_no_match():
    """Ten columns might differ, and everybody was matched (defect 21)."""
    kinds = {**dict.fromkeys("abcdef", LEVEL), "s": LEVEL}
    roles = {**dict.fromkeys("abcdef", KNOWN), "s": SECRET}
    records = {c: [0] * 25 for c in kinds}
    people = {c: [1] * 25 if c in "abc" else [0] * 25 for c in kinds}
    found = measured(CorrectAttribution(), lab_of(kinds, people, records, people, roles=roles))
    # 1 + 6 + 15 sets of 32: records that differ in two columns answer, in three no more.
    assert value(found, "attack_rate", "s", "others", "nearest") == 0
    assert value(found, "gcap", "s", "others") == 0
    assert ("cap", "s", "others") not in found


# ------------------------------------------------------------------ denominators


def test_attribution_is_of_those_who_were_answered():
    """Without a match nobody is answered, and nobody is counted (defect 4)."""
    people = line(50)
    records = {"x": [float(i) for i in range(30)], "s": [i % 3 if i < 24 else 7 for i in range(30)]}
    records = {n: [*v, *v[:4]] for n, v in records.items()}
    records["s"][-4:] = [8] * 4
    lab = lab_of(KINDS, people, records, {"x": [900.0, 901.0], "s": [0, 0]}, roles=ROLES)
    found = measured(CorrectAttribution(), lab)
    # Keys 0 to 29 are in the release; 0 to 3 say two things, 24 to 29 the wrong one.
    assert found["cap", "s", "others"].n == 30
    assert value(found, "cap", "s", "others") == pytest.approx((4 / 2 + 20) / 30)
    assert found["tcap", "s", "others"].n == 26
    assert value(found, "tcap", "s", "others") == pytest.approx(20 / 26)
    assert found["gcap", "s", "others"].n == 50
    assert found["attack_rate", "s", "others", "unanimous"].n == 50
    assert value(found, "attack_rate", "s", "others", "unanimous") == pytest.approx(20 / 50)


def test_people_of_the_two_sides_are_not_counted_together():
    """The accuracy over both tables at once was called the risk of one (defect 13)."""
    people, others = line(20), line(40, lambda i: 9)
    found = measured(
        AttributeInferenceNearest(), lab_of(KINDS, people, people, others, roles=ROLES)
    )
    key = ("s", "others")
    assert (value(found, "attack_rate", *key), found["attack_rate", *key].n) == (1, 20)
    assert (value(found, "control_rate", *key), found["control_rate", *key].n) == (0, 40)
    # 9 is what most people of the pool have, and no real person.
    assert value(found, "baseline_rate", *key) == 0


# ------------------------------------------------------------------ what is asked for is done


def test_effort_is_heard():
    """Numbers of rows and repetitions were taken and not used (defect 9)."""
    names = "abcdef"
    rows = {c: [float((7 * i + j) % 40) for i in range(40)] for j, c in enumerate(names)}
    lab = lab_of(dict.fromkeys(names, NUMBER), rows, rows, rows)
    for attack, most, key in (
        (Linkability(n_splits=2), 2, "split"),
        (Linkability(n_splits=3), 3, "split"),
        (Reconstruction(n_halves=2), 2, "split"),
    ):
        assert len({s[key] for s in attack.variants(lab)}) == most
    for n in (5, 9):
        assert len(SinglingOutUnivariate(n_predicates=n).predicates(lab)) == n
        told = SinglingOutMultivariate(n_predicates=n, greedy=False, trees=False).ways(lab)
        assert {len(s.made) for s in told.values()} == {n}


def test_the_tolerance_of_a_learner_is_heard():
    kinds = {"x": NUMBER, "s": NUMBER}
    people = line(40, lambda i: 100 if i < 32 else -100)
    near = line(40, lambda i: 104 if i < 32 else -104)
    lab = lab_of(kinds, people, near, people, roles=ROLES)
    # Half of the people and more have 100: the quartiles are equal and leave no tolerance.
    for tolerance, won in ((0.03, 0.0), (0.05, 1.0)):
        attack = AttributeInferenceModel(tolerance=tolerance, trees=2, rounds=2)
        assert value(measured(attack, lab), "attack_rate", "s", "others") == won
