"""What counts as a search, and what as the same again."""

from dataclasses import replace

from audit.evidence.searching import tried_before
from audit.facts.history import UNNAMED, Audited, Kind, Policed, Tried
from audit.facts.judgement import Tier, VerdictStatus

NOW = Audited(
    kind=Kind.RUN,
    release="admissions-2026",
    run_sha256="a" * 64,
    verdict_sha256="b" * 64,
    synthetic="c" * 64,
    real_rows=1_000,
    real_columns=8,
    policy=Policed("gdpr-anonymisation-wp29", "1.0.0", "d" * 64),
    context=Tier.PUBLIC,
    status=VerdictStatus.NOT_MET,
    seed=17,
    seed_source="derived",
    version="0.1.0",
    rules=(),
)
OTHER_FILE = replace(NOW, synthetic="e" * 64)


def test_the_first_verdict_was_not_searched_for() -> None:
    assert tried_before(NOW, []) == Tried(0, 0, 0, 0, 0)


def test_the_same_again_is_a_repetition() -> None:
    graded = replace(NOW, kind=Kind.GRADE)
    assert tried_before(NOW, [NOW, graded]) == Tried(2, 2, 0, 0, 0)
    assert not tried_before(NOW, [NOW, graded]).was_searched


def test_a_file_that_was_tried_twice_is_one_candidate() -> None:
    third = replace(NOW, synthetic="f" * 64)
    tried = tried_before(NOW, [OTHER_FILE, OTHER_FILE, third, NOW])
    assert (tried.candidates, tried.repeated, tried.was_searched) == (2, 1, True)


def test_a_seed_that_was_chosen_counts_and_one_of_another_version_does_not() -> None:
    chosen = replace(NOW, seed=3, seed_source="given")
    assert tried_before(NOW, [chosen]).seeds == 1
    assert tried_before(chosen, [NOW]).seeds == 1
    upgraded = replace(NOW, seed=99, version="0.2.0")
    assert tried_before(upgraded, [NOW]) == Tried(1, 0, 0, 0, 0)


def test_policies_and_contexts_count_for_the_same_file_alone() -> None:
    lenient = replace(NOW, policy=Policed("internal-sharing", "1.0.0", "0" * 64))
    enclave = replace(NOW, context=Tier.SECURE_ENCLAVE)
    assert tried_before(NOW, [lenient, enclave, lenient]).policies == 2
    assert tried_before(NOW, [replace(lenient, synthetic="e" * 64)]).policies == 0


def test_releases_without_a_name_are_told_apart_by_their_size() -> None:
    now, other = replace(NOW, release=UNNAMED), replace(OTHER_FILE, release=UNNAMED)
    assert tried_before(now, [other]).candidates == 1
    assert tried_before(now, [replace(other, real_rows=999)]) == Tried(0, 0, 0, 0, 0)
    # With a name, a changed real table is no excuse.
    assert tried_before(NOW, [replace(OTHER_FILE, real_rows=999)]).candidates == 1


def test_tables_from_memory_are_told_apart_by_their_derived_seed() -> None:
    memory = replace(NOW, synthetic=None)
    assert tried_before(memory, [memory]).candidates == 0
    assert tried_before(memory, [replace(memory, seed=18)]).candidates == 1
    given = replace(memory, seed_source="given")
    assert tried_before(given, [replace(given, run_sha256="9" * 64)]).candidates == 1
