from pathlib import Path

import pytest

from audit.errors import DataError
from audit.facts.judgement import Source, Tier
from audit.facts.project import Condition, Project
from audit.facts.schema import Kind, Role
from audit.wire.project import project_from_bytes, read_project

HEAD = "schema: synthgate.project/v1\n"
WHOLE = """\
schema: synthgate.project/v1
release:
  name: admissions-2026
  real: real.parquet
  synthetic: synthetic.parquet
  holdout: holdout.parquet
  metadata: metadata.json
generator: {name: "CTGAN", version: "1.2", synthesis: fully, candidates: 3}
earlier_releases: [admissions-2025]
unit_of_privacy: patient_id
split:
  {how: stratified, unit: patient_id, strata: [region], stated_by: "A. Person"}
columns:
  patient_id: {role: direct_identifier}
  zip: {role: quasi_identifier}
  diagnosis: {role: [sensitive, quasi_identifier], alias: C7}
  los_days: {kind: integer}
  grade: {kind: ordinal, order: [low, high]}
  seen: {kind: datetime, datetime_format: "%Y-%m-%d"}
assigned_by: "B. Person"
operator: "O. Person"
controller: "Hospital of Meridale"
purpose: "teaching"
contact: "privacy@example.org"
computed_at: "on premises"
retention: "five years, in the archive"
groups:
  women: {zip: [Female, 3, 2.5, true]}
  elderly-late: {los_days: {from: 80}, seen: {from: 2026-01-01, to: "2026-02-01"}, diagnosis: x}
context: {tier: trusted_third_party, recipients: "one hospital", note: "contract C-77"}
policy: gdpr-anonymisation-wp29
parameters: {sensitivity: medium, linkability: {k: 3}}
evidence:
  dpia_reference:
    document: DPIA-17
    sha256: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  authorisation: {by: "C. Person", date: 2026-11-01}
  motivated_intruder: {intruder_types: [journalist, neighbour], ai_tools_considered: true}
not_applicable: {DPIA-1: "no personal data of others"}
plugins: [acme-attacks]
"""


def test_the_whole_of_it_is_understood():
    project = project_from_bytes(WHOLE.encode())
    assert project.name == "admissions-2026"
    assert (project.real, project.holdout, project.reference) == (
        "real.parquet",
        "holdout.parquet",
        None,
    )
    assert project.unit == "patient_id"
    assert (project.split.how, project.split.source) == ("stratified", "declared")
    assert project.split.strata == ("region",)
    assert project.split.is_exchangeable
    assert project.columns["diagnosis"].roles == {Role.SENSITIVE, Role.QUASI_IDENTIFIER}
    assert project.columns["diagnosis"].alias == "C7"
    assert project.columns["los_days"].kind is Kind.INTEGER
    assert project.columns["los_days"].roles is None
    assert project.columns["grade"].order == ("low", "high")
    assert project.groups == {
        "women": (Condition("zip", ("Female", "3", "2.5", "true")),),
        "elderly-late": (
            Condition("los_days", (), "80"),
            Condition("seen", (), "2026-01-01", "2026-02-01"),
            Condition("diagnosis", ("x",)),
        ),
    }
    assert project.parameters == {"linkability": {"k": 3}}
    assert project.plugins == ("acme-attacks",)
    said = project.declared
    assert (said.operator, said.controller) == ("O. Person", "Hospital of Meridale")
    assert (said.purpose, said.contact) == ("teaching", "privacy@example.org")
    assert (said.computed_at, said.retention) == ("on premises", "five years, in the archive")
    assert (said.tier, said.tier_source) == (Tier.TRUSTED_THIRD_PARTY, Source.DECLARED)
    assert (said.sensitivity, said.sensitivity_source) == ("medium", Source.DECLARED)
    assert (said.split_stated_by, said.split_source) == ("A. Person", Source.DECLARED)
    assert said.generator == {
        "name": "CTGAN",
        "version": "1.2",
        "synthesis": "fully",
        "candidates": "3",
    }
    # The columns that decide, under the names by which they may be known, and no level.
    assert said.groups == {"women": ("zip",), "elderly-late": ("C7", "los_days", "seen")}
    assert said.earlier_releases == ("admissions-2025",)
    assert said.evidence["authorisation"] == {"by": "C. Person", "date": "2026-11-01"}
    assert said.evidence["motivated_intruder"] == {
        "intruder_types": "journalist, neighbour",
        "ai_tools_considered": "true",
    }
    assert said.not_applicable == {"DPIA-1": "no personal data of others"}


