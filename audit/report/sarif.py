"""The verdict as SARIF 2.1.0, for a code host: every rule, and a result where one is open."""

import hashlib
import json

from audit.facts.judgement import FindingStatus
from audit.report.markdown import sentence
from audit.report.shapes import RuleLine, View
from audit.text import safe_text

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    FindingStatus.FAIL: "error",
    FindingStatus.INCONCLUSIVE: "warning",
    FindingStatus.WAIVED: "note",
    FindingStatus.ALARM: "note",
}
_SEVERITY = {"blocker": "9.0", "major": "7.0", "minor": "4.0", "advisory": "1.0"}


def to_sarif(view: View, *, artifact: str = "synthetic") -> bytes:
    """Return one run with all rules of the policy and a result for each that is not met or open.

    Parameters
    ----------
    artifact
        Base name of the synthetic file: where every result is located.
    """
    name, _, version = view.tool.partition(" ")
    driver = {
        "name": name,
        "semanticVersion": version,
        "rules": [_rule(line) for line in view.outside],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "synthgate/"},
        "columnKind": "utf16CodeUnits",
        "results": [
            _result(line, i, artifact=_base_name(artifact), view=view)
            for i, line in enumerate(view.outside)
            if FindingStatus(line.status) in _LEVELS
        ],
        "properties": {
            "verdict": view.decision.verdict.word,
            "sentence": sentence(view),
            "policy": view.decision.policy,
            "context": view.decision.context,
            "run": view.document,
            **({"waivers": list(waivers)} if (waivers := view.decision.waivers_external) else {}),
        },
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _base_name(path: str) -> str:
    return safe_text(path.replace("\\", "/").rpartition("/")[2], 120) or "synthetic"


def _rule(line: RuleLine) -> dict[str, object]:
    return {
        "id": line.id,
        "name": line.name,
        "shortDescription": {"text": line.name},
        "fullDescription": {"text": line.grounds or line.name},
        "help": {"text": f"Limit: {line.limit or 'a statement'}. {line.grounds}".strip()},
        "defaultConfiguration": {"level": "error" if line.required else "note"},
        "properties": {
            "tags": ["privacy", line.severity],
            "security-severity": _SEVERITY[line.severity],
        },
    }


def _result(line: RuleLine, index: int, *, artifact: str, view: View) -> dict[str, object]:
    status = FindingStatus(line.status)
    seen = hashlib.sha256(f"{view.decision.policy}\n{line.id}\n{artifact}".encode()).hexdigest()
    result: dict[str, object] = {
        "ruleId": line.id,
        "ruleIndex": index,
        "kind": "fail",
        "level": _LEVELS[status],
        "message": {"text": f"{line.name}: {line.message}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _as_uri(artifact)},
                    "region": {"startLine": 1},
                }
            }
        ],
        "partialFingerprints": {"synthgateRule/v1": seen},
    }
    if status is FindingStatus.WAIVED:
        suppression = {"kind": "external", "status": "accepted", "justification": line.waiver}
        result["suppressions"] = [{key: value for key, value in suppression.items() if value}]
    return result


def _as_uri(name: str) -> str:
    plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    return "".join(c if c in plain else "".join(f"%{b:02X}" for b in c.encode()) for c in name)
