"""What an attack did to the people, before any statistics: the input of single and worst cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.statistics.roc import AucFit, fit_auc

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Wins:
    """Whether the adversary won, person by person."""

    scope: Mapping[str, str]
    real: BoolArray
    """bool of shape (n_real,)."""
    holdout: BoolArray
    """bool of shape (n_holdout,)."""
    guessed: BoolArray
    """The same for real people by guessing, bool of shape (n_real,)."""
    x_real: FloatArray | None = None
    """Label-blind covariates, float64 of shape (n_real, p)."""
    x_holdout: FloatArray | None = None

    @property
    def pooled(self) -> BoolArray:
        """Real people first, then holdout."""
        return np.concatenate([self.real, self.holdout])


@dataclass(frozen=True, eq=False)
class Scores:
    """How strongly the adversary claims membership, person by person."""

    scope: Mapping[str, str]
    real: FloatArray
    """float64 of shape (n_real,), larger means more likely a member."""
    holdout: FloatArray

    @cached_property
    def auc(self) -> AucFit:
        """How well members are ranked above strangers; asked for often and counted once."""
        return fit_auc(self.real, self.holdout)

    @property
    def pooled(self) -> FloatArray:
        """Real people first, then holdout."""
        return np.concatenate([self.real, self.holdout])