def test_nothing_declared_is_the_cautious_default_marked_as_assumed():
    assert project_from_bytes(HEAD.encode()) == Project()


def test_all_faults_are_said_at_once_each_with_its_line():
    text = """\
schema: synthgate.project/v1
release: {nam: x, reall: real.csv}
unit_of_privacy: patient_id
split: {how: coin, unit: row}
columns:
  zip: {role: quasi_identifyer}
  age: {kind: intger}
context: {tiers: public}
evidence:
  dpia_referense: {document: x}
waiver: w.yaml
"""
    with pytest.raises(DataError) as caught:
        project_from_bytes(text.encode())
    assert caught.value.message.splitlines() == [
        "audit.yaml: line 2: release.nam: is not known here; did you mean name?",
        "audit.yaml: line 2: release.reall: is not known here; did you mean real?",
        "audit.yaml: line 4: split.how: must be random, stratified, by_group, temporal, other or"
        " unknown",
        "audit.yaml: line 6: columns.zip.role: must be direct_identifier, quasi_identifier,"
        " sensitive, ordinary or excluded",
        "audit.yaml: line 7: columns.age.kind: must be continuous, integer, categorical, ordinal,"
        " boolean, datetime, text, identifier or constant",
        "audit.yaml: line 8: context.tier: is missing",
        "audit.yaml: line 8: context.tiers: is not known here; did you mean tier?",
        "audit.yaml: line 11: waiver: is not known here; did you mean waivers?",
    ]


