import numpy as np
import pytest

from audit.data.recoded import is_recoded

SHARES = [0.5, 0.25, 0.15, 0.1]
TURNED = np.array([1, 2, 3, 0])


def drawn(seed: int, n: int = 1_000, shares: list[float] = SHARES) -> np.ndarray:
    codes = np.random.default_rng(seed).choice(len(shares), n, p=shares)
    return np.where(np.random.default_rng(seed + 1).random(n) < 0.05, -1, codes)


def turned(codes: np.ndarray) -> np.ndarray:
    return np.where(codes < 0, -1, TURNED[codes])


def test_labels_that_were_exchanged_are_seen() -> None:
    assert is_recoded(drawn(1), turned(drawn(1)))
    assert is_recoded(drawn(1), turned(drawn(2)))


@pytest.mark.parametrize(
    "released",
    [
        pytest.param(drawn(2), id="a sample"),
        pytest.param(drawn(2, 20), id="a small sample"),
        pytest.param(drawn(2, shares=[0.45, 0.3, 0.15, 0.1]), id="a generator that is off"),
        pytest.param(drawn(2, shares=[0.1, 0.2, 0.3, 0.4]), id="a poor generator"),
        pytest.param(drawn(2, shares=[0.25] * 4), id="a generator without knowledge"),
        pytest.param(np.zeros(1_000, dtype=np.int64), id="one label"),
        pytest.param(np.full(1_000, -1), id="nothing"),
    ],
)
def test_other_shares_are_no_other_labels(released: np.ndarray) -> None:
    assert not is_recoded(drawn(1), released)


def test_two_labels_say_nothing() -> None:
    one, other = drawn(1, shares=[0.8, 0.2]), drawn(2, shares=[0.2, 0.8])

    assert not is_recoded(one, other)


def test_equal_shares_hide_an_exchange() -> None:
    equal = drawn(1, shares=[0.25] * 4)

    assert not is_recoded(equal, turned(equal))


def test_a_sample_is_hardly_ever_taken_for_recoded() -> None:
    # 1e-9 by label: not once in 200 draws.
    assert not any(is_recoded(drawn(1), drawn(seed)) for seed in range(10, 210))
