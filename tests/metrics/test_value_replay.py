"""Identifying values that return: sparse ones, dense keys, and values that others have too."""

from dataclasses import replace

import pytest

from audit.contract.lab import Lab
from audit.data.release import release_from_frames
from audit.facts.measurement import Caveat, Measurement
from audit.facts.project import Project
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Role
from audit.metrics.value_replay import LONG, ValueReplay
from tests.contract.handmade import KEY, LEVEL, TEXT, WHOLE, lab_of

KINDS = {"mail": TEXT, "key": KEY, "x": WHOLE}


def side(mail, key):
    return {"mail": mail, "key": key, "x": [float(i) for i in range(len(mail))]}


def run(*tables, dense=("key",), kinds=KINDS, **options):
    lab = lab_of(kinds, *tables, dense=dense, **options)
    found = list(ValueReplay().run(lab.for_check("value-replay")))
    measured = {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}
    return measured, {c.code for c in found if isinstance(c, Caveat)}


REAL = side([0, 1, 2, 3], [10, 11, 12, 13])
HOLDOUT = side([4, 5], [20, 21])


def test_one_sparse_value_is_one_too_many():
    found, _ = run(REAL, side([9, 2], [30, 31]), HOLDOUT)
    assert found["sparse_share",].estimate.value == 0.25
    assert found["sparse_share",].estimate.is_exact
    assert found["sparse_share", "mail"].estimate.value == 0.25
    # The dense key is no sparse value, and none of it returned.
    assert ("sparse_share", "key") not in found
    assert found["excess",].estimate.value == 0.0


def test_dense_keys_meet_by_chance_and_only_the_excess_counts():
    found, _ = run(REAL, side([8, 9], [10, 20]), HOLDOUT)
    assert found["sparse_share",].estimate.value == 0.0
    # One of four real keys and one of two holdout keys return.
    assert found["share",].estimate.value == 0.25
    assert found["control_share",].estimate.value == 0.5
    assert found["excess",].estimate.value == -0.25
    assert found["excess",].p_value > 0.5


def test_where_values_of_holdout_people_return_too_meeting_is_common():
    # A first name: two of four real people's and one of two holdout people's return.
    found, _ = run(REAL, side([0, 1, 4], [30, 31, 32]), HOLDOUT)
    assert ("sparse_share", "mail") not in found
    assert found["sparse_share",].estimate.value == 0.0
    assert found["share",].estimate.value == 0.5
    assert found["control_share",].estimate.value == 0.5


def test_two_dense_columns_count_a_person_once():
    found, _ = run(REAL, side([0, 1], [10, 99]), HOLDOUT, dense=("mail", "key"))
    assert found["share",].estimate.value == 0.5
    assert found["share",].n == 4


def test_a_person_is_hit_through_any_column_and_any_row():
    people = {"real": [0, 0, 1, 2], "holdout": [0, 1]}
    found, _ = run(REAL, side([1, 9], [13, 99]), HOLDOUT, dense=(), people=people)
    # Person 0 by mail 1, person 2 by key 13, of three people.
    assert found["sparse_share",].estimate.value == 2 / 3
    assert found["sparse_share", "mail"].estimate.value == 1 / 3
    assert found["sparse_share", "key"].estimate.value == 1 / 3


def test_a_missing_value_is_nobodys():
    found, _ = run(side([None, 1], [10, 11]), side([None, 9], [30, 31]), HOLDOUT)
    assert found["sparse_share",].estimate.value == 0.0


def test_a_number_can_be_an_identifier():
    kinds = {"card": WHOLE, "x": WHOLE}
    roles = {"card": frozenset({Role.DIRECT_IDENTIFIER})}

    def cards(*values):
        return {"card": list(map(float, values)), "x": [0.0] * len(values)}

    found, _ = run(cards(4711, 4712), cards(4712, 1), cards(5), dense=(), kinds=kinds, roles=roles)
    assert found["sparse_share", "card"].estimate.value == 0.5


def test_nothing_that_could_return():
    kinds = {"x": WHOLE, "y": WHOLE}
    rows = {"x": [1.0], "y": [2.0]}
    found, caveats = run(rows, rows, rows, dense=(), kinds=kinds)
    assert set(found) == {("sparse_share",)}
    assert found["sparse_share",].estimate.value == 0.0
    assert caveats == {CaveatCode.NO_REPLAYABLE_COLUMN}


def test_without_a_holdout_values_that_others_have_are_the_control():
    # 7 is the mail of two people, 8 and 9 of one each; the keys are all different.
    real = side([7, 7, 8, 9], [10, 11, 12, 13])
    found, caveats = run(real, side([7, 5], [12, 99]), dense=())
    assert caveats == {CaveatCode.CONTROL_BY_LEAVE_ONE_OUT}
    # Mails are shared among people, so 7 is a common value; a key is nobody else's.
    assert found["sparse_share", "key"].estimate.value == 0.25
    assert found["sparse_share",].estimate.value == 0.25
    assert found["share",].estimate.value == 0.5
    assert found["control_share",].estimate.value == 0.5
    assert found["excess",].estimate.value == 0.0


