import numpy as np

from audit.data.keys import column_seed, lanes_of_bits, lanes_of_texts, missing_lanes, mixed


def test_numbers_a_single_bit_apart_have_unrelated_hashes() -> None:
    close = 1.0 + np.arange(1000) * 2.0**-40

    lanes = mixed(lanes_of_bits(close), column_seed("a"))

    # Half of 64 bits differ on average: sd 4 per pair, .13 for the mean of 1,000; 1 is 8 sd.
    assert np.abs(np.bitwise_count(lanes[1:] ^ lanes[:-1]).mean(axis=0) - 32).max() < 1
    assert abs(np.bitwise_count(lanes[:, 0] ^ lanes[:, 1]).mean() - 32) < 1


def test_columns_hash_the_same_number_differently() -> None:
    lanes = lanes_of_bits(np.arange(1000.0))

    apart = mixed(lanes, column_seed("a")) ^ mixed(lanes, column_seed("b"))

    assert np.abs(np.bitwise_count(apart).mean(axis=0) - 32).max() < 1


def test_sums_over_columns_do_not_commute_between_columns() -> None:
    one, two = lanes_of_bits(np.array([1.0])), lanes_of_bits(np.array([2.0]))
    a, b = column_seed("a"), column_seed("b")

    assert (mixed(one, a) + mixed(two, b)).tolist() != (mixed(two, a) + mixed(one, b)).tolist()


def test_zero_has_no_sign_and_missing_is_one_state() -> None:
    lanes = lanes_of_bits(np.array([0.0, -0.0, np.nan, -np.nan]))

    assert lanes[0].tolist() == lanes[1].tolist()
    assert lanes[2].tolist() == lanes[3].tolist()
    assert lanes[0].tolist() != lanes[2].tolist()


def test_a_missing_level_is_no_text() -> None:
    assert missing_lanes().tolist() != lanes_of_texts([""]).tolist()
    assert lanes_of_texts([]).shape == (0, 2)
