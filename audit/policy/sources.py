"""Where policies come from: the profiles in the package, or a file of the user."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from audit.errors import PolicyError
from audit.text import safe_text
from audit.wire.faults import Fault, did_you_mean, line_of, raise_all
from audit.wire.policy import CitationsV1, CitationV1, PolicyV1
from audit.wire.small_file import regular_file
from audit.wire.strict_yaml import MOST_BYTES
from audit.wire.yaml_model import Written, read_yaml

_PROFILES = files("audit.policy") / "profiles"
_CITATIONS = "citations.yaml"


@dataclass(frozen=True, slots=True)
class Origin:
    """One policy file as written, and where names in it are looked up."""

    written: Written[PolicyV1]
    builtin: bool
    folder: Path | None


def builtin_ids() -> tuple[str, ...]:
    """Return the ids of the profiles in the package, `base` included."""
    names = {entry.name for entry in _PROFILES.iterdir()} - {_CITATIONS}
    return tuple(sorted(n.removesuffix(".yaml") for n in names if n.endswith(".yaml")))


def builtin_citations() -> dict[str, CitationV1]:
    """Return the sources that the profiles cite."""
    data = (_PROFILES / _CITATIONS).read_bytes()
    return dict(read_yaml(data, CitationsV1, _CITATIONS, error=PolicyError).model.citations)


def find(name: str, folder: Path | None) -> Origin:
    """Return the policy that `name` names: a built-in id, or else a path.

    Raises
    ------
    PolicyError
        If there is none, or it cannot be read; with every fault.
    """
    if name in builtin_ids():
        data = (_PROFILES / f"{name}.yaml").read_bytes()
        return Origin(read_yaml(data, PolicyV1, f"{name}.yaml", error=PolicyError), True, None)
    path = Path(name) if folder is None else folder / name
    written = read_yaml(_read(path, name), PolicyV1, safe_text(path.name), error=PolicyError)
    if written.model.id in builtin_ids():
        text = f"the id {written.model.id} belongs to a profile of this tool"
        fault = Fault(text, line=line_of(("id",), written.lines))
        raise_all([fault], written.what, PolicyError, "Give the policy an id of its own.")
    return Origin(written, False, path.parent)


def is_there(name: str, folder: Path | None) -> bool:
    """Tell whether `name` names a policy; whether it is sound, only reading it can tell."""
    path = Path(name) if folder is None else folder / name
    try:
        return name in builtin_ids() or path.is_file()
    except (OSError, ValueError):
        return False


def no_policy(name: str) -> tuple[str, str]:
    """Return what to say where `name` names no policy, and what to do about it."""
    known = ", ".join(n for n in builtin_ids() if n != "base")
    hint = did_you_mean(name, builtin_ids())
    return f"there is no policy {safe_text(name)}{hint}", f"Name a file, or one of: {known}."


def _read(path: Path, name: str) -> bytes:
    try:
        return regular_file(path, MOST_BYTES + 1)
    except (OSError, ValueError):
        pass
    raise PolicyError(*no_policy(name))
