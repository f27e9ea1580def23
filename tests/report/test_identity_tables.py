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
    assert set(found) == {"Matching", "As the tables stand"}
    assert found["Matching"].rows[0][2:] == ("largest probability", "1.000", "exact", "0")
    described = found["As the tables stand"]
    assert "no guarantee for synthetic data" in described.scope
    names = [row[1] for row in described.rows]
    assert names[0] == "k-anonymity"
    assert "t-closeness" in names
    assert not any("probability" in name for name in names)
