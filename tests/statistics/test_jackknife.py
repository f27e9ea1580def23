from math import isclose

import numpy as np
import pytest

from audit.statistics.jackknife import delete_a_group


def test_of_a_mean_it_is_the_usual_standard_error():
    # 50 groups of one: leaving one out of a mean gives s / sqrt(n) exactly.
    x = np.arange(50.0) ** 2
    fit = delete_a_group((x.sum() - x) / 49)
    assert isclose(fit.se, x.std(ddof=1) / np.sqrt(50))
    assert isclose((fit.influence**2).sum(), fit.se**2)
    assert abs(fit.influence.sum()) < 1e-9
    # A person above the mean pushes the value up.
    assert fit.influence[-1] > 0 > fit.influence[0]


def test_few_groups_and_bad_values_are_refused():
    with pytest.raises(ValueError, match="at least 50 groups"):
        delete_a_group(np.zeros(49))
    with pytest.raises(ValueError, match="finite"):
        delete_a_group(np.full(60, np.inf))
    assert delete_a_group(np.full(60, 0.2)).se == 0