class TestLongStrings:
    """Values that everybody writes hide no value that one person alone wrote."""

    def run(self, real, released, holdout=None, *, length=LONG, kind=TEXT, **options):
        sides = [{"t": t, "x": list(map(float, range(len(t))))} for t in (real, released)]
        if holdout is not None:
            sides.append({"t": holdout, "x": list(map(float, range(len(holdout))))})
        roles = options.pop("roles", {})
        lab = lab_of({"t": kind, "x": WHOLE}, *sides, roles=roles, **options)
        profile = replace(lab.release.profiles["t"], mean_length=float(length))
        lab = Lab(replace(lab.release, profiles={**lab.release.profiles, "t": profile}), seed=0)
        found = list(ValueReplay().run(lab))
        measured = {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}
        return measured, {c.code for c in found if isinstance(c, Caveat)}

    def test_a_common_text_hides_no_own_one(self):
        # 0 is "none": two real and two holdout people have it, and it returns. So does 2, which
        # one real person wrote.
        found, _ = self.run([0, 0, 2, 3], [0, 2, 9], [0, 0, 5, 6])
        assert found["sparse_share", "t"].estimate.value == 0.25
        assert found["sparse_share",].estimate.value == 0.25
        # With the common one, three of four real and two of four holdout people return.
        assert found["share",].estimate.value == 0.75
        assert found["control_share",].estimate.value == 0.5

    def test_an_own_text_of_a_holdout_person_that_returns_is_chance(self):
        found, _ = self.run([0, 0, 2, 3], [0, 2, 5], [0, 0, 5, 6])
        assert ("sparse_share", "t") not in found
        assert found["sparse_share",].estimate.value == 0.0
        assert found["excess",].estimate.value == 0.0

    def test_short_texts_are_judged_as_a_whole(self):
        found, _ = self.run([0, 0, 2, 3], [0, 2, 9], [0, 0, 5, 6], length=LONG - 1)
        assert ("sparse_share", "t") not in found

    def test_without_a_holdout_a_shared_text_is_chance(self):
        # 1 is shared by two, so what returns is compared with how often people share.
        found, _ = self.run([0, 0, 0, 1, 1, 2], [0, 2])
        assert ("sparse_share", "t") not in found
        # 0 is shared by three: that nobody shares a text with exactly one other makes own ones
        # sparse.
        found, _ = self.run([0, 0, 0, 2, 3, 4], [0, 2])
        assert found["sparse_share", "t"].estimate.value == pytest.approx(1 / 6)

    def test_a_column_that_nobody_declared(self):
        # Categories by their kind, but two of three people hold a long string of their own.
        known = {"roles": {"t": frozenset({Role.QUASI_IDENTIFIER})}, "kind": LEVEL}
        real, holdout = [0, 0, 1, 2, 3, 4], [0, 5, 6, 7]
        found, caveats = self.run(real, [0, 3, 9], holdout, **known)
        assert found["sparse_share", "t"].estimate.value == pytest.approx(1 / 6)
        assert caveats == set()
        # Labels say nothing: 0 returns for everybody and is not counted at all.
        assert ("excess",) not in found

    def test_labels_are_no_strings_of_ones_own(self):
        known = {"roles": {"t": frozenset({Role.QUASI_IDENTIFIER})}, "kind": LEVEL}
        short, caveats = self.run([0, 1, 2], [1], [3, 4], length=LONG - 1, **known)
        assert set(short) == {("sparse_share",)}
        assert caveats == {CaveatCode.NO_REPLAYABLE_COLUMN}
        # A fixed list: less than a third of the people have a label alone.
        found, _ = self.run([0, 0, 1, 1, 2], [2], [0, 1, 1, 0], **known)
        assert set(found) == {("sparse_share",)}

    def test_a_left_out_column_stays_out(self):
        left_out = {"roles": {"t": frozenset({Role.EXCLUDED})}, "kind": LEVEL}
        found, caveats = self.run([0, 1, 2], [1], [3, 4], **left_out)
        assert set(found) == {("sparse_share",)}
        assert CaveatCode.NO_REPLAYABLE_COLUMN in caveats

    def test_through_the_files(self):
        """Long addresses, and one text that everybody may write: categories by their kind."""
        pd = pytest.importorskip("pandas")

        def people(start, n, street="Long Winding Lane"):
            homes = [f"{start + i // 2} {street}, Flat" for i in range(0, 2 * n, 2)]
            return pd.DataFrame({"home": homes, "age": range(20, 20 + n)})

        real, holdout = people(1, 40), people(100, 30)
        real.loc[:3, "home"] = holdout.loc[:3, "home"] = "unknown, not stated by anyone"
        safe = people(500, 40)
        safe.loc[:5, "home"] = "unknown, not stated by anyone"
        leaky = safe.copy()
        leaky.loc[20, "home"] = real.loc[30, "home"]
        for released, copied in ((safe, 0), (leaky, 1)):
            release = release_from_frames(real, released, holdout, project=Project())
            assert release.schema["home"].kind is LEVEL
            found = {
                (m.name, *m.scope.values()): m
                for m in ValueReplay().run(Lab(release, seed=0))
                if isinstance(m, Measurement)
            }
            assert found["sparse_share", "home"].estimate.value == pytest.approx(copied / 40)
