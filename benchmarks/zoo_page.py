"""The tables of the zoo in docs/calibration.md."""

from collections.abc import Sequence

from audit.facts.judgement import FindingStatus
from audit.facts.names import FAMILIES
from benchmarks.zoo_audit import Noticed, Said, Seen, entry_of
from benchmarks.zoo_external import EXTERNAL

SIGNS = {Noticed.FAIL: "**fail**", Noticed.ALARM: "alarm", Noticed.SIGNIFICANT: "significant"}


def tables(seen: Sequence[Seen]) -> str:
    """Return all tables as Markdown."""
    ours = [s for s in seen if s.name not in EXTERNAL]
    others = [s for s in seen if s.name in EXTERNAL]
    parts = ["### Verdicts", _verdicts(ours)]
    if others:
        parts += [OTHERS, _verdicts(others)]
    return "\n\n".join([*parts, "### What each check found", _checks(seen)])


OTHERS = (
    "What needs a neural network is represented by releases that others made; they are audited as "
    "files with nothing declared, under `gdpr-anonymisation-wp29`."
)


def _verdicts(seen: Sequence[Seen]) -> str:
    heads = ["generator", "known as", "what it does", "truth", "verdict", "expected", "decided by"]
    return _table(heads, [_verdict(s) for s in seen])


def _verdict(seen: Seen) -> list[str]:
    entry = entry_of(seen.name)
    expected = " or ".join(sorted(_words(status) for status in entry.expected))
    verdict = _words(seen.verdict)
    return [
        f"`{seen.name}`",
        entry.kind,
        entry.does,
        f"{entry.truth}: {entry.because}",
        verdict if seen.verdict in entry.expected else f"**{verdict}**",
        expected,
        ", ".join(_deciding(seen)) or "–",
    ]


def _deciding(seen: Seen) -> list[str]:
    return seen.ruled(FindingStatus.FAIL) or seen.ruled(FindingStatus.INCONCLUSIVE)


def _words(status: str) -> str:
    return status.replace("_", " ")


def _checks(seen: Sequence[Seen]) -> str:
    """Return checks down and generators across, since there are more of the former."""
    checks = [c for c in FAMILIES if any(c in s.checks for s in seen)]
    heads = ["check", *(f"`{s.name}`" for s in seen)]
    return _table(heads, [[f"`{c}`", *(_cell(s.checks.get(c)) for s in seen)] for c in checks])


def _cell(said: Said | None) -> str:
    if said is None or said.value is None:
        return "–"
    sign = SIGNS.get(said.noticed)
    return f"{said.value:.3f} {sign}" if sign else f"{said.value:.3f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
