"""Whose checks ran beside ours, where the report says what was assessed."""

from dataclasses import replace
from types import ModuleType

from audit.facts.plugins import PluginFacts
from audit.report.pieces import Fact
from audit.report.view import build_view


def facts_of(*parts) -> list[Fact]:
    passages = build_view(*parts).plain["artefacts"].passages
    return [fact for passage in passages for fact in passage.facts]


def test_the_report_names_each_plug_in_with_version_and_digest(sample: ModuleType) -> None:
    made = sample.met()
    plain = facts_of(*made.parts)
    assert "Plug-in" not in {fact.label for fact in plain}
    hostile = PluginFacts("acme-odd", "acme", "2.0\x1b[31m\u202e", "0b" * 32, ("acme-a", "acme-b"))
    named = PluginFacts("acme-checks", "acme", "1.4.0", "1c" * 32, ("acme-nearest",))
    provenance = replace(made.run.provenance, plugins=(named, hostile))
    run = replace(made.run, provenance=provenance)
    facts = facts_of(run, *made.parts[1:])
    shown = [(f.text, f.code) for f in facts if f.label == "Plug-in"]
    words = "checks of others. SHA-256 of its files"
    assert shown == [
        (f"acme-checks (acme 1.4.0): acme-nearest; {words}", " ".join(["1c1c1c1c"] * 8)),
        (f"acme-odd (acme 2.0[31m): acme-a and acme-b; {words}", " ".join(["0b0b0b0b"] * 8)),
    ]
