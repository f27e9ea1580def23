"""The same attacks as one would write them in an afternoon: scikit-learn, scipy, pandas.

Every attack searches for itself, among all rows. Keys are the scopes of ours, so that scores can be
compared.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import gaussian_kde
from sklearn.neighbors import KernelDensity, NearestNeighbors

from audit.space.points import Metric, Points

Floats = NDArray[np.float64]
Scored = Iterator[tuple[str, Floats]]
DEEP = ("rank", "standardised")
SIZES = (5, 10, 20, 50)
WIDTHS = (0.25, 0.5)
REACHED = (0.01, 0.05, 0.5)
CLASSES = 64
ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class Sides:
    """One encoding: rows as vectors whose distance is that of the encoding."""

    candidates: Floats
    released: Floats
    reference: Floats
    metric: str
    gap: float
    """Typical distance to the nearest row of the reference: the unit of kernels."""


@dataclass(frozen=True, eq=False)
class Given:
    """What the attacks are handed; nothing of it is on the clock."""

    encoded: Mapping[str, Sides]
    frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
    """Candidates, release and reference as typed columns."""


def vectors(parts: list[Points]) -> list[Floats]:
    """Return points of several tables as vectors: numbers, and a mark for every level."""
    first = parts[0]
    codes = np.concatenate([p.codes for p in parts])
    blocks = [np.concatenate([p.numbers for p in parts])]
    for j, weight in enumerate(first.weights):
        levels, level_of = np.unique(codes[:, j], return_inverse=True)
        if levels.size > 1:
            size = weight / 2 if first.metric is Metric.L1 else np.sqrt(weight / 2)
            blocks.append(size * np.eye(levels.size)[level_of.reshape(-1)])
    whole = np.hstack(blocks)
    whole /= first.divisor if first.metric is Metric.L1 else 1.0
    return np.split(whole, np.cumsum([len(p) for p in parts])[:-1])


def sides(parts: list[Points]) -> Sides:
    """Return candidates, release and reference of one encoding."""
    candidates, released, reference = vectors(parts)
    metric = "manhattan" if parts[0].metric is Metric.L1 else "euclidean"
    nearest = _nearest(candidates, reference, metric, 1)[:, 0]
    return Sides(candidates, released, reference, metric, float(np.median(nearest)))


def closest_record(given: Given) -> Scored:
    for name, s in given.encoded.items():
        yield name, -_nearest(s.candidates, s.released, s.metric, 1)[:, 0]


def calibrated_distance(given: Given) -> Scored:
    for name, s in given.encoded.items():
        released, others = (
            _nearest(s.candidates, among, s.metric, 1)[:, 0] for among in (s.released, s.reference)
        )
        yield f"{name} difference", others - released
        yield f"{name} ratio", _log_ratio(others, released)


def neighbour_density(given: Given) -> Scored:
    for name in DEEP:
        s = given.encoded[name]
        both = np.concatenate([s.released, s.reference])
        for k in SIZES:
            model = NearestNeighbors(n_neighbors=k, algorithm="brute", metric=s.metric).fit(both)
            found = model.kneighbors(s.candidates, return_distance=False)
            synthetic = (found < len(s.released)).sum(axis=1)
            yield f"{name} {k}", np.log((synthetic + 0.5) / (k - synthetic + 0.5))


def density_ratio(given: Given) -> Scored:
    for name in DEEP:
        s = given.encoded[name]
        for width in WIDTHS:
            released, others = (
                _density(rows, s, width).score_samples(s.candidates)
                for rows in (s.released, s.reference)
            )
            yield f"{name} kernel {width:g}", released - others
        for k in (5, 20):
            released, others = (
                _nearest(s.candidates, rows, s.metric, k)[:, -1]
                for rows in (s.released, s.reference)
            )
            yield f"{name} nearest {k}", _log_ratio(others, released)


def scipy_density_ratio(given: Given) -> Scored:
    """Compare scipy's kernel densities of the numbers; of marks it can fit none."""
    numbers = [frame.select_dtypes("number") for frame in given.frames]
    x, released, reference = (f.fillna(numbers[1].median()).to_numpy().T for f in numbers)
    yield "numbers", gaussian_kde(released).logpdf(x) - gaussian_kde(reference).logpdf(x)


