"""The verdict as JUnit XML, for a build server: a rule is a test case."""

from io import BytesIO
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from audit.facts.judgement import FindingStatus
from audit.report.markdown import sentence
from audit.report.shapes import RuleLine, View

_ELEMENTS = {
    FindingStatus.FAIL: "failure",
    FindingStatus.INCONCLUSIVE: "error",
    FindingStatus.WAIVED: "skipped",
    FindingStatus.NOT_APPLICABLE: "skipped",
}


def to_junit(view: View) -> bytes:
    """Return one suite: not met is a failure, inconclusive an error, waived is skipped.

    Every case says its status and severity as properties, and a waived one what it is on its own,
    since readers show a skipped case without saying why. Wording for outsiders; no time is
    written, so that equal verdicts have equal bytes.
    """
    root = Element("testsuites", name="synthgate")
    counts = {
        "tests": len(view.outside),
        "failures": _count(view, "failure"),
        "errors": _count(view, "error"),
        "skipped": _count(view, "skipped"),
    }
    suite = SubElement(root, "testsuite", name=view.decision.policy)
    for key, number in counts.items():
        suite.set(key, str(number))
    properties = SubElement(suite, "properties")
    for name, value in _properties(view).items():
        SubElement(properties, "property", name=name, value=value)
    for line in view.outside:
        _case(suite, line, view)
    indent(root)
    sink = BytesIO()
    ElementTree(root).write(sink, encoding="utf-8", xml_declaration=True)
    return sink.getvalue() + b"\n"


def _properties(view: View) -> dict[str, str]:
    return {
        "verdict": view.decision.verdict.word,
        "sentence": sentence(view),
        "context": view.decision.context,
        "run": view.document,
        "tool": view.tool,
        "report_only": "true" if view.report_only else "false",
        **{f"flag.{i}": flag for i, flag in enumerate(view.decision.flags, 1)},
        **{f"waiver.{i}": line for i, line in enumerate(view.decision.waivers_external, 1)},
    }


def _count(view: View, element: str) -> int:
    return sum(_element(line) == element for line in view.outside)


def _element(line: RuleLine) -> str | None:
    status = FindingStatus(line.status)
    if status is FindingStatus.INCONCLUSIVE and not line.required:
        # What the verdict does not rest on breaks no build.
        return "skipped"
    return _ELEMENTS.get(status)


def _case(suite: Element, line: RuleLine, view: View) -> None:
    name = f"{line.id} {line.name}"
    case = SubElement(suite, "testcase", classname=view.decision.policy, name=name)
    said = SubElement(case, "properties")
    for key, value in _stated(line).items():
        SubElement(said, "property", name=key, value=value)
    element = _element(line)
    message = (
        f"Report only: nothing was gated. {line.message}" if view.report_only else line.message
    )
    if element == "skipped":
        SubElement(case, "skipped", message=message)
    elif element is not None:
        outcome = SubElement(case, element, message=message, type=line.reason or line.status)
        outcome.text = line.grounds
    elif line.status == FindingStatus.ALARM.value:
        SubElement(case, "system-out").text = message


def _stated(line: RuleLine) -> dict[str, str]:
    stated = {
        "status": line.status,
        "own_status": line.own,
        "reason": line.reason,
        "required": "true" if line.required else "false",
        "severity": line.severity,
        "limit": line.limit,
        "waiver": line.waiver,
    }
    return {key: value for key, value in stated.items() if value}
