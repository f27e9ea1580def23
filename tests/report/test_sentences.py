import re
import string
import tomllib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from audit.data.notes import _SEVERITY as NOTE_CODES
from audit.facts.judgement import Basis, Tier, VerdictStatus
from audit.facts.names import EVIDENCE, FAMILIES, MEASURES, STATED_ELSEWHERE
from audit.facts.reasons import CaveatCode, ReasonCode
from audit.facts.schema import Role
from audit.report.digits import PERCENT
from audit.report.names import SECTIONS
from audit.report.pieces import Span
from audit.report.sentences import FILES, has, keys, phrase, remedies, say, texts
from audit.report.templates import template_folder

PREFLIGHT_CODES = (
    "holdout_fair",
    "holdout_fairness_undecided",
    "no_overlap",
    "no_near_overlap",
    "near_overlap_unknown",
    "not_swapped",
    "sampling_fraction",
    "sampling_fraction_declared",
    "population_too_small",
    "columns_alike",
    "columns_differ",
    "split_declared",
    "holdout_large_enough",
    "duplicate_rows",
    "rows_distinct",
    "groups_large_enough",
    "groups_too_small",
    "reference_apart",
    "reference_unused",
    "identifiers_found",
    "constant_columns",
    "text_columns",
    *NOTE_CODES,
)
FORBIDDEN = (
    r"\bcompliant\b",
    r"\bcertif",
    r"\bsafe\b(?! harbor)",
    r"\bzero risk\b",
    r"\bno risk\b",
    r"\bpassed all\b",
    r"\banonymi[sz]ed\b",
    r"\bcannot be re-identified\b",
    r"!(?!doctype|important)",
)


def book() -> dict[str, dict[str, object]]:
    files = (template_folder() / name for name in FILES)
    parts = [tomllib.loads(file.read_text("utf-8")) for file in files]
    assert not parts[0].keys() & parts[1].keys()
    return {**parts[0], **parts[1]}


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_a_sentence_that_ends_nothing(code: ReasonCode) -> None:
    sentence = say("reason", code.value)
    # A reason is the second half of a sentence: lower case, no full stop.
    assert sentence[0].islower()
    assert not sentence.endswith(".")


@pytest.mark.parametrize("code", [c for c in ReasonCode if c is not ReasonCode.NOT_EXCEEDED])
def test_every_reason_says_what_would_decide_it(code: ReasonCode) -> None:
    numbers = {"rows_needed": "7,200", "rows_more": "2,200", "people": 3, "what": "it"}
    found = remedies(code.value, numbers)
    assert found
    assert [r.cost for r in found] == sorted(r.cost for r in found)
    assert all(r.text.endswith(".") for r in found)


@pytest.mark.parametrize("code", list(CaveatCode))
def test_every_caveat_has_a_sentence(code: CaveatCode) -> None:
    assert say("caveat", code.value).endswith(".")


@pytest.mark.parametrize("code", PREFLIGHT_CODES)
def test_every_preflight_code_has_a_sentence(code: str) -> None:
    assert has("preflight", code) or has("reason", code)


def test_every_closed_list_is_covered() -> None:
    assert {b.value for b in Basis} <= set(keys("basis")) & set(keys("transposed"))
    assert {b.value for b in Basis} <= set(keys("basis_short"))
    assert {t.value for t in Tier} <= set(keys("tier")) & set(keys("context"))
    assert {s.value for s in VerdictStatus} <= set(keys("verdict"))
    assert {r.value for r in Role} <= set(keys("role"))
    assert set(EVIDENCE) | STATED_ELSEWHERE <= set(keys("declared"))
    assert set(SECTIONS) <= set(keys("family"))


def test_every_check_and_measurement_has_a_name() -> None:
    assert set(FAMILIES) <= set(keys("check"))
    named = {name for names in MEASURES.values() for name in names}
    derived = {n for n in named if n.startswith(("disco", "repu")) or n.endswith("_control")}
    assert named - derived <= set(keys("measurement"))


def test_a_plain_sentence_needs_no_number() -> None:
    for chapter, entries in book().items():
        if isinstance(entries, list):
            continue
        for key, entry in entries.items():
            if isinstance(entry, dict) and "plain" in entry:
                fields = [f for _, f, _, _ in string.Formatter().parse(str(entry["plain"])) if f]
                assert not fields, f"{chapter}.{key}"


def test_every_remedy_that_a_reason_names_exists() -> None:
    for reason in keys("reason"):
        assert set(texts("reason", reason, "remedies")) <= set(keys("remedy"))


def test_numbers_choose_the_fuller_sentence() -> None:
    assert "3 copied people" in say("reason", "copies_to_review", people=3.0)
    assert say("reason", "copies_to_review").startswith("copied people")


def test_emphasis_is_read_before_anything_is_filled_in() -> None:
    made = phrase("control", "unable_some", unable="*9*", total="{x}")
    assert made[0] == Span("Not everywhere.", strong=True)
    assert [s.strong for s in made] == [True, False]
    assert "*9* of {x}" in made[1].text


def test_a_percent_sign_follows_a_thin_space() -> None:
    assert PERCENT in say("measurement", "tpr_at_fpr_1pct")


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_template_holds_a_forbidden_word(pattern: str) -> None:
    for path in template_folder().iterdir():
        if path.suffix in (".j2", ".toml") and not path.name.startswith("style"):
            text = re.sub(r"<!--.*?-->|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
            assert not re.search(pattern, text, flags=re.I), path.name


def test_templates_never_switch_escaping_off() -> None:
    for path in template_folder().glob("*.j2"):
        text = path.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", text), path.name


def test_the_fonts_hold_every_letter_of_our_own_text() -> None:
    text = "".join(
        p.read_text("utf-8")
        for p in template_folder().iterdir()
        if p.suffix in (".j2", ".toml") and not p.name.startswith("style")
    )
    code = Path(__file__).parents[2] / "audit" / "report"
    text += "".join(p.read_text("utf-8") for p in code.rglob("*.py") if p.stem != "columns")
    wanted = {c for c in text if c.isprintable() and c != " "}
    for name in ("sans-400", "sans-600", "serif-400", "serif-600"):
        font = TTFont(template_folder() / "fonts" / f"{name}.woff2")
        missing = wanted - {chr(c) for c in font.getBestCmap()}
        assert not missing, (name, sorted(missing))