def local_likelihood(given: Given) -> Scored:
    """Refit the population with every candidate."""
    for name in DEEP:
        s = given.encoded[name]
        model = NearestNeighbors(n_neighbors=20, algorithm="brute", metric=s.metric)
        near = model.fit(s.released).kneighbors(s.candidates, return_distance=False)
        plain, n = _density(s.reference, s, 0.25), len(s.reference)
        gains = np.empty(near.shape)
        for i, row in enumerate(s.candidates):
            joined, asked = _density(np.vstack([s.reference, row]), s, 0.25), s.released[near[i]]
            gains[i] = joined.score_samples(asked) - plain.score_samples(asked)
        for k in (1, 5, 20):
            yield f"{name} {k}", gains[:, :k].sum(axis=1) + k * np.log((n + 1) / n)


def local_count(given: Given) -> Scored:
    for name in DEEP:
        s = given.encoded[name]
        model = NearestNeighbors(algorithm="brute", metric=s.metric).fit(s.released)
        nearest = model.kneighbors(s.candidates, n_neighbors=1)[0][:, 0]
        for share in REACHED:
            within = model.radius_neighbors(
                s.candidates, radius=np.quantile(nearest, share), return_distance=False
            )
            yield f"{name} {share:g}", np.array([len(w) for w in within], dtype=np.float64)


def marginal_focus(given: Given) -> Scored:
    """Count all pairs of columns, numbers as they are and in classes."""
    for grain in ("exact", "classes"):
        frames = given.frames if grain == "exact" else _classes(given.frames)
        candidates, released, reference = frames
        share, total = len(released) / len(reference), np.zeros(len(candidates))
        for pair in combinations(sorted(candidates.columns), 2):
            keys = pd.MultiIndex.from_frame(candidates[list(pair)])
            counts = (
                frame.groupby(list(pair), dropna=False).size().reindex(keys, fill_value=0)
                for frame in (released, reference)
            )
            own, others = (c.to_numpy() for c in counts)
            total += np.log((own + 0.5) / (share * others + 0.5))
        yield f"{grain} 2", total


NAIVE: Mapping[str, Callable[[Given], Scored]] = {
    "membership-closest-record": closest_record,
    "membership-calibrated-distance": calibrated_distance,
    "membership-neighbour-density": neighbour_density,
    "membership-density-ratio": density_ratio,
    "membership-local-likelihood": local_likelihood,
    "membership-local-count": local_count,
    "membership-marginal-focus": marginal_focus,
}
LINEAR = (
    "closest-record",
    "calibrated-distance",
    "neighbour-density",
    "density-ratio",
    "local-count",
)
"""Attacks that take the same time for every candidate, whatever their number."""


def _nearest(rows: Floats, among: Floats, metric: str, k: int) -> Floats:
    model = NearestNeighbors(n_neighbors=k, algorithm="brute", metric=metric).fit(among)
    return np.asarray(model.kneighbors(rows)[0])


def _density(rows: Floats, side: Sides, width: float) -> KernelDensity:
    kernel = "exponential" if side.metric == "manhattan" else "gaussian"
    return KernelDensity(bandwidth=width * side.gap, kernel=kernel, metric=side.metric).fit(rows)


def _log_ratio(others: Floats, released: Floats) -> Floats:
    """Compare distances; equal rows stand at half the smallest, rounding errors count as equal."""
    both = np.stack([others, released])
    both = np.maximum(both, both[both > ROUNDING].min() / 2)
    return np.asarray(np.log(both[0]) - np.log(both[1]))


def _classes(
    frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Cut numbers into classes of equal size among the candidates."""
    candidates, released, reference = (frame.copy() for frame in frames)
    for name in frames[0].select_dtypes("number"):
        known = np.sort(frames[0][name].dropna())
        for frame in (candidates, released, reference):
            x = frame[name].to_numpy()
            ends = (np.searchsorted(known, x, side=side) for side in ("left", "right"))
            ranks = sum(ends) / (2 * len(known))
            cut = np.minimum(ranks * CLASSES, CLASSES - 1).astype(np.int64)
            frame[name] = np.where(np.isnan(x), CLASSES, cut)
    return candidates, released, reference
