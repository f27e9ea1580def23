"""A finished run read back: the facts of a folder, or of a `run.json` alone."""

from dataclasses import dataclass
from pathlib import Path

from audit.errors import DataError, IntegrityError
from audit.evidence import bundle
from audit.facts.judgement import Declared, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.text import safe_text, system_reason
from audit.wire.canonical import sha256_of
from audit.wire.declared import declared_from_bytes
from audit.wire.policy import policy_from_bytes
from audit.wire.run import run_from_bytes
from audit.wire.verdict import verdict_from_bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands beside a `run.json`."""

    folder: Path
    run: AuditRun
    declared: Declared | None
    policy: Policy | None
    verdict: Verdict | None


def read_stored(path: Path) -> Stored:
    """Read a run from its folder or its `run.json`.

    Raises
    ------
    DataError
        If there is no run, or a file is malformed.
    IntegrityError
        If the verdict does not belong to the run or to the policy beside it.
    """
    file = path / bundle.RUN if path.is_dir() else path
    folder = file.parent
    data = _read(file)
    if data is None:
        raise DataError(
            f"there is no run at {safe_text(path.name)}",
            "Name the folder of a run, or its run.json.",
        )
    declared = _read(folder / bundle.DECLARED)
    policy = _read(folder / bundle.POLICY)
    verdict = _read(folder / bundle.VERDICT)
    stored = Stored(
        folder=folder,
        run=run_from_bytes(data),
        declared=None if declared is None else declared_from_bytes(declared),
        policy=None if policy is None else policy_from_bytes(policy),
        verdict=None if verdict is None else verdict_from_bytes(verdict),
    )
    _require_one_whole(stored, sha256_of(data))
    return stored


def _require_one_whole(stored: Stored, run_sha256: str) -> None:
    verdict, policy = stored.verdict, stored.policy
    hint = "The folder was changed after the run; grade it again into another folder."
    if verdict is not None and verdict.run_sha256 != run_sha256:
        raise IntegrityError("verdict.json was not made from the run.json beside it", hint)
    if verdict is not None and policy is not None and verdict.policy_sha256 != policy.sha256:
        raise IntegrityError("verdict.json was not made with the policy.json beside it", hint)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = system_reason(error)
    raise DataError(f"{safe_text(file.name)} cannot be read: {reason}")
