"""Frozen answers of the peers, and our side of the same releases."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from audit.contract.lab import Lab
from audit.data.release import release_from_frames
from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Kind
from benchmarks.peers.reference_tables import Reference, reference

HERE = Path(__file__).parent


@cache
def file_of(peer: str) -> Mapping[str, Any]:
    """Return the whole file of a peer."""
    found: dict[str, Any] = json.loads((HERE / f"{peer}.json").read_text(encoding="utf-8"))
    return found


def said(peer: str, name: str) -> Mapping[str, Any]:
    """Return what a peer says of one release."""
    answer: dict[str, Any] = file_of(peer)["releases"][name]["says"]
    return answer


@cache
def made(name: str) -> Reference:
    """Return one release, made anew."""
    return reference(name)


@cache
def lab(name: str) -> Lab:
    """Return our view of one release: every column known and wanted, kinds declared."""
    given = made(name)
    plans = {
        c: ColumnPlan(kind=Kind.CONTINUOUS if c in given.numbers else Kind.CATEGORICAL)
        for c in given.columns
    }
    release = release_from_frames(**given.tables, project=Project(columns=plans))
    return Lab(release, seed=0, memory=1 << 28)


def bits(text: str, n: int) -> np.ndarray:
    """Return the hits of n people, in the order of the table."""
    return np.unpackbits(np.frombuffer(bytes.fromhex(text), np.uint8), count=n).astype(bool)
