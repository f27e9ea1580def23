"""The verdict as SARIF 2.1.0, for a code host: every rule, and a result where one is open.

Kinds and levels follow the standard (OASIS SARIF 2.1.0, 3.27.9 and 3.27.10): a rule that is not
met is of kind *fail*; an inconclusive one is *open*, "insufficient information to decide"; an alarm
is *review*. A level is given to *fail* alone. What holds, and what does not apply, is a rule
without a result: GitHub reads neither kinds nor suppressions and takes every result for a problem.
It takes the level of an open rule from the rule, so that it stays visible there.

A result points at its rule in `policy.json`, never at the data, and keeps its fingerprint from
one release to the next, so that an alert is closed when the rule holds.
"""

import hashlib
import json

from audit.facts.judgement import FindingStatus
from audit.report.markdown import sentence
from audit.report.shapes import RuleLine, View
from audit.wire.policy import FILE

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_KINDS = {
    FindingStatus.FAIL: "fail",
    FindingStatus.INCONCLUSIVE: "open",
    FindingStatus.ALARM: "review",
}
_SEVERITY = {"blocker": "9.0", "major": "7.0", "minor": "4.0", "advisory": "1.0"}


def to_sarif(view: View) -> bytes:
    """Return one run with all rules of the policy and a result for each that is not met or open."""
    name, _, version = view.tool.partition(" ")
    driver = {
        "name": name,
        "semanticVersion": version,
        "rules": [_rule(line) for line in view.outside],
    }
    run = {
        "tool": {"driver": driver},
        # One alert list per release: two releases in one repository do not close each other's.
        "automationDetails": {"id": f"synthgate/{_as_uri(view.release)}/"},
        "columnKind": "utf16CodeUnits",
        "artifacts": [{"location": {"uri": FILE}, "roles": ["policy"]}],
        "results": [
            _result(line, i, view=view)
            for i, line in enumerate(view.outside)
            if _own(line) in _KINDS
        ],
        "properties": _properties(view),
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _properties(view: View) -> dict[str, object]:
    page = view.decision
    waivers, flags = list(page.waivers_external), list(page.flags)
    return {
        "verdict": page.verdict.word,
        "sentence": sentence(view),
        "policy": page.policy,
        "context": page.context,
        "run": view.document,
        "reportOnly": view.report_only,
        **({"flags": flags} if flags else {}),
        **({"waivers": waivers} if waivers else {}),
    }


def _own(line: RuleLine) -> FindingStatus:
    return FindingStatus(line.own or line.status)


def _rule(line: RuleLine) -> dict[str, object]:
    return {
        "id": line.id,
        "name": line.name,
        "shortDescription": {"text": line.name},
        "fullDescription": {"text": line.grounds or line.name},
        "help": {"text": f"Limit: {line.limit or 'a statement'}. {line.grounds}".strip()},
        "defaultConfiguration": {"level": _default_level(line)},
        "properties": {
            "tags": ["privacy", line.severity],
            "security-severity": _SEVERITY[line.severity],
        },
    }


def _default_level(line: RuleLine) -> str:
    """Return how loud a rule is in this run, for readers that look at nothing else."""
    if not line.required or line.waiver:
        return "note"
    return "warning" if line.status == FindingStatus.INCONCLUSIVE.value else "error"


def _result(line: RuleLine, index: int, *, view: View) -> dict[str, object]:
    kind = _KINDS[_own(line)]
    key = f"{view.decision.policy}\n{line.id}\n{view.release}"
    result: dict[str, object] = {
        "ruleId": line.id,
        "ruleIndex": index,
        "kind": kind,
        "message": {"text": f"{_marked(view)}{line.name}: {line.message}"},
        "locations": [_location(line, view)],
        "partialFingerprints": {"synthgateRule/v1": hashlib.sha256(key.encode()).hexdigest()},
        "properties": {"status": line.status, "required": line.required},
    }
    if kind == "fail":
        result["level"] = "note" if line.own else "error"
    if line.own:
        suppression = {"kind": "external", "status": "accepted", "justification": line.waiver}
        result["suppressions"] = [{key: value for key, value in suppression.items() if value}]
    return result


def _marked(view: View) -> str:
    return "Report only: nothing was gated. " if view.report_only else ""


def _location(line: RuleLine, view: View) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": FILE, "index": 0}}
    if line.id in view.policy_places:
        first, end = view.policy_places[line.id]
        place["region"] = {"startLine": 1, "startColumn": first, "endColumn": end}
    else:
        place["region"] = {"startLine": 1}
    return {
        "physicalLocation": place,
        "logicalLocations": [
            {"name": line.id, "fullyQualifiedName": f"{view.decision.policy}/{line.id}"}
        ],
    }


def _as_uri(name: str) -> str:
    plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    return "".join(c if c in plain else "".join(f"%{b:02X}" for b in c.encode()) for c in name)
