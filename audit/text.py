"""The one gate for foreign text: names, labels and notes on their way to any sink.

A column name is hostile input. It may hold escape codes for a terminal, marks that turn the
reading direction, or a workflow command for a build server. What leaves `safe_text` is inert in a
terminal, a log, HTML, XML and Markdown; each sink still escapes for its own grammar.
"""

import os
import unicodedata

LONGEST = 200
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe_text(text: object, longest: int = LONGEST) -> str:
    """Return `text` in one line, normalised, without control or direction marks.

    Parameters
    ----------
    text
        Anything; it is turned into a string first.
    longest
        The result has at most this many characters; a longer text ends in an ellipsis.
    """
    # Cutting first keeps a name of 100 kB from costing more than a short one.
    raw = unicodedata.normalize("NFC", str(text)[: 4 * longest])
    spaced = "".join(" " if c in "\t\n\r" else c for c in raw)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED)
    line = " ".join(kept.split())
    if line.startswith("::"):
        # A line of a build log that starts so is a command to the build server.
        line = line.lstrip(":")
    return line if len(line) <= longest else line[: longest - 1] + "…"


def system_reason(error: OSError) -> str:
    """Return why the system refused something: its own words for the number of the error.

    What stands in the error itself may have been put there by a library, with a cell in it.
    """
    return safe_text(os.strerror(error.errno)) if error.errno else "the system refused"
