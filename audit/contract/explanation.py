"""A check's module docstring, cut at its fixed headings.

`synthgate explain`, the report and the documentation all print these sections, so a check without
one of them cannot be defined.
"""

import sys
from collections.abc import Mapping

HEADINGS = {
    "What the adversary does": "does",
    "What a high value means": "high",
    "What a low value does not mean": "low",
    "Cost": "cost",
    "References": "references",
}


def read_explanation(cls: type) -> Mapping[str, str]:
    """Return the sections of the docstring of the module in which `cls` is defined.

    Raises
    ------
    ValueError
        If a heading is missing or has no text; all that are wrong are named.
    """
    doc = sys.modules[cls.__module__].__doc__ or ""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in doc.splitlines():
        if line.strip() in HEADINGS:
            current = sections.setdefault(HEADINGS[line.strip()], [])
        elif set(line.strip()) != {"-"}:
            current.append(line)
    texts = {key: _flow(lines) for key, lines in sections.items()}
    missing = [title for title, key in HEADINGS.items() if not texts.get(key)]
    if missing:
        raise ValueError(f"the module docstring lacks: {', '.join(missing)}")
    return texts


def _flow(lines: list[str]) -> str:
    """Join wrapped lines; a blank line keeps two paragraphs apart."""
    paragraphs = "\n".join(line.strip() for line in lines).strip().split("\n\n")
    return "\n\n".join(" ".join(p.split()) for p in paragraphs)
