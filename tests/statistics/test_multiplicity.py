from math import isclose

import numpy as np
import pytest

from audit.statistics.multiplicity import bonferroni_level, bonferroni_z, holm


def test_holm_by_hand():
    # Sorted .01 .02 .04: times 3, 2, 1 gives .03 .04 .04, running maximum, original order.
    assert np.allclose(holm([0.04, 0.01, 0.02]), [0.04, 0.03, 0.04])
    assert holm([0.6, 0.9]).tolist() == [1.0, 1.0]
    assert holm([]).size == 0
    with pytest.raises(ValueError, match="p-value"):
        holm([1.2])


def test_bonferroni():
    assert isclose(bonferroni_level(5), 0.99)
    assert isclose(bonferroni_z(1), 1.6448536269514722)
    assert isclose(bonferroni_z(10), 2.5758293035489)
    with pytest.raises(ValueError, match="at least one"):
        bonferroni_level(0)