def test_faults_of_meaning_too():
    text = """\
schema: synthgate.project/v1
unit_of_privacy: patient_id
split: {how: random, unit: row, strata: [region]}
columns:
  a: {role: [direct_identifier, sensitive], alias: b}
  b: {order: [x, x], datetime_format: "%Y", kind: integer}
  c: {role: [sensitive, sensitive]}
  hidden: {alias: C7}
parameters: {sensitivity: huge, linkabilty: {k: 3}, linkability: 3}
evidence:
  dpia_referense: {document: x}
  authorisation: {bye: x, date: "1 May", by: " "}
  contract: {sha256: "abc"}
not_applicable: {DPIA-1: ""}
groups:
  Decile-3: {a: {}}
  two words: {a: 1}
  hidden: {a: 1}
waivers: waivers.yaml
"""
    with pytest.raises(DataError) as caught:
        project_from_bytes(text.encode())
    assert caught.value.message.splitlines() == [
        "audit.yaml: line 3: split.strata: belong to a stratified split only",
        "audit.yaml: line 3: split.unit: must be the unit_of_privacy; a split by anything else is"
        " how: other",
        "audit.yaml: line 5: columns.a.alias: is the name or alias of another column",
        "audit.yaml: line 5: columns.a.role: direct_identifier, excluded, ordinary stand alone",
        "audit.yaml: line 6: columns.b.datetime_format: belongs to kind: datetime",
        "audit.yaml: line 6: columns.b.order: belongs to kind: ordinal",
        "audit.yaml: line 6: columns.b.order: holds a level twice",
        "audit.yaml: line 7: columns.c.role: comes twice",
        "audit.yaml: line 9: parameters.linkability: must be a mapping of the fields of the check",
        "audit.yaml: line 9: parameters.linkabilty: is no check (did you mean linkability?)",
        "audit.yaml: line 9: parameters.sensitivity: must be one of low, medium, high",
        "audit.yaml: line 11: evidence.dpia_referense: is no known evidence (did you mean"
        " dpia_reference?)",
        "audit.yaml: line 12: evidence.authorisation.by: must say something",
        "audit.yaml: line 12: evidence.authorisation.bye: is not known here (did you mean by?)",
        "audit.yaml: line 12: evidence.authorisation.date: must be a day such as 2026-11-01",
        "audit.yaml: line 13: evidence.contract.sha256: must be 64 hexadecimal digits in lower"
        " case",
        "audit.yaml: line 14: not_applicable.DPIA-1: needs a reason",
        "audit.yaml: line 16: groups.Decile-3: is the name of a part that every audit has; choose"
        " another",
        "audit.yaml: line 16: groups.Decile-3.a: needs from, to or both",
        "audit.yaml: line 17: groups.two words: must be called by letters, digits and hyphens, 30"
        " at most",
        "audit.yaml: line 18: groups.hidden: is the true name of a column with an alias; choose"
        " another",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("policy: 3", "line 2: policy: must be text"),
        ("generator: {candidates: 0}", "line 2: generator.candidates: must be at least 1"),
        ("generator: {candidates: 1.5}", "line 2: generator.candidates: must be a whole number"),
        ("columns: [zip]", "line 2: columns: must be a mapping"),
        ("columns: {zip: {role: []}}", "line 2: columns.zip.role: must not be empty"),
        ("columns: {zip: {role: 3}}", "line 2: columns.zip.role: must be direct_identifier"),
        ("groups: {w: {}}", "line 2: groups.w: must not be empty"),
        ("groups: {w: {sex: []}}", "line 2: groups.w.sex: must not be empty"),
        ("groups: {w: {sex: [[1]]}}", "line 2: groups.w.sex[0]: must be text"),
        ("groups: {w: {age: {form: 3}}}", "age.form: is not known here; did you mean from?"),
        ("groups: {w: {age: {from: true}}}", "line 2: groups.w.age.from: must be a number"),
        ("earlier_releases: {a: 1}", "line 2: earlier_releases: must be a list"),
        ("earlier_releases:", "line 2: earlier_releases: must be a list; [] says that there"),
        ("context: {tier: public, p_attack: 0}", "line 2: context.p_attack: must be more than 0"),
        ("context: {tier: public, p_attack: 1.1}", "line 2: context.p_attack: must be at most 1"),
        (
            "evidence: {contract: {document: C, expires: 2026-13-01}}",
            "line 2: evidence.contract.expires: must be a day such as 2026-11-01",
        ),
        (
            "evidence: {contract: {document: C, date: 2026-11-01, expires: 2026-10-31}}",
            "line 2: evidence.contract.expires: must not lie before the date",
        ),
        (
            "evidence: {expert_determination: {date: 2026-11-01, expiry: 2025-01-01}}",
            "line 2: evidence.expert_determination.expiry: must not lie before the date",
        ),
        (
            "evidence: {dp_declaration: {epsilon: about 3}}",
            "line 2: evidence.dp_declaration.epsilon: must be a number of at least 0",
        ),
        (
            "evidence: {dp_declaration: {delta: -1e-6}}",
            "line 2: evidence.dp_declaration.delta: must be a number of at least 0",
        ),
        (
            'evidence: {two_person_signoff: {first: "A. B", second: " a.  b"}}',
            "line 2: evidence.two_person_signoff.second: must be another person than the first",
        ),
        ("2020: {}", "line 2: a key must be text"),
        (
            "evidence: {contract: {document: {a: 1}}}",
            "line 2: evidence.contract.document: must say",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(line: str, expected: str):
    with pytest.raises(DataError) as caught:
        project_from_bytes((HEAD + line).encode())
    assert expected in caught.value.message


def test_the_format_must_be_named():
    with pytest.raises(DataError, match="schema: is missing"):
        project_from_bytes(b"policy: x")
    with pytest.raises(DataError, match="must be a mapping"):
        project_from_bytes(b"- a")


def test_a_file_is_read_by_name(tmp_path: Path):
    file = tmp_path / "audit.yaml"
    file.write_text(HEAD, encoding="utf-8")
    assert read_project(file) == Project()
    with pytest.raises(DataError, match=r"none\.yaml cannot be read: No such file"):
        read_project(tmp_path / "none.yaml")


@pytest.mark.parametrize(("line", "people"), [("", None), ("population: 48000\n", 48_000)])
def test_the_size_of_the_population_may_be_stated(line, people):
    text = f"schema: synthgate.project/v1\n{line}"
    assert project_from_bytes(text.encode()).population == people


def test_a_population_of_nobody_is_refused():
    with pytest.raises(DataError, match="population"):
        project_from_bytes(b"schema: synthgate.project/v1\npopulation: 0\n")


def test_terms_claims_and_an_argued_probability_are_understood():
    text = """\
schema: synthgate.project/v1
earlier_releases: []
context: {tier: internal, p_attack: 0.25}
evidence:
  contract: {document: C-77, date: 2026-11-01, expires: 2026-11-01, reviewer: "R. Person"}
  dp_declaration: {epsilon: 3, delta: 1e-6, unit: row, mechanism: AIM, trust_model: central}
"""
    said = project_from_bytes(text.encode()).declared
    assert said.p_attack == 0.25
    assert (said.earlier_releases, said.earlier_releases_source) == ((), Source.DECLARED)
    assert said.evidence["contract"]["expires"] == "2026-11-01"
    assert float(said.evidence["dp_declaration"]["delta"]) == 1e-6
    nothing = project_from_bytes(HEAD.encode()).declared
    assert (nothing.p_attack, nothing.earlier_releases_source) == (None, Source.ASSUMED)
