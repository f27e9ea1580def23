"""The membership attacks of Synth-MIA with their published settings, written out plainly.

Slow and faithful, floors and all, so that anyone can compare this project's attacks with what was
published: on the published tables, with real, holdout and reference files given separately.

    python -m benchmarks.synth_mia --real R.csv --holdout H.csv --reference F.csv --synthetic S.csv

LOGAN is left out: its network needs a library of its own. The classifier is stochastic.

References
----------
Ward et al., Synth-MIA, 2025; the published values stand in the documentation of its example data.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import gaussian_kde
from sklearn.ensemble import RandomForestClassifier

from audit.statistics.roc import fit_auc

Rows = NDArray[np.float64]
FLOOR = 1e-20
"""Added to every density by the published code."""


@dataclass(frozen=True)
class Tables:
    """Encoded tables, float64 of shape (n, d) each."""

    real: Rows
    holdout: Rows
    reference: Rows
    synthetic: Rows

    @property
    def candidates(self) -> Rows:
        """Real rows, then holdout rows."""
        return np.concatenate([self.real, self.holdout])


Attack = Callable[[Tables], Rows]


def encoded(frames: Mapping[str, pd.DataFrame], *, standardised: bool) -> Tables:
    """Return numbers as they are and a mark per level, raw or in standard deviations.

    Levels and deviations are those of the synthetic table, as published.
    """
    marked = {side: pd.get_dummies(frame, dtype=float) for side, frame in frames.items()}
    columns = marked["synthetic"].columns
    raw = {s: m.reindex(columns=columns, fill_value=0.0).to_numpy(float) for s, m in marked.items()}
    tables = Tables(**raw)
    if not standardised:
        return tables
    mean, spread = tables.synthetic.mean(axis=0), tables.synthetic.std(axis=0)
    unit = np.where(spread > 0, spread, 1.0)
    return replace(tables, **{side: (rows - mean) / unit for side, rows in raw.items()})


def closest_record(tables: Tables) -> Rows:
    """Return minus the distance to the closest synthetic row (DCR)."""
    return -_nearest(tables.candidates, tables.synthetic)


def difference(tables: Tables) -> Rows:
    """Return how much nearer the release is than the reference (DCR-Diff)."""
    x = tables.candidates
    return _nearest(x, tables.reference) - _nearest(x, tables.synthetic)


def log_ratio(tables: Tables) -> Rows:
    """Return the same as a ratio, equal rows standing at half the smallest distance."""
    x = tables.candidates
    found = [_nearest(x, rows) for rows in (tables.reference, tables.synthetic)]
    smallest = min(d[d > 0].min() for d in found if (d > 0).any())
    others, released = (np.log(np.maximum(d, smallest / 2)) for d in found)
    return np.asarray(others - released)


def plagiarism_index(tables: Tables, *, k: int = 20) -> Rows:
    """Return the ratio of synthetic to reference rows among the k nearest (DPI)."""
    both = np.concatenate([tables.synthetic, tables.reference])
    order = np.argsort(cdist(tables.candidates, both), axis=1, kind="stable")[:, :k]
    synthetic = (order < len(tables.synthetic)).sum(axis=1)
    return np.asarray(synthetic / np.maximum(k - synthetic, 1e-12))


def monte_carlo(tables: Tables) -> Rows:
    """Return the share of synthetic rows within the median distance to the closest (MC)."""
    d = cdist(tables.candidates, tables.synthetic)
    return np.asarray((d <= np.median(d.min(axis=1))).mean(axis=1))


def local_neighbourhood(tables: Tables, *, radius: float = 1.0) -> Rows:
    """Return the share of synthetic rows within a radius."""
    return np.asarray((cdist(tables.candidates, tables.synthetic) <= radius).mean(axis=1))


def density(tables: Tables) -> Rows:
    """Return the kernel density of the release, its width by Scott's rule."""
    return np.asarray(gaussian_kde(tables.synthetic.T)(tables.candidates.T))


def domias(tables: Tables, *, floor: float = FLOOR) -> Rows:
    """Return the ratio of the two kernel densities; without a floor on the logarithmic scale."""
    released, population = (gaussian_kde(t.T) for t in (tables.synthetic, tables.reference))
    x = tables.candidates.T
    if floor == 0:
        return np.asarray(released.logpdf(x) - population.logpdf(x))
    return np.asarray(released(x) / (population(x) + floor))


