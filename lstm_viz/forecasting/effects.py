"""What columns that are known in advance (holidays, a price) do to a series: a linear effect, taken off and put back."""

from dataclasses import dataclass
from typing import Any

import numpy as np

STANDARD_ERRORS = 3.0


@dataclass(frozen=True, eq=False)
class Effects:
    """Linear effects on adjusted values.

    Args:
        coefficients: what one unit of each column adds, (K,); 0 where nothing significant was found.
        means: mean of each column, at which it adds nothing, (K,).
    """

    coefficients: np.ndarray
    means: np.ndarray

    def total(self, columns: np.ndarray) -> np.ndarray:
        """Add up what rows of columns (N, K) do, (N,); a missing value counts as the mean."""
        apart = np.where(np.isfinite(columns), columns - self.means, 0.0)
        return np.asarray(apart @ self.coefficients)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {"coefficients": self.coefficients.tolist(), "means": self.means.tolist()}


NO_EFFECTS = Effects(np.zeros(0), np.zeros(0))


def fit_effects(adjusted: np.ndarray, columns: np.ndarray) -> Effects:
    """Fit effects by least squares between changes of the columns and changes of the series.

    Changes leave out trend and level, which would otherwise look like effects. What does not reach three of its standard
    errors is dropped, and the rest is fitted again; three, because changes of neighbouring rows are not independent.

    Args:
        adjusted: values without their season, (T,), NaN at gaps.
        columns: (T, K), NaN where missing.
    """
    count = columns.shape[1]
    means = np.array([float(np.nanmean(column)) if np.isfinite(column).any() else 0.0 for column in columns.T])
    apart = np.where(np.isfinite(columns), columns - means, 0.0)
    change, moves = np.diff(adjusted), np.diff(apart, axis=0)
    known = np.isfinite(change)
    kept = np.flatnonzero(np.ptp(moves[known], axis=0) > 0) if known.sum() > count + 2 else np.empty(0, dtype=int)
    coefficients = np.zeros(count)
    while len(kept):
        found, error = _least_squares(moves[known][:, kept], change[known] - change[known].mean())
        weak = np.abs(found) < STANDARD_ERRORS * error
        if not weak.any():
            coefficients[kept] = found
            break
        kept = np.delete(kept, int(np.argmin(np.abs(found) / np.maximum(error, np.finfo(float).tiny))))
    return Effects(coefficients, means)


def _least_squares(moves: np.ndarray, change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give coefficients and their standard errors, (K,) each; columns that say the same share their effect."""
    inverse = np.linalg.pinv(moves.T @ moves, hermitian=True)
    found = inverse @ (moves.T @ change)
    rest = change - moves @ found
    spare = max(1, len(change) - moves.shape[1])
    return found, np.sqrt(np.maximum(np.diag(inverse), 0.0) * float(rest @ rest) / spare)
