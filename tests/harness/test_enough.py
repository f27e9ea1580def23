"""As many people and statements as the limits of a policy take (`statistics.md` F10)."""

from dataclasses import replace

import pandas as pd
import pytest

from audit import api
from audit.facts.judgement import Tier
from audit.harness.enough import MOST, enough_for
from audit.harness.registry import configured
from audit.policy.load import profiles, resolve
from audit.policy.plan import Strictest, strictest_limits
from audit.statistics.planning import (
    ADJUSTED,
    MULTIVARIATE,
    UNIVARIATE,
    inference_rates,
    statements_for,
    targets_for,
)
from tests.policy.sample import declared
from tests.policy.test_argument import arguing

GDPR = resolve("gdpr-anonymisation-wp29")
INFERENCE, LINKS = "attribute-inference-worst-case", "linkability"


# statistics.md F10, rows per arm for an excess: one secret, before covariates.
@pytest.mark.parametrize(
    ("rate", "limit", "rows"),
    [
        (0.2, 0.05, 792),
        (0.5, 0.05, 1237),
        (0.8, 0.05, 792),
        (0.9, 0.05, 445),
        (0.2, 0.09, 245),
        (0.5, 0.09, 382),
        (0.8, 0.09, 245),
        (0.9, 0.09, 138),
    ],
)
def test_the_table_of_the_review(rate: float, limit: float, rows: int):
    assert abs(targets_for(limit, [rate], width=1.0) - rows) <= 1


def test_a_part_takes_as_many_times_more_people():
    whole = targets_for(0.05, [0.5], width=1.0)
    # 1,236.4 * 4 = 4,945.6
    assert abs(targets_for(0.05, [0.5], width=1.0, share=0.25) - 4 * whole) <= 4


@pytest.mark.parametrize("name", profiles())
def test_the_defaults_suffice_for_every_built_in_policy(name: str):
    policy = resolve(name)
    (link,) = (c for c in configured({}) if c.card.id == LINKS)
    (single,) = (c for c in configured({}) if c.card.id == "singling-out-multivariate")
    rates = inference_rates([0.5] * 18)
    for tier in policy.contexts_allowed:
        limits = strictest_limits(policy, declared(tier))
        inferred = limits[INFERENCE]
        assert targets_for(inferred.everybody, rates, width=ADJUSTED) <= link.n_targets
        if inferred.vulnerable is not None:
            needed = targets_for(inferred.vulnerable, rates, width=ADJUSTED, share=0.25)
            assert needed <= link.n_targets
        assert targets_for(limits[LINKS].everybody, [0.5], width=1.0) <= link.n_targets
        for check, rate in (
            ("singling-out-multivariate", MULTIVARIATE),
            ("singling-out-univariate", UNIVARIATE),
        ):
            assert statements_for(limits[check].everybody, rate) <= single.n_predicates


def test_the_strictest_limit_that_can_be_met_counts():
    assert strictest_limits(GDPR, declared())[INFERENCE] == Strictest(0.05, 0.05)
    assert strictest_limits(GDPR, declared(sensitivity="low"))[LINKS] == Strictest(0.09)
    # Raised by an argument, it takes fewer.
    assert strictest_limits(GDPR, arguing(0.5))[LINKS] == Strictest(0.1)
    left_out = replace(declared(), not_applicable={"LK-1": "one source"})
    assert LINKS not in strictest_limits(GDPR, left_out)
    # Those on risk can only fail, and ask for no number of people.
    risk = replace(GDPR, rules=tuple(r for r in GDPR.rules if r.measure.endswith(".risk")))
    assert strictest_limits(risk, declared(Tier.INTERNAL)) == {}


def table(people: int, shift: int = 0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": [(i * 7 + shift) % 91 for i in range(people)],
            "zip": [(i * 13 + shift) % 50 for i in range(people)],
            "income": [(i * 29 + shift) % 997 for i in range(people)],
        }
    )


def release(people: int):
    plan = api.with_roles(
        api.plan_of(None),
        roles={"age": "quasi_identifier", "zip": "quasi_identifier", "income": "sensitive"},
    )
    from audit.data.release import release_from_frames

    return release_from_frames(
        real=table(people), synthetic=table(200, 3), holdout=table(people, 5), project=plan.project
    )


def test_a_stricter_limit_raises_what_is_too_few_and_leaves_what_somebody_set():
    limits = {
        LINKS: Strictest(0.015),
        INFERENCE: Strictest(0.05, 0.03),
        "singling-out-multivariate": Strictest(0.02),
    }
    many = release(20_000)
    made = enough_for(limits, many, {"attribute-inference-nearest": {"n_targets": 500}})
    # 2 (1.2432 / .015)^2 = 13,737; a quarter of 13,585 for the secret; 14,412 statements.
    assert made == {
        LINKS: {"n_targets": 14_000},
        "attribute-inference-nearest": {"n_targets": 500},
        "attribute-inference-model": {"n_targets": 14_000},
        "correct-attribution": {"n_targets": 14_000},
        "reconstruction": {"n_targets": 14_000},
        "singling-out-multivariate": {"n_predicates": 15_000},
    }
    # Where everybody is attacked already, nothing is raised.
    assert enough_for(limits, release(5_000), {}) == {
        "singling-out-multivariate": {"n_predicates": 15_000}
    }
    beyond = enough_for({LINKS: Strictest(0.001)}, many, {})
    assert beyond == {LINKS: {"n_targets": MOST}}
    assert enough_for(strictest_limits(GDPR, declared()), many, {}) == {}


def test_the_policy_reaches_what_is_measured(tmp_path):
    policy = tmp_path / "own.yaml"
    policy.write_text(
        "schema: synthgate.policy/v1\nid: own\nversion: 1.0.0\nextends: gdpr-anonymisation-wp29\n"
        "rules:\n- {id: LK-1, limit: 0.015, basis: organisation_policy, rationale: Ours.}\n"
    )
    plan = api.with_decision(api.plan_of(None), policy=str(policy))
    effort = api.effort_for(plan, {"seed": 1}, release(20_000))
    assert effort["parameters"][LINKS] == {"n_targets": 14_000}
    assert effort["seed"] == 1
    # A faulty policy is the business of whoever grades.
    policy.write_text("schema: synthgate.policy/v1\n")
    assert api.effort_for(plan, {}, release(50))["parameters"] == {}