def local_likelihood(tables: Tables, *, k: int = 5) -> Rows:
    """Return Gen-LRA: the reference density is refitted for every candidate, as published."""
    x = tables.candidates
    near = np.argsort(cdist(x, tables.synthetic), axis=1, kind="stable")[:, :k]
    plain = gaussian_kde(tables.reference.T)
    gains = np.empty(len(x))
    for i, row in enumerate(x):
        s = tables.synthetic[near[i]].T
        joined = gaussian_kde(np.concatenate([tables.reference, row[None]]).T)
        gains[i] = (np.log(joined(s) + FLOOR) - np.log(plain(s) + FLOOR)).sum()
    return gains


def local_likelihood_closed(tables: Tables, *, k: int = 5) -> Rows:
    """Return Gen-LRA with the reference's own width, in closed form and without a floor."""
    x, reference = tables.candidates, tables.reference
    near = np.argsort(cdist(x, tables.synthetic), axis=1, kind="stable")[:, :k]
    plain = gaussian_kde(reference.T)
    whitened = np.linalg.inv(np.linalg.cholesky(plain.covariance))
    log_sum = plain.logpdf(tables.synthetic.T) + np.log(len(reference))
    constant = 0.5 * np.linalg.slogdet(2 * np.pi * plain.covariance)[1]
    gap = (tables.synthetic[near] - x[:, None, :]) @ whitened.T
    own = -0.5 * (gap**2).sum(axis=2) - constant
    return np.asarray(np.logaddexp(0.0, own - log_sum[near]).sum(axis=1))


def classifier(tables: Tables, *, seed: int = 0) -> Rows:
    """Return how synthetic a forest takes a row to be."""
    label = np.repeat([1, 0], [len(tables.synthetic), len(tables.reference)])
    forest = RandomForestClassifier(random_state=seed)
    forest.fit(np.concatenate([tables.synthetic, tables.reference]), label)
    return np.asarray(forest.predict_proba(tables.candidates)[:, 1])


PRESETS: Mapping[str, Attack] = {
    "DCR": closest_record,
    "DCR-Diff": difference,
    "log ratio": log_ratio,
    "DPI": plagiarism_index,
    "MC": monte_carlo,
    "LocalNeighborhood": local_neighbourhood,
    "DensityEstimate": density,
    "DOMIAS": domias,
    "DOMIAS, no floor": lambda t: domias(t, floor=0),
    "Gen-LRA": local_likelihood,
    "Gen-LRA, closed form, k = 1": lambda t: local_likelihood_closed(t, k=1),
    "Gen-LRA, closed form, k = 5": local_likelihood_closed,
    "Classifier": classifier,
}


def aucs(tables: Tables) -> Iterator[tuple[str, float | None]]:
    """Yield the AUC of every preset; None where a density has no inverse covariance."""
    n = len(tables.real)
    for name, attack in PRESETS.items():
        try:
            scores = attack(tables)
        except np.linalg.LinAlgError:
            yield name, None
            continue
        yield name, fit_auc(scores[:n], scores[n:]).value


def _nearest(x: Rows, among: Rows) -> Rows:
    return np.asarray(cdist(x, among).min(axis=1))


def main(arguments: list[str]) -> int:
    """Print a table of AUCs, raw and standardised."""
    parser = argparse.ArgumentParser(description="Synth-MIA's attacks as published.")
    sides = ("real", "holdout", "reference", "synthetic")
    for side in sides:
        parser.add_argument(f"--{side}", type=Path, required=True)
    given = parser.parse_args(arguments)
    frames = {side: pd.read_csv(getattr(given, side)) for side in sides}
    found = [dict(aucs(encoded(frames, standardised=s))) for s in (False, True)]
    print(f"{'attack':30}{'raw':>8}{'standardised':>14}")
    for name in PRESETS:
        raw, standardised = (f[name] for f in found)
        print(f"{name:30}{_shown(raw):>8}{_shown(standardised):>14}")
    return 0


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
