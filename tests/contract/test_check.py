"""A check that does not say what it is cannot be defined."""

import sys
import types
from dataclasses import dataclass, replace

import pytest

from audit.attacks.linkability import Linkability
from audit.contract.check import Check
from audit.contract.explanation import HEADINGS, read_explanation
from audit.errors import PluginError
from audit.facts.measurement import Card, Family, ThreatModel

DOC = "\n".join(f"{title}\n{'-' * 5}\nSome words.\n" for title in HEADINGS)
CARD = Card(
    id="my-check",
    version=1,
    title="Something is looked at",
    family=Family.COPYING,
    threat=ThreatModel("this", "that", "something"),
    references=("somebody",),
    measures=("share",),
)


def define(card, doc=DOC):
    """Define a check in a module of its own, as a plug-in does."""
    module = types.ModuleType("a_plugin_of_mine", doc)
    sys.modules[module.__name__] = module

    def run(self, lab):
        yield from ()

    try:
        return type("Mine", (Check,), {"card": card, "run": run, "__module__": module.__name__})
    finally:
        del sys.modules[module.__name__]


def test_a_complete_check_gets_its_explanation_from_its_module():
    made = define(CARD)
    assert dict(made.card.explanation) == dict.fromkeys(HEADINGS.values(), "Some words.")
    assert made().params == {}


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        (replace(CARD, id="My_Check"), "kebab-case"),
        (replace(CARD, version=0), "version"),
        (replace(CARD, title=""), "title"),
        (replace(CARD, measures=()), "measures"),
        (replace(CARD, references=()), "references"),
        (replace(CARD, threat=ThreatModel("this", "", "something")), "threat"),
        ("a card", "not a Card"),
    ],
)
def test_an_incomplete_card_is_refused(card, fault):
    with pytest.raises((PluginError, TypeError)) as refused:
        define(card)
    assert fault in str(refused.value) or card == "a card"


def test_a_missing_heading_is_named():
    with pytest.raises(PluginError, match="Cost, References"):
        define(CARD, DOC.replace("Cost", "Price").replace("References", "Books"))


def test_paragraphs_stay_apart_and_lines_are_joined():
    text = DOC.replace("Some words.", "Some words\nin two lines.\n\nAnd more.", 1)
    made = define(CARD, text)
    assert made.card.explanation["does"] == "Some words in two lines.\n\nAnd more."


def test_parameters_are_the_fields():
    assert Linkability(n_splits=7).params == {"n_targets": 10_000, "n_splits": 7}

    @dataclass(frozen=True)
    class WithATuple(Linkability):
        sizes: tuple[int, ...] = (1, 2)

    assert WithATuple().params["sizes"] == [1, 2]
    assert read_explanation(Linkability)["cost"]
