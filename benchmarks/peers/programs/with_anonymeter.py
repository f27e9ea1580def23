"""A program for `account.py` under anonymeter's interpreter: its three evaluators.

Asked for: `attack`, `files` by side, `attacks` (how many), `columns` (known of a person in a
statement), `cut` (the columns in two halves), `neighbours` (how many of each half are looked at),
`secrets` (how many), `seed`. Its searches use all cores, and are compiled before the
clock starts.
"""

import random
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator

VERSION = version("anonymeter")
_ALL_CORES = -1
_FEW = 40


def prepared(asked: dict[str, Any]) -> Callable[[], list[Any]]:
    sides = {side: pd.read_csv(path) for side, path in asked["files"].items()}
    attack = _ATTACKS[asked["attack"]]
    # The first call compiles.
    few = {side: table.head(_FEW) for side, table in sides.items()}
    if attack in (_linkability, _inference):
        attack(few, {**asked, "attacks": _FEW // 4, "secrets": 1})
    np.random.seed(asked["seed"])  # noqa: NPY002 - it draws from the global one
    random.seed(asked["seed"])
    return lambda: attack(sides, asked)


def told(found: list[Any], asked: dict[str, Any]) -> dict[str, float]:
    if "neighbours" not in asked:
        return _rates([r.results() for r in found])
    # One search answers for fewer neighbours, too.
    one, most = (
        _rates([r.results(n_neighbors=k) for r in found]) for k in (1, asked["neighbours"])
    )
    return {**one, **{f"{name}_{asked['neighbours']}": rate for name, rate in most.items()}}


def _rates(results: list[Any]) -> dict[str, float]:
    return {
        "attack_rate": max(float(r.attack_rate.value) for r in results),
        "control_rate": max(float(r.control_rate.value) for r in results),
    }


def _singling_out(mode: str) -> Callable[[dict[str, pd.DataFrame], dict[str, Any]], list[Any]]:
    def attack(sides: dict[str, pd.DataFrame], asked: dict[str, Any]) -> list[Any]:
        evaluator = SinglingOutEvaluator(
            ori=sides["real"],
            syn=sides["synthetic"],
            control=sides["holdout"],
            n_attacks=asked["attacks"],
            n_cols=asked.get("columns", 1),
            seed=asked["seed"],
        )
        return [evaluator.evaluate(mode=mode)]

    return attack


def _linkability(sides: dict[str, pd.DataFrame], asked: dict[str, Any]) -> list[Any]:
    evaluator = LinkabilityEvaluator(
        ori=sides["real"],
        syn=sides["synthetic"],
        control=sides["holdout"],
        aux_cols=tuple(asked["cut"]),
        n_attacks=asked["attacks"],
        n_neighbors=asked["neighbours"],
    )
    return [evaluator.evaluate(n_jobs=_ALL_CORES)]


def _inference(sides: dict[str, pd.DataFrame], asked: dict[str, Any]) -> list[Any]:
    columns = sorted(sides["real"].columns)
    return [
        InferenceEvaluator(
            ori=sides["real"],
            syn=sides["synthetic"],
            control=sides["holdout"],
            aux_cols=[c for c in columns if c != secret],
            secret=secret,
            regression=pd.api.types.is_numeric_dtype(sides["real"][secret]),
            n_attacks=asked["attacks"],
        ).evaluate(n_jobs=_ALL_CORES)
        for secret in columns[: asked["secrets"]]
    ]


_ATTACKS = {
    "univariate": _singling_out("univariate"),
    "multivariate": _singling_out("multivariate"),
    "linkability": _linkability,
    "inference": _inference,
}
