"""Numbers of others on the same tables (research/attacks.md, sections 13.2 and 13.4)."""

from dataclasses import replace

import pytest

from audit.contract.lab import Lab
from audit.data.table import Table
from audit.facts.measurement import Measurement
from audit.facts.schema import Role, Schema
from audit.metrics.quasi_identifier_matching import QuasiIdentifierMatching
from audit.metrics.uniqueness import Uniqueness
from tests.contract.shared_tables import needs_tables, shared_lab

pytestmark = needs_tables


def measured(check, lab):
    found = check.run(lab.for_check(check.card.id))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


def knowing(lab, names, others):
    """Return the lab with other roles: these columns are known."""
    known = {True: Role.QUASI_IDENTIFIER, False: others}
    columns = [replace(c, roles=frozenset({known[c.name in names]})) for c in lab.schema]
    schema, release = Schema(tuple(columns)), lab.release

    def told(table: Table) -> Table:
        return replace(table, schema=schema)

    tables = {s: told(getattr(release, s)) for s in ("real", "holdout", "synthetic")}
    return Lab(replace(release, schema=schema, **tables), seed=0)


def test_unique_people_of_adult():
    # synthpop's vignette: of all 48,842 people 2.68 % are unique in age, occupation, race and sex.
    lab = knowing(shared_lab("adult", "ctgan"), {"age", "occupation", "race", "sex"}, Role.ORDINARY)
    release = lab.release
    whole = replace(release, real=release.real.stacked(release.holdout), holdout=None)
    share = measured(Uniqueness(), Lab(whole, seed=0))["share", "4"]
    assert share.n == 48_842
    assert 100 * share.estimate.value == pytest.approx(2.68, abs=0.005)


@pytest.mark.parametrize(("synthetic", "leaks"), [("flip30", True), ("mostly", False)])
def test_copies_with_a_third_of_the_values_changed_are_found(synthetic, leaks):
    known = {"age", "sex", "race", "marital_status"}
    lab = knowing(shared_lab("census2k", synthetic), known, Role.SENSITIVE)
    excess = measured(QuasiIdentifierMatching(), lab)["meaningful_excess",]
    assert (excess.estimate.low > 0.03) == leaks
    lab = knowing(shared_lab("census2k", synthetic), known, Role.ORDINARY)
    agreed = measured(QuasiIdentifierMatching(), lab)["apparent_match_excess",]
    assert (agreed.p_value < 0.001) == leaks
