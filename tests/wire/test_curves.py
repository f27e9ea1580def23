"""Curves in a file: a third one came later, and files without it stay readable."""

import json

import pytest
from pydantic import ValidationError

from audit.facts.figures import Ecdf
from audit.wire.measured import EcdfV1, figure_fact, figure_model

OLD = {
    "kind": "ecdf",
    "id": "gaps",
    "data": {"x": [0.1, 0.2], "real": [0.1, 0.5], "holdout": [], "n_real": 50, "n_holdout": 0},
}


def test_a_file_without_a_third_curve_is_read() -> None:
    found = figure_fact(EcdfV1.model_validate_json(json.dumps(OLD)))
    assert found == Ecdf("gaps", (0.1, 0.2), (0.1, 0.5), (), 50, 0)


def test_a_third_curve_returns() -> None:
    drawn = Ecdf("gaps", (0.1, 0.2), (0.1, 0.5), (0.2, 0.3), 50, 40, (0.1, 0.2), 40)
    assert figure_fact(figure_model(drawn)) == drawn


def test_a_curve_has_one_value_per_point() -> None:
    drawn = Ecdf("gaps", (0.1, 0.2), (0.1, 0.5), (), 50, 0, (0.1,), 40)
    with pytest.raises(ValidationError, match="one value per point"):
        figure_model(drawn)
