import numpy as np
import pytest

from audit.data.resolution import (
    LARGEST_STEP,
    in_common_clock,
    in_common_digits,
    in_single_precision,
)

FITTED = ("real", "holdout")
SECOND = 1e6
PEOPLE = np.random.default_rng(1).normal(50, 10, 2_000)
# The interquartile range of normal values is 1.35 standard deviations: 13.5, of which a
# ten-thousandth is .00135: three decimals may decide, two may not.


def test_the_table_with_the_fewest_decimals_decides() -> None:
    values = {"real": PEOPLE, "synthetic": np.round(PEOPLE, 3)}

    found = in_common_digits(values, FITTED)

    assert found.coarse == ("synthetic",)
    assert found.values["real"].tolist() == found.values["synthetic"].tolist()


def test_decimals_that_matter_are_kept() -> None:
    values = {"real": PEOPLE, "synthetic": np.round(PEOPLE, 2)}

    found = in_common_digits(values, FITTED)

    assert found.coarse == ()
    assert found.values["real"] is PEOPLE
    assert 0.001 < LARGEST_STEP * 13.5 < 0.01


@pytest.mark.parametrize("form", [".10f", ".6e", ".15g", ".7g"])
def test_a_program_may_write_decimals_or_digits(form: str) -> None:
    written = np.array([float(format(v, form)) for v in PEOPLE.tolist()])

    found = in_common_digits({"real": PEOPLE, "synthetic": written}, FITTED)

    assert found.values["real"].tolist() == found.values["synthetic"].tolist() == written.tolist()


def test_the_real_table_may_be_the_coarse_one() -> None:
    jitter = 1 + 1e-7 * np.random.default_rng(2).choice([-1, 1], 2_000)
    values = {"real": np.round(PEOPLE, 4), "synthetic": np.round(PEOPLE, 4) * jitter}

    found = in_common_digits(values, FITTED)

    assert found.coarse == ("real",)
    assert found.values["real"].tolist() == values["real"].tolist()
    assert found.values["synthetic"].tolist() == values["real"].tolist()


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([np.nan, np.nan], id="nobody"),
        pytest.param([5.0, 5.0, 5.0], id="everybody alike"),
        pytest.param([5e-324, 1e-308, 0.0], id="near the smallest"),
    ],
)
def test_where_nobody_differs_enough_nothing_is_rounded(values: list[float]) -> None:
    real = np.array(values)
    given = {"real": real, "synthetic": np.round(real)}

    assert in_common_digits(given, FITTED).values["real"].tolist() == pytest.approx(
        values, rel=0, nan_ok=True
    )


def test_numbers_near_the_largest_do_no_harm() -> None:
    values = {"real": np.array([1e308, -1e308, 0.75]), "synthetic": np.array([1.7e308])}

    assert in_common_digits(values, FITTED).values["real"].tolist() == [1e308, -1e308, 0.75]


def test_missing_stays_missing_and_only_real_and_holdout_tell_the_differences() -> None:
    narrow = np.append(np.random.default_rng(3).normal(0, 1e-6, 500), np.nan)
    values = {"real": narrow, "synthetic": np.append(np.round(PEOPLE, 1), np.nan)}

    found = in_common_digits(values, FITTED)

    # Were the synthetic values to tell, a tenth would seem fine enough.
    assert found.coarse == ()
    assert np.isnan(found.values["real"][-1])


def test_times_are_cut_off_at_the_coarsest_clock() -> None:
    seconds = np.random.default_rng(4).integers(0, 365 * 86_400, 2_000).astype(float)
    values = {"real": seconds * SECOND, "synthetic": np.floor(seconds / 60) * 60 * SECOND}

    found = in_common_clock(values, FITTED)

    assert found.coarse == ("synthetic",)
    assert found.values["real"].tolist() == values["synthetic"].tolist()


def test_times_before_1970_are_cut_off_downwards_too() -> None:
    values = {"real": np.array([-1.5, 1.5, 2e9]) * SECOND, "synthetic": np.array([60.0]) * SECOND}

    found = in_common_clock(values, FITTED)

    assert found.values["real"].tolist() == [-60 * SECOND, 0.0, 1_999_999_980 * SECOND]


def test_a_day_is_no_fine_clock() -> None:
    hours = np.random.default_rng(5).integers(0, 365 * 24, 2_000).astype(float)
    values = {"real": hours * 3600 * SECOND, "synthetic": np.floor(hours / 24) * 86_400 * SECOND}

    assert in_common_clock(values, FITTED).values["real"].tolist() == values["real"].tolist()


def test_single_precision_is_read_through_its_shortest_decimal() -> None:
    assert in_single_precision(np.array([0.1, 1e300, np.nan])).tolist()[:2] == [0.1, 1e300]
