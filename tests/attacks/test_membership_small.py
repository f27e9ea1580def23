"""Two hundred people of each side and nine columns: strong leaks are found, fresh samples are not.

`benchmarks.membership.small` makes the tables: mixed ones, and nine numbers on different scales.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from audit.contract.lab import Lab
from audit.data.release import release_from_frames
from audit.facts.measurement import Measurement
from audit.facts.project import Project
from audit.harness.registry import configured
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.statistics.roc import fit_auc
from benchmarks.membership.small import LEAKS, POPULATIONS, small
from tests.attacks.family import BY_DISTANCE, BY_LEARNING, FAMILY, name_of


def lab_of(frames, unit="row"):
    release = release_from_frames(**frames, project=Project(unit=unit))
    return Lab(release, seed=1, memory=1 << 26)


def worst_of(lab):
    """Return the unscoped measurements of the worst case over all attacks but the learners."""
    (worst,) = (c for c in configured({}) if isinstance(c, MembershipWorstCase))
    found = replace(worst, attacks=BY_DISTANCE, stacked=None).run(lab.for_check(worst.card.id))
    return {m.name: m for m in found if isinstance(m, Measurement) and not m.scope}


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("leak", LEAKS)
def test_a_strong_leak_among_200_people_is_found(population, leak):
    found = worst_of(lab_of(small(population, leak)))
    assert found["auc"].p_value < 0.001
    assert found["auc"].estimate.low > 0.5
    assert found["tpr_at_fpr_10pct"].p_value < 0.001
    assert found["tpr_at_fpr_10pct"].estimate.value > 0.2


@pytest.mark.parametrize("population", POPULATIONS)
def test_a_fresh_sample_is_not(population):
    p = [worst_of(lab_of(small(population, None, seed=s)))["auc"].p_value for s in range(2)]
    assert min(p) > 0.01


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("attack", BY_LEARNING, ids=name_of)
def test_learners_run_too(attack, population):
    for case in attack.outcomes(lab_of(small(population, "copies"))):
        assert np.isfinite(case.pooled).all()
        assert (case.real.size, case.holdout.size) == (200, 200)


def awkward():
    """Return mixed tables with gaps, two constant columns, and every tenth row three times."""
    frames = small("mixed", "copies", n=80)
    rng = np.random.default_rng(0)
    for side, frame in frames.items():
        holes = frame.mask(rng.random(frame.shape) < 0.1)
        constant = holes.assign(same="x", zero=0.0, nothing=np.nan)
        frames[side] = pd.concat([constant, *[constant.iloc[::10]] * 2], ignore_index=True)
    return frames


def words(frame):
    """Return every column as a category."""
    cut = {c: pd.qcut(frame[c], 4, labels=list("abcd")) for c in frame.select_dtypes("number")}
    return frame.assign(**cut).astype(str)


AWKWARD = {
    "gaps, constants, equal rows": awkward,
    "categories only": lambda: {s: words(f) for s, f in small("mixed", "copies", n=80).items()},
    "all but one equal": lambda: {
        s: pd.DataFrame({"x": [1.0] * 29 + [2.0], "c": ["a"] * 30})
        for s in ("real", "holdout", "synthetic")
    },
}


@pytest.mark.parametrize("tables", AWKWARD)
def test_every_measurement_is_finite(tables):
    lab = lab_of(AWKWARD[tables]())
    for attack in FAMILY:
        cases = attack.outcomes(lab)
        assert all(np.isfinite(c.pooled).all() for c in cases)
        for m in attack.run(lab.for_check(attack.card.id)):
            if isinstance(m, Measurement):
                ends = (m.estimate.value, m.estimate.low or 0.0, m.estimate.high or 0.0)
                assert np.isfinite(ends).all(), m.name


def test_people_of_several_rows_who_are_copied_are_found_as_people():
    frames = small("mixed", None, n=200)
    people = {s: f.assign(who=[f"{s} {i // 4}" for i in range(200)]) for s, f in frames.items()}
    # One row of each of 25 of the 50 real people is released.
    copied = people["real"].iloc[:100:4]
    people["synthetic"] = pd.concat([people["synthetic"].iloc[25:], copied], ignore_index=True)
    lab = lab_of(people, unit="who")
    cases = [case for attack in BY_DISTANCE for case in attack.outcomes(lab)]
    assert {(c.real.size, c.holdout.size) for c in cases} == {(50, 50)}
    assert min(fit_auc(c.real, c.holdout).p_risky for c in cases) < 0.001


@pytest.mark.parametrize("attack", FAMILY, ids=name_of)
def test_equal_people_score_alike(attack):
    """Whether they are real or not, and wherever in the table they stand."""
    frames = small("mixed", "copies", n=60)
    frames["holdout"].iloc[5] = frames["real"].iloc[3]
    frames["holdout"].iloc[40] = frames["real"].iloc[3]
    frames["real"].iloc[50] = frames["real"].iloc[3]
    lab = lab_of(frames)
    own = lab.for_check(attack.card.id)
    keys = np.concatenate([lab.release.real.keys, lab.release.holdout.keys])
    _, group, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    equal = np.flatnonzero(count[group.reshape(-1)] == 4)
    assert equal.size == 4
    for case in attack.outcomes(own):
        assert np.ptp(case.pooled[equal]) <= 1e-9 * max(1.0, np.abs(case.pooled).max())
