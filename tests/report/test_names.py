"""Scopes in words: no key of `run.json` is left for the reader to guess."""

import pytest

from audit.report.names import question_of, reading_of, scope_words
from audit.report.sentences import keys


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ({"k": "10", "split": "3"}, "parting 3, 10 nearest records"),
        (
            {"k": "1", "split": "3", "join": "direct"},
            "parting 3, the other half ranked first",
        ),
        ({"k": "1", "over": "worst"}, "worst case"),
        ({"k": "2", "reuse": "binned"}, "2 columns, numbers in bins"),
        ({"k": "1", "reuse": "verbatim"}, "1 column, as they stand"),
        ({"knows": "half", "split": "2"}, "knowing half of the columns, draw 2"),
        (
            {"knows": "quasi_identifiers", "split": "declared"},
            "knowing the quasi-identifiers",
        ),
        ({"grown": "random-2"}, "2 columns by chance"),
        ({"grown": "random-2+random-3+tree"}, "2 and 3 columns by chance and cut out by trees"),
        ({"grown": "greedy"}, "the rarest columns first"),
        ({"counted": "all"}, "statements of any weight"),
        ({"counted": "people"}, "people, not statements"),
        ({"secret": "ward", "knows": "others", "claim": "unanimous"}, None),
        ({"table": "synthetic"}, "synthetic table"),
        ({"agree": "75"}, "in at least 75\u202f% of the columns"),
    ],
)
def test_a_scope_is_said_in_words(scope: dict[str, str], words: str | None) -> None:
    assert scope_words(scope) == (words or "ward, only where all records agree")


@pytest.mark.parametrize("name", ["+", "random-", "<b>", "a" * 500])
def test_an_unknown_way_is_inert(name: str) -> None:
    assert len(scope_words({"grown": name})) <= 80


def test_each_question_is_one_and_is_read_in_two_sentences_or_a_few() -> None:
    assert set(keys("check_question")) == set(keys("check_reading"))
    for check in keys("check_question"):
        assert question_of(check).endswith("?")
        assert question_of(check).count("?") == 1
        assert 2 <= reading_of(check).count(". ") + 1 <= 3, check


def test_what_only_describes_says_so() -> None:
    assert reading_of("uniqueness").startswith("Descriptive; no guarantee for synthetic data.")
    assert "transposed" in reading_of("quasi-identifier-matching")
    assert "no excess" in reading_of("correct-attribution")
