"""A program for `account.py` under anonymeter's interpreter: its answers about one small release.

Asked for: `files` by side, `halves` (two lists of columns), `secrets`, `seeds` (how many), `pairs`
(whether to link people two at a time, too).
Hits are told person by person, as bits; what is drawn, as the mean and its error over seeds.
"""

import random
from collections.abc import Callable
from importlib.metadata import version
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator
from anonymeter.evaluators.inference_evaluator import evaluate_inference_guesses
from anonymeter.evaluators.linkability_evaluator import LinkabilityIndexes, _find_nn
from anonymeter.evaluators.singling_out_evaluator import (
    UniqueSinglingOutQueries,
    _evaluate_queries,
    _query_from_record,
    univariate_singling_out_queries,
)
from anonymeter.neighbors.mixed_types_kneighbors import KNNInferencePredictor

VERSION = version("anonymeter")
NEIGHBOURS = (1, 5)
ATTACKS, COLUMNS, REQUESTED = 100, 3, 5_000
_SIDES = ("real", "holdout")
Sides = dict[str, pd.DataFrame]
Part = Callable[[Sides, dict[str, Any]], dict[str, Any]]


def prepared(asked: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    sides = {side: pd.read_csv(path) for side, path in asked["files"].items()}
    return lambda: {name: _tried(part, sides, asked) for name, part in _PARTS.items()}


def told(found: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    return found


def _tried(part: Part, sides: Sides, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return part(sides, asked)
    except Exception as failure:
        # What a peer cannot do is one of its answers; its message may hold cells.
        return {"fails": type(failure).__name__}


def _univariate(sides: Sides, asked: dict[str, Any]) -> dict[str, float]:
    """All statements that it would make, and how many isolate one record."""
    attack = _singling_out(sides, 0, REQUESTED)
    made = univariate_singling_out_queries(attack._syn, REQUESTED, np.random.default_rng(0))
    tables = {"real": attack._ori, "holdout": attack._control}
    hits = {s: sum(c == 1 for c in _evaluate_queries(t, made)) for s, t in tables.items()}
    attack.evaluate(mode="univariate")
    rate = attack._n_success / REQUESTED
    control = float(attack._n_control)
    return {"made": len(made), **hits, "rate": rate, "control_told": control}


def _multivariate(sides: Sides, asked: dict[str, Any]) -> dict[str, float]:
    """All statements that it can make about so many columns, and how many isolate one record."""
    attack = _singling_out(sides, 0, REQUESTED)
    table, rng = attack._syn, np.random.default_rng(0)
    medians, types = table.median().to_dicts()[0], dict(table.schema)
    kept = UniqueSinglingOutQueries()
    for columns in combinations(table.columns, COLUMNS):
        made = [_query_from_record(r, types, columns, medians, rng) for r in table.to_dicts()]
        kept.check_and_extend(made, table)
    tables = {"real": attack._ori, "holdout": attack._control}
    hits = {s: sum(c == 1 for c in _evaluate_queries(t, kept.queries)) for s, t in tables.items()}
    return {"made": len(kept), **hits}


def _dates(sides: Sides, asked: dict[str, Any]) -> dict[str, float]:
    """Singling out where one number is a day; nothing where there is none."""
    if "n2" not in sides["real"]:
        return {}
    days = {
        side: table.assign(n2=pd.to_datetime(table["n2"].round(), unit="D"))
        for side, table in sides.items()
    }
    attack = _singling_out(days, 0, ATTACKS)
    return {"hits": float(attack.evaluate("multivariate")._n_success)}


def _linkability(sides: Sides, asked: dict[str, Any]) -> dict[str, Any]:
    links = {side: _indexes(sides, side, asked) for side in _SIDES}
    told: dict[str, Any] = {
        str(k): {s: _bits(_linked(links[s], k, len(sides[s]))) for s in _SIDES} for k in NEIGHBOURS
    }
    if asked["pairs"]:
        most, found = max(NEIGHBOURS), links["real"]
        for size in (2, most):
            parts = [
                LinkabilityIndexes(found._idx_0[i : i + size], found._idx_1[i : i + size])
                for i in range(0, len(sides["real"]), size)
            ]
            told[f"linked_by_{size}_at_a_time"] = sum(p.count_links(most) for p in parts)
    return told


def _indexes(sides: Sides, side: str, asked: dict[str, Any]) -> LinkabilityIndexes:
    near = [
        _find_nn(
            syn=sides["synthetic"][half],
            ori=sides[side][half],
            n_neighbors=max(NEIGHBOURS),
            n_jobs=1,
        )
        for half in asked["halves"]
    ]
    return LinkabilityIndexes(*near)


def _linked(links: LinkabilityIndexes, k: int, n: int) -> np.ndarray:
    return np.isin(np.arange(n), list(links.find_links(k)))


def _inference(sides: Sides, asked: dict[str, Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for secret in asked["secrets"]:
        known = [c for c in sides["real"] if c != secret]
        model = KNNInferencePredictor(sides["synthetic"], known, secret, n_jobs=1)
        found[secret] = {}
        for side in _SIDES:
            truth = sides[side][secret]
            right = evaluate_inference_guesses(
                model.predict(sides[side]), truth, regression=_is_number(truth)
            )
            found[secret][side] = _bits(right)
    return found


def _over_seeds(sides: Sides, asked: dict[str, Any]) -> dict[str, dict[str, list[float]]]:
    """Rates of the evaluators as they are: so many attacks on people, or by statements, drawn.

    Nothing where no seeds are asked for.
    """
    n = min(ATTACKS, len(sides["holdout"]))
    rates: dict[str, list[tuple[float, float]]] = {}
    for seed in range(asked["seeds"]):
        np.random.seed(seed)  # noqa: NPY002 - it draws from the global one
        random.seed(seed)
        for name, run in _evaluators(sides, asked, seed, n).items():
            found = run()
            rates.setdefault(name, []).append((found.n_success / n, found.n_control / n))
    return {
        name: {s: _mean(each) for s, each in zip(_SIDES, zip(*both, strict=True), strict=True)}
        for name, both in rates.items()
    }


def _evaluators(
    sides: Sides, asked: dict[str, Any], seed: int, n: int
) -> dict[str, Callable[[], Any]]:
    link = LinkabilityEvaluator(
        sides["real"],
        sides["synthetic"],
        tuple(asked["halves"]),
        n_attacks=n,
        control=sides["holdout"],
    )
    out: dict[str, Callable[[], Any]] = {
        "multivariate": lambda: _singling_out(sides, seed, n).evaluate("multivariate").results(),
        "linkability": lambda: link.evaluate(n_jobs=1).results(),
    }
    for secret in asked["secrets"]:
        guess = InferenceEvaluator(
            sides["real"],
            sides["synthetic"],
            aux_cols=[c for c in sides["real"] if c != secret],
            secret=secret,
            regression=_is_number(sides["real"][secret]),
            n_attacks=n,
            control=sides["holdout"],
        )
        out[f"inference {secret}"] = lambda guess=guess: guess.evaluate(n_jobs=1).results()
    return out


def _singling_out(sides: Sides, seed: int, n: int) -> SinglingOutEvaluator:
    return SinglingOutEvaluator(
        ori=sides["real"],
        syn=sides["synthetic"],
        control=sides["holdout"],
        n_attacks=n,
        n_cols=COLUMNS,
        seed=seed,
        max_attempts=20_000,
    )


def _is_number(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values))


def _bits(hits: np.ndarray) -> str:
    return np.packbits(np.asarray(hits, dtype=bool)).tobytes().hex()


def _mean(values: tuple[float, ...]) -> list[float]:
    return [float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))]


_PARTS = {
    "univariate": _univariate,
    "multivariate": _multivariate,
    "dates": _dates,
    "linkability": _linkability,
    "inference": _inference,
    "over_seeds": _over_seeds,
}
