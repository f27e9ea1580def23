"""Kinds of generator that need a neural network: data made elsewhere stand for them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from audit.data.release import Release, release_from_frames
from audit.facts.judgement import VerdictStatus
from audit.facts.project import Project
from fixtures.generators.zoo.registry import MET, NOT_MET, OPEN, Truth

MOST = 4_000
"""Rows of each table, to save time; of a member drawn at random the same is true as of all."""


@dataclass(frozen=True, slots=True)
class External:
    """A release that others made."""

    name: str
    kind: str
    folder: str
    synthetic: str
    does: str
    truth: Truth
    because: str
    expected: frozenset[VerdictStatus]
    """Verdicts under `gdpr-anonymisation-wp29`, nothing declared."""


EXTERNAL: Mapping[str, External] = {
    e.name: e
    for e in (
        External(
            "mostly",
            "language model (autoregressive network)",
            "census2k",
            "synthetic_mostly.csv",
            "a neural generator that predicts each column from those before",
            Truth.UNSURE,
            "trained to generalise, but without a guarantee; 2,000 people are too few to tell",
            frozenset({OPEN}),
        ),
        External(
            "flip30",
            "noise",
            "census2k",
            "synthetic_flip30.csv",
            "real rows, each cell drawn anew with probability 30 %",
            Truth.LEAKS,
            "each row is one person with two thirds of the cells",
            frozenset({NOT_MET}),
        ),
        External(
            "ctgan",
            "GAN",
            "adult",
            "synthetic_ctgan.csv",
            "CTGAN trained on 39,084 people, of whom 4,000 are asked about",
            Truth.UNSURE,
            "trained on many people for few parameters, but without a guarantee",
            frozenset({MET, OPEN}),
        ),
    )
}


def has_external() -> bool:
    """Whether the data of others are at hand; they are not part of the project."""
    return "SYNTHGATE_DATA" in os.environ


def external_release(name: str, seed: int) -> Release:
    """Take a random part of a release that others made, with nothing declared about it."""
    entry = EXTERNAL[name]
    folder = Path(os.environ["SYNTHGATE_DATA"]) / entry.folder
    tables = (pd.read_csv(folder / f) for f in ("real.csv", entry.synthetic, "holdout.csv"))
    real, synthetic, holdout = (t.sample(min(MOST, len(t)), random_state=seed) for t in tables)
    return release_from_frames(real, synthetic, holdout, project=Project(name=name))
