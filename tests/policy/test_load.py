from dataclasses import replace
from pathlib import Path

import pytest

from audit.errors import IntegrityError, PolicyError
from audit.facts.judgement import Basis, Decides, Policy, Tier
from audit.facts.measurement import Card, Family
from audit.policy.load import profiles, resolve
from audit.policy.validate import validate
from audit.wire.policy import policy_from_bytes, policy_to_bytes

HEAD = """\
schema: synthgate.policy/v1
id: acme
version: 1.0.0
extends: gdpr-anonymisation-wp29
intent: "Ours."
"""


def write(folder: Path, text: str, name: str = "acme.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        resolve(write(folder, text), base=folder)
    return [line.removeprefix("acme.yaml: ") for line in caught.value.message.splitlines()]


@pytest.mark.parametrize("name", profiles())
def test_a_built_in_profile_is_sound(name: str):
    policy = resolve(name)
    assert validate(policy) == ()
    assert policy.id == name
    stricter = {"ipc-ontario-2025", "strict-public-release"}
    parent = "gdpr-anonymisation-wp29@1.0.0" if name in stricter else "base@1.0.0"
    assert policy.extends == parent
    assert policy_from_bytes(policy_to_bytes(policy)) == policy


def test_the_profiles_are_there_and_base_is_not_one():
    assert "gdpr-anonymisation-wp29" in profiles()
    assert "base" not in profiles()
    with pytest.raises(PolicyError, match="is abstract"):
        resolve("base")


@pytest.mark.parametrize("name", profiles())
def test_every_rule_gives_its_reasons(name: str):
    policy = resolve(name)
    cited = {citation.key for citation in policy.citations}
    for rule in policy.rules:
        assert rule.rationale
        assert rule.cite
        assert set(rule.cite) <= cited
        assert rule.basis is not Basis.LAW
        # Passing rests on the excess; the risk beside it can only fail.
        if rule.measure.endswith(".risk"):
            assert rule.decides is Decides.FAIL_ONLY
    argued = set() if policy.argument is None else set(policy.argument.cite)
    assert {c for r in policy.rules for c in r.cite} | argued == cited


def test_limits_by_context_are_those_of_the_design():
    policy = resolve("gdpr-anonymisation-wp29")
    numbers = {c.tier: dict(c.numbers) for c in policy.contexts}
    assert numbers == {
        Tier.PUBLIC: {"log_ratio_1pct_max": 1.0, "auc_max": 0.55},
        Tier.TRUSTED_THIRD_PARTY: {"log_ratio_1pct_max": 1.5, "auc_max": 0.60},
        Tier.INTERNAL: {"log_ratio_1pct_max": 2.0, "auc_max": 0.65},
        Tier.SECURE_ENCLAVE: {"log_ratio_1pct_max": 2.3, "auc_max": 0.70},
    }
    assert policy.tables == {"residual_risk": {"low": 0.09, "medium": 0.075, "high": 0.05}}
    internal = resolve("internal-sharing")
    assert internal.contexts_allowed == (Tier.INTERNAL, Tier.SECURE_ENCLAVE)
    assert internal.asserts == {"treated_as_personal_data": True}


def test_a_child_may_tighten_and_add(tmp_path: Path):
    text = (
        HEAD
        + """\
contexts: {public: {auc_max: 0.53}}
rules:
  - {id: COPY-1, limit: 0.0005, basis: organisation_policy, rationale: "Stricter here."}
  - {id: MI-2, basis: organisation_policy, rationale: "Stricter in public."}
  - {id: VU-2, basis: organisation_policy, rationale: "Stricter in public."}
  - {id: VU-4, basis: organisation_policy, rationale: "Stricter in public."}
  - {id: DOC-1, measure: declared.anonymisation_report, op: present, basis: organisation_policy,
     rationale: "We want the report."}
"""
    )
    policy = resolve(write(tmp_path, text), base=tmp_path)
    parent = resolve("gdpr-anonymisation-wp29")
    rules = {rule.id: rule for rule in policy.rules}
    assert policy.extends == f"{parent.id}@{parent.version}"
    assert list(rules) == [r.id for r in parent.rules] + ["DOC-1"]
    copy = rules["COPY-1"]
    assert (copy.limit.number, copy.limit_where_control_collides) == (0.0005, 0.005)
    assert copy.test is next(r for r in parent.rules if r.id == "COPY-1").test
    assert policy.sha256 != parent.sha256


def test_loosening_needs_a_reason_which_is_then_read_with_the_rule(tmp_path: Path):
    loose = (
        HEAD
        + """\
expires_months: 24
tables: {residual_risk: {high: 0.06}}
rules:
  - {id: COPY-1, limit: 0.002, basis: organisation_policy, rationale: "Ours."}
  - {id: DPIA-1, required: false, severity: minor}
  - {id: CTX-2, waivable: true}
"""
    )
    said = faults(tmp_path, loose)
    looser = "is looser than in gdpr-anonymisation-wp29"
    give = "give a reason in loosens"
    assert f"line 6: expires_months: {looser} (longer valid); {give}" in said
    assert f"line 9: COPY-1: {looser} (a higher limit); {give}" in said
    assert f"line 10: DPIA-1: {looser} (not required, less severe); {give}" in said
    assert f"line 11: CTX-2: {looser} (can be waived); {give}" in said
    assert f"line 4: SO-1: {looser} (a higher limit); {give}" in said
    assert "line 4: SO-1: has a new limit; write its basis and rationale too" in said

    excused = (
        HEAD
        + """\
loosens: {COPY-1: "The board decided so on 2026-10-01."}
rules:
  - {id: COPY-1, limit: 0.002, basis: organisation_policy, rationale: "Ours."}
"""
    )
    policy = resolve(write(tmp_path, excused), base=tmp_path)
    copy = next(r for r in policy.rules if r.id == "COPY-1")
    assert copy.rationale == (
        "Ours. Loosened against gdpr-anonymisation-wp29 1.0.0: The board decided so on 2026-10-01."
    )
    idle = HEAD + 'loosens: {COPY-1: "Just in case."}\n'
    assert faults(tmp_path, idle) == ["line 6: loosens.COPY-1: loosens nothing"]


def test_a_grandchild_cannot_loosen_by_way_of_a_file(tmp_path: Path):
    write(
        tmp_path,
        HEAD.replace("acme", "middle") + "rules:\n  - {id: CTX-2, waivable: true}\n",
        "middle.yaml",
    )
    text = HEAD.replace("gdpr-anonymisation-wp29", "middle.yaml")
    assert any("CTX-2: is looser" in fault for fault in faults(tmp_path, text))


GALLERY = {
    "an unknown key": (
        "rules:\n  - {id: SO-1, treshold: 0.01}\n",
        "line 7: rules[0].treshold: is not known here",
    ),
    "a misspelt key": ("alarm: block\n", "line 6: alarm: is not known here; did you mean alarms?"),
    "text for a limit": (
        "rules:\n  - {id: SO-1, limit: low}\n",
        "line 7: rules[0].limit: must be a number",
    ),
    "two lookups": (
        "rules:\n  - {id: SO-1, limit: {table: a, context: b}}\n",
        "must be a number, or one of table, context, above_null",
    ),
    "a misspelt lookup": (
        "rules:\n  - {id: SO-1, limit: {tabel: a}}\n",
        "rules[0].limit.tabel: is not known here; did you mean table?",
    ),
    "an unknown op": (
        "rules:\n  - {id: SO-1, op: '>='}\n",
        "line 7: rules[0].op: must be <=, ==, present or complete",
    ),
    "an unknown check": (
        "rules:\n  - {id: N-1, measure: linkabilty.risk, limit: 0.1, basis: project_default,"
        ' rationale: "x"}\n',
        "line 7: N-1: no check is called linkabilty (did you mean linkability?)",
    ),
    "an unknown measurement": (
        "rules:\n  - {id: N-1, measure: linkability.auc, limit: 0.6, basis: project_default,"
        ' rationale: "x"}\n',
        "line 7: N-1: linkability measures no auc",
    ),
    "an unknown scope": (
        "rules:\n  - {id: N-1, measure: linkability.risk, where: {sercet: x}, limit: 0.1,"
        ' basis: project_default, rationale: "x"}\n',
        "line 7: N-1: no measurement has the scope sercet (did you mean secret?)",
    ),
    "an unknown statement": (
        "rules:\n  - {id: N-1, measure: declared.dpia_referense, op: present,"
        ' basis: project_default, rationale: "x"}\n',
        "line 7: N-1: nobody can declare dpia_referense (did you mean dpia_reference?)",
    ),
    "a statement with a limit": (
        "rules:\n  - {id: DPIA-1, limit: 1, op: '<='}\n",
        "line 7: DPIA-1: a statement has no limit",
    ),
    "a measurement without a limit": (
        "rules:\n  - {id: N-1, measure: linkability.risk, basis: project_default,"
        ' rationale: "x"}\n',
        "line 7: N-1: a measurement is compared with a limit, by <= or ==",
    ),
    "an AUC that a copy would pass": (
        "contexts: {public: {auc_max: 1.0}}\n",
        "MI-2: synthetic = real would pass: a limit must be below 1",
    ),
    "a log ratio that a copy would pass": (
        # ln 100 = 4.605: the training file itself.
        "contexts: {secure_enclave: {log_ratio_1pct_max: 5.0}}\n",
        "MI-1: synthetic = real would pass: a limit must be below 4.605",
    ),
    "a risk that a copy would pass": (
        "rules:\n  - {id: IN-2, limit: 1.0, basis: project_default, rationale: x}\n",
        "line 7: IN-2: synthetic = real would pass: a limit must be below 1",
    ),
    "an AUC that nobody passes": (
        "contexts: {public: {auc_max: 0.5}}\n",
        "MI-2: no release could pass this limit",
    ),
    "a misspelt number of a context": (
        "contexts: {public: {auc_maxx: 0.53}}\n",
        "line 6: contexts.public.auc_maxx: no rule uses it (did you mean auc_max?)",
    ),
    "an unused table": (
        "tables: {risk: {low: 0.1, medium: 0.1, high: 0.1}}\n",
        "line 6: tables.risk: no rule uses it",
    ),
    "a table that is not there": (
        "rules:\n  - {id: SO-1, limit: {table: residual}, basis: project_default, rationale: x}\n",
        "line 7: SO-1: there is no table residual (did you mean residual_risk?)",
    ),
    "a number of no context": (
        "rules:\n  - {id: MI-2, limit: {context: auc}, basis: project_default, rationale: x}\n",
        "line 7: MI-2: the context public sets no auc (did you mean auc_max?)",
    ),
    "an AUC alone": (
        'loosens: {MI-1: "x"}\nrules:\n  - {id: MI-1, required: false}\n',
        "MI-2: grades an AUC; a required rule on membership-worst-case.log_ratio_at_fpr_1pct",
    ),
    "excess without risk": (
        'loosens: {LK-2: "x"}\nrules:\n  - {id: LK-2, required: false}\n',
        "LK-1: passes on excess; a required rule on linkability.risk belongs beside it",
    ),
    "a distance that clears": (
        "rules:\n  - {id: DIAG-DCR, clears: true}\n",
        "line 7: DIAG-DCR: closest-record.share never clears a release; say clears: false",
    ),
    "a distance that is required": (
        "rules:\n  - {id: DIAG-DCR, required: true}\n",
        "line 7: DIAG-DCR: what never clears cannot be required",
    ),
    "a lower bound that clears": (
        "rules:\n  - {id: N-1, measure: membership-worst-case.epsilon_lower, limit: 1,"
        " basis: project_default, rationale: x}\n",
        "N-1: membership-worst-case.epsilon_lower never clears a release",
    ),
    "a description that is graded": (
        "rules:\n  - {id: N-1, measure: uniqueness.share, limit: 0.1, basis: project_default,"
        " rationale: x}\n",
        "N-1: uniqueness describes; no rule may rest on it",
    ),
    "a distance in itself that is graded": (
        "rules:\n  - {id: N-1, measure: closest-record.distance, limit: 0.1, clears: false,"
        " required: false, basis: project_default, rationale: x}\n",
        "N-1: closest-record.distance describes; no rule may rest on it",
    ),
    "a lower end that passes": (
        "rules:\n  - {id: SO-1, statistic: low}\n",
        "line 7: SO-1: a rule on the lower end can only fail; say decides: fail_only",
    ),
    "a point that is graded": (
        "rules:\n  - {id: SO-1, statistic: value}\n",
        "line 7: SO-1: the value itself is graded by == only",
    ),
    "copies by the interval": (
        "rules:\n  - {id: COPY-1, test: interval}\n",
        "line 7: COPY-1: excess of identical-match and near-copy, and nothing else, has the test"
        " copies",
    ),
    "law without a quoted number": (
        "rules:\n  - {id: SO-1, basis: law, rationale: x}\n",
        "line 7: SO-1: claims law for a number, and no law states one",
    ),
    "authority without a source": (
        "rules:\n  - {id: SO-1, cite: []}\n",
        "line 7: SO-1: claims regulator_guidance and cites nothing",
    ),
    "an unknown citation": (
        "rules:\n  - {id: SO-1, cite: [NOBODY-1900]}\n",
        "line 7: SO-1: cites NOBODY-1900, which is not among the citations",
    ),
    "a verification that nobody made": (
        "rules:\n  - {id: SO-1, verified: true}\n",
        "line 7: SO-1: is called verified and cites something that is not",
    ),
    "another wording of a built-in citation": (
        'citations: {WP29-2014: {text: "0.5 is fine", dated: "2014", verified: true}}\n',
        "line 6: citations.WP29-2014: is a citation of the built-in profiles",
    ),
    "a forged ancestry": (
        'derived_from: "gdpr-anonymisation-wp29@9.0.0"\n',
        "line 6: derived_from: is written by this tool, never by hand",
    ),
    "a rule twice": (
        "rules:\n  - {id: SO-1, severity: blocker}\n  - {id: SO-1, severity: major}\n",
        "line 8: rules[1]: the rule SO-1 comes twice",
    ),
    "a rule without what it needs": (
        "rules:\n  - {id: N-1, limit: 0.1}\n",
        "line 7: N-1: measure is missing",
    ),
    "a key twice": ("intent: x\n", "line 6: intent: comes twice"),
    "a limit that is not finite": (
        "rules:\n  - {id: SO-1, limit: 1e999}\n",
        "line 7: rules[0].limit: is a number out of range",
    ),
}


@pytest.mark.parametrize("name", GALLERY)
def test_a_broken_policy_is_refused_with_its_line(tmp_path: Path, name: str):
    body, expected = GALLERY[name]
    said = faults(tmp_path, HEAD + body)
    assert any(expected in fault for fault in said), said


def test_all_faults_are_said_at_once(tmp_path: Path):
    body = """\
rules:
  - {id: SO-1, limit: {table: nowhere}, basis: law, rationale: x}
  - {id: DIAG-DCR, required: true}
  - {id: N-1, measure: nosuch.risk, limit: 2, basis: standard, rationale: x}
"""
    said = faults(tmp_path, HEAD + body)
    assert [fault.split(":")[0] for fault in said] == sorted(fault.split(":")[0] for fault in said)
    assert {fault.split(": ")[1] for fault in said} == {"SO-1", "DIAG-DCR", "N-1"}
    assert len(said) >= 6


def test_a_policy_of_its_own_must_hold_what_every_policy_holds(tmp_path: Path):
    text = """\
schema: synthgate.policy/v1
id: acme
version: 1.0.0
intent: "Ours."
legal_snapshot: 2026-08-01
expires_months: 6
contexts_allowed: [public]
contexts: {public: {}}
rules:
  - {id: N-1, measure: linkability.attack_rate, limit: 0.1, basis: project_default, rationale: x}
"""
    said = faults(tmp_path, text)
    for missing in ("identical-match.excess", "value-replay.sparse_share", "declared.split"):
        assert f"line 9: rules: no required rule on {missing}" in said
    for family in ("copying", "singling_out", "inference", "membership"):
        assert f"line 9: rules: no required rule on {family}" in said
    assert "line 9: rules: no required rule on linkability" not in said


def test_what_is_not_there_is_proposed(tmp_path: Path):
    with pytest.raises(PolicyError, match="did you mean internal-sharing") as caught:
        resolve("internal-sharin", base=tmp_path)
    assert ", ".join(profiles()) in caught.value.hint


def test_a_file_cannot_take_the_name_of_a_profile(tmp_path: Path):
    text = HEAD.replace("id: acme", "id: internal-sharing")
    with pytest.raises(PolicyError, match="belongs to a profile of this tool"):
        resolve(write(tmp_path, text), base=tmp_path)


def test_a_parent_cannot_reword_a_citation_either(tmp_path: Path):
    cited = 'citations: {WP29-2014: {text: "0.5 is fine", dated: "2014", verified: true}}\n'
    write(tmp_path, HEAD.replace("acme", "middle") + cited, "middle.yaml")
    with pytest.raises(PolicyError, match=r"middle\.yaml: line 6: citations\.WP29-2014"):
        resolve(
            write(tmp_path, HEAD.replace("gdpr-anonymisation-wp29", "middle.yaml")), base=tmp_path
        )


@pytest.mark.parametrize(
    ("extends", "expected"),
    [
        ("acme.yaml", "the chain of parents does not end"),
        ("gdpr-anonymisation-wp29@2.0.0", "extends version 2.0.0, but found 1.0.0"),
        ("nowhere.yaml", "there is no policy nowhere.yaml"),
    ],
)
def test_a_parent_must_be_what_is_said(tmp_path: Path, extends: str, expected: str):
    text = HEAD.replace("gdpr-anonymisation-wp29", extends)
    with pytest.raises(PolicyError, match=expected):
        resolve(write(tmp_path, text), base=tmp_path)


def test_the_digest_binds_the_content():
    policy = resolve("internal-sharing")
    assert resolve("internal-sharing").sha256 == policy.sha256
    loosened = replace(policy, expires_months=36)
    with pytest.raises(IntegrityError) as caught:
        policy_from_bytes(policy_to_bytes(loosened))
    assert caught.value.exit_code == 5


def shadow(**said: bool) -> Card:
    return Card("acme-shadow", 1, "A shadow", Family.IDENTITY, None, ("nobody",), ("risk",), **said)


def test_the_measures_of_a_plugin_are_known_only_where_it_is_loaded(tmp_path: Path):
    rule = "rules:\n  - {id: N-1, measure: acme-shadow.risk, where: {odd: x}, limit: 0.1,"
    text = HEAD + rule + " basis: organisation_policy, rationale: x}\n"
    assert any("no check is called acme-shadow" in fault for fault in faults(tmp_path, text))
    policy: Policy = resolve("acme.yaml", base=tmp_path, plugins=[shadow()])
    assert policy.rules[-1].measure == "acme-shadow.risk"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"grades": False}, "acme-shadow describes; no rule may rest on it"),
        ({"clears": False}, "acme-shadow.risk never clears a release; say clears: false"),
    ],
)
def test_a_rule_asks_of_a_plugin_no_more_than_its_card_allows(
    tmp_path: Path, said: dict[str, bool], expected: str
):
    rule = "rules:\n  - {id: N-1, measure: acme-shadow.risk, limit: 0.1,"
    text = HEAD + rule + " basis: organisation_policy, rationale: x}\n"
    name = write(tmp_path, text)
    with pytest.raises(PolicyError, match=expected):
        resolve(name, base=tmp_path, plugins=[shadow(**said)])
    assert resolve(name, base=tmp_path, plugins=[shadow()]).rules[-1].id == "N-1"


def test_no_plugin_takes_the_place_of_a_check_that_is_ours(tmp_path: Path):
    ours = replace(shadow(), id="linkability", measures=("invented",))
    rule = "rules:\n  - {id: N-1, measure: linkability.invented, limit: 0.1,"
    text = HEAD + rule + " basis: organisation_policy, rationale: x}\n"
    with pytest.raises(PolicyError, match="linkability measures no invented"):
        resolve(write(tmp_path, text), base=tmp_path, plugins=[ours])
