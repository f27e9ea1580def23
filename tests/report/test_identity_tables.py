"""What describes a release, in words."""

from audit.contract.lab import Lab
from audit.harness.disclosure_gate import Gate
from audit.metrics.quasi_identifier_matching import QuasiIdentifierMatching
from audit.metrics.uniqueness import Uniqueness
from audit.report.family_tables import tables_of
from audit.testing import planted_release
from tests.policy.sample import safe_run


def tables():
    lab = Lab(planted_release(leak=0.3), seed=1)
    checks = (QuasiIdentifierMatching(), Uniqueness())
    results = [Gate({}).result(c.card, c.params, c.run(lab.for_check(c.card.id))) for c in checks]
    return {t.caption: t for t in tables_of(results, safe_run())}


def test_matches_stand_beside_the_holdout_and_models_promise_nothing():
    found = tables()
    assert {"Matching on quasi-identifiers", "As the tables stand"} <= set(found)
    matched = found["Matching on quasi-identifiers"]
    assert matched.rows[0][:4] == ("largest probability", "everybody", "1.000", "0")
    assert matched.question.endswith("?")
    assert "transposed" in matched.reading
    described = found["As the tables stand"]
    assert described.scope == "descriptive; no guarantee for synthetic data"
    assert described.reading.startswith("Descriptive; no guarantee for synthetic data.")
    names = [row[0] for row in described.rows]
    assert names[0] == "k-anonymity"
    assert not any("probability" in name for name in names)


def test_the_models_of_secrets_stand_one_secret_a_row():
    secrets = tables()["Secrets within classes"]
    assert "no guarantee for synthetic data" in secrets.scope
    assert secrets.heads[-1] == "t-closeness"
    # A number of distinct values is a count and has no decimals.
    least = [int(row[1]) for row in secrets.rows]
    assert least == sorted(least)


def test_columns_of_a_set_are_counted_in_words():
    words = {row[1] for row in tables()["As the tables stand"].rows if row[0] == "unique people"}
    assert not any("nearest" in w for w in words)
    assert "by one quasi-identifier" in words
