"""The files that every reader is tried on: what was found, what was thought of, what is at hand."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
ELSEWHERE: dict[str, tuple[str, ...]] = {
    "policy": ("audit/policy/profiles/*.yaml", "tests/policy/broken/*.yaml"),
    "policy-json": ("tests/golden/*.policy.json",),
    "policy-tests": ("docs/policy-tests/**/*.yaml",),
    "project": ("fixtures/demo/audit.yaml",),
    "run": ("tests/golden/*.run.json",),
    "verdict": ("tests/golden/*.verdict.json",),
}
"""Files of the repository that are good to start from, too."""


def corpus_of(target: str) -> list[Path]:
    """Return every file that a reader is tried on, by name."""
    own = [p for p in (CORPUS / target).glob("*") if p.is_file()]
    return sorted(own + [p for pattern in ELSEWHERE.get(target, ()) for p in ROOT.glob(pattern)])
