"""Which checks there are, and with which parameters."""

import pytest

from audit.errors import UsageError
from audit.harness.registry import BUILTIN, configured, find


def by_id(parameters):
    return {c.card.id: c for c in configured(parameters)}


def test_every_check_can_be_found():
    assert [find(c.card.id) for c in BUILTIN] == list(BUILTIN)


def test_an_unknown_check_is_refused_and_the_others_are_listed():
    with pytest.raises(UsageError) as refused:
        find("linkabilty")
    assert "linkabilty" in refused.value.message
    assert all(c.card.id in refused.value.hint for c in BUILTIN)
    with pytest.raises(UsageError):
        configured({"nothing": {}})


def test_parameters_take_the_place_of_defaults_and_of_nothing_else():
    checks, plain = by_id({"linkability": {"n_splits": 7}}), by_id({})
    assert checks["linkability"].params == {"n_targets": 10_000, "n_splits": 7}
    assert plain["linkability"].params["n_splits"] == 4
    others = checks.keys() - {"linkability"}
    assert all(checks[i] == plain[i] for i in others)


def test_an_unknown_parameter_is_refused_and_the_known_ones_are_listed():
    with pytest.raises(UsageError) as refused:
        configured({"linkability": {"k": 3}})
    assert "no parameter 'k'" in refused.value.message
    assert "n_targets, n_splits" in refused.value.hint
    with pytest.raises(UsageError, match="no parameter") as refused:
        configured({"identical-match": {"k": 3}})
    assert "none" in refused.value.hint


@pytest.mark.parametrize("value", ["3", 3.0, True, None, [3]])
def test_a_value_of_another_type_is_refused(value):
    with pytest.raises(UsageError, match=r"linkability\.n_splits must be of type int"):
        configured({"linkability": {"n_splits": value}})


def test_a_whole_number_will_do_for_a_fraction():
    check = by_id({"attribute-inference-nearest": {"tolerance": 0}})["attribute-inference-nearest"]
    assert check.tolerance == 0


@pytest.mark.parametrize(
    ("check", "name", "value"),
    [
        ("linkability", "n_splits", 0),
        ("linkability", "n_targets", -1),
        ("singling-out-univariate", "n_predicates", 0),
        ("attribute-inference-nearest", "tolerance", -0.1),
        ("attribute-inference-nearest", "tolerance", float("nan")),
        ("attribute-inference-nearest", "tolerance", float("inf")),
        ("attribute-inference-model", "absolute", -0.1),
    ],
)
def test_a_number_with_which_nothing_can_be_tried_is_refused(check, name, value):
    with pytest.raises(UsageError, match=f"{name} must be at least"):
        configured({check: {name: value}})


def test_who_competes_is_no_parameter():
    with pytest.raises(UsageError, match="no parameter 'attacks'"):
        configured({"membership-worst-case": {"attacks": ()}})


def test_worst_cases_compete_over_the_configured_attacks():
    checks = by_id({"attribute-inference-nearest": {"tolerance": 0.2}})
    attacks = checks["attribute-inference-worst-case"].attacks
    [attack] = [a for a in attacks if a.card.id == "attribute-inference-nearest"]
    assert attack == checks["attribute-inference-nearest"]
    assert attack.tolerance == 0.2
    family = checks["membership-worst-case"].params["attacks"]
    assert family == sorted(family)
    assert {"membership-closest-record", "membership-stacked"} <= set(family)
    assert "membership-f1" not in family


def test_the_auditors_attack_is_no_parameter_of_the_worst_case():
    with pytest.raises(UsageError, match="no parameter 'stacked'"):
        configured({"membership-worst-case": {"stacked": None}})
