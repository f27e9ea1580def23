"""What people stated, in words: never verified, always said to be so."""

from collections.abc import Mapping

from audit.text import safe_text


def stated_words(entry: Mapping[str, str]) -> str:
    """Return one statement: `MH-DPIA-017; by the data office; 2026-01-12`."""
    document, digest = entry.get("document", ""), entry.get("sha256", "")
    parts = [safe_text(document, 120)] if document else []
    parts += [f"by {safe_text(entry['by'], 120)}"] if entry.get("by") else []
    parts += [safe_text(entry["date"], 20)] if entry.get("date") else []
    told = ("document", "sha256", "by", "date")
    rest = ((k, v) for k, v in entry.items() if k not in told and v)
    parts += [f"{safe_text(k, 30).replace('_', ' ')} {safe_text(v, 120)}" for k, v in rest]
    parts += [f"SHA-256 {safe_text(digest, 80)}"] if digest else []
    return "; ".join(parts)
