"""A policy that is looser than its parent says so on the first page and beside each rule."""

from pathlib import Path

from audit.facts.judgement import Policy
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.report.html import to_html
from audit.report.shapes import View
from audit.report.view import build_view
from audit.wire.policy import policy_from_bytes, policy_to_bytes
from tests.policy.sample import declared, safe_run

GDPR = "gdpr-anonymisation-wp29"
LONG = "The board decided so. " * 20
MIDDLE = f"""\
schema: synthgate.policy/v1
id: middle
version: 1.0.0
extends: {GDPR}
expires_months: 24
loosens: {{COPY-1: "The register is public.", expires_months: "Audits are rare here."}}
rules:
  - {{id: COPY-1, limit: 0.002, basis: organisation_policy, rationale: "{LONG}"}}
"""
CHILD = """\
schema: synthgate.policy/v1
id: acme
version: 1.0.0
extends: middle.yaml
rules:
  - {id: COPY-1, limit: 0.0015, basis: organisation_policy, rationale: "A little stricter."}
"""


def resolved(folder: Path) -> tuple[Policy, Policy]:
    (folder / "middle.yaml").write_text(MIDDLE)
    (folder / "acme.yaml").write_text(CHILD)
    return resolve("middle.yaml", base=folder), resolve("acme.yaml", base=folder)


def view_of(policy: Policy) -> View:
    run = safe_run()
    return build_view(run, grade(policy, run, declared()), policy, declared())


def test_the_reason_stays_with_every_child_and_in_the_stored_policy(tmp_path: Path) -> None:
    """A grandchild that writes another rationale cannot make the reason disappear."""
    reasons = {
        "COPY-1": "The register is public.",
        "expires_months": "Audits are rare here.",
    }
    for policy in resolved(tmp_path):
        assert policy.loosened == reasons
        assert policy_from_bytes(policy_to_bytes(policy)) == policy
    assert resolve(GDPR).loosened == {}


def test_the_report_shows_it_first_and_beside_the_rule(tmp_path: Path) -> None:
    for policy, parent in zip(resolved(tmp_path), (f"{GDPR}@1.0.0", "middle@1.0.0"), strict=True):
        view = view_of(policy)
        (flag,) = view.decision.flags
        assert flag == (
            f"The policy is looser than the one that it changes ({parent}), in COPY-1 and expires"
            " months; the reasons stand in section 11."
        )
        (row,) = (row for row in view.annex.rules if row.id == "COPY-1")
        reason = "Looser than in the policy that this one changes, for this reason: "
        assert row.grounds.startswith(f"{reason}The register is public. ")
        page = to_html(view).decode()
        assert "The register is public." in page
        assert f"which extends {parent}" in page


def test_a_policy_that_only_tightens_has_no_flag(tmp_path: Path) -> None:
    assert view_of(resolve(GDPR)).decision.flags == ()
