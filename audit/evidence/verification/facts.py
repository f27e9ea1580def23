"""The JSON files of a folder: well formed, canonical, and read as what they claim to be."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from audit.errors import AuditError, DataError
from audit.evidence.bundle import (
    ATTESTATION,
    DECLARED,
    EXECUTION,
    EXTERNAL_VERDICT,
    HISTORY,
    POLICY,
    RUN,
    VERDICT,
)
from audit.evidence.manifest import MANIFEST
from audit.facts.verification import Code, Remark, Step, Weight
from audit.text import safe_text
from audit.wire.attestation import envelope_from_bytes
from audit.wire.canonical import to_canonical
from audit.wire.declared import declared_from_bytes
from audit.wire.execution import execution_from_bytes
from audit.wire.external_verdict import external_verdict_from_bytes
from audit.wire.history import history_from_bytes
from audit.wire.manifest import manifest_from_bytes
from audit.wire.policy import policy_from_bytes
from audit.wire.run import run_from_bytes
from audit.wire.strict_json import refuse_unsound
from audit.wire.verdict import verdict_from_bytes

READERS: Mapping[str, Callable[[bytes], object]] = MappingProxyType(
    {
        RUN: run_from_bytes,
        EXECUTION: execution_from_bytes,
        POLICY: policy_from_bytes,
        DECLARED: declared_from_bytes,
        HISTORY: history_from_bytes,
        VERDICT: verdict_from_bytes,
        EXTERNAL_VERDICT: external_verdict_from_bytes,
        MANIFEST: manifest_from_bytes,
        ATTESTATION: envelope_from_bytes,
    }
)
"""File -> what reads it strictly; another JSON file is canonical and no more is known of it."""


@dataclass(frozen=True, slots=True)
class Read:
    """What could be read, and what is wrong with the rest."""

    facts: Mapping[str, Any]
    """File name -> the fact that it holds."""
    remarks: tuple[Remark, ...]


def read_facts(files: Mapping[str, bytes]) -> Read:
    """Read every JSON file of a folder."""
    facts: dict[str, object] = {}
    remarks: list[Remark] = []
    for name, data in sorted(files.items()):
        if not name.endswith(".json"):
            continue
        try:
            refuse_unsound(data, safe_text(name))
            if name in READERS:
                facts[name] = READERS[name](data)
        except AuditError as error:
            remarks.append(_remark(Code.MALFORMED, name, _first(error.message)))
        else:
            remarks += _canonical(name, data)
    return Read(facts, tuple(remarks))


def _canonical(name: str, data: bytes) -> Iterator[Remark]:
    """Notice a file that says the same in other bytes: no writer of ours makes those."""
    try:
        tree = json.loads(data)
        same = isinstance(tree, dict) and to_canonical(tree) == data
    except DataError:
        same = False
    if not same:
        yield _remark(Code.NOT_CANONICAL, name)


def _first(message: str) -> str:
    """Return the first fault; the rest is told by whatever writes the file."""
    first, _, more = message.partition("\n")
    return safe_text(first) + (" (and more)" if more else "")


def _remark(code: Code, name: str, detail: str = "") -> Remark:
    return Remark(Step.FORMATS, Weight.MISMATCH, code, safe_text(name), detail)
