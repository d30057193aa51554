"""How one step depends on another: Jacobians through time, their spectra, and the sensitivity matrix.

A Jacobian dh_T/dh_t is H gradients at once, one for each unit of h_T: the walk back of `gradients.py` with H rows instead of
one. In an LSTM, dh_T/dh_t holds c_t fixed and dh_T/dc_t holds h_(t−1) fixed, as everywhere here and in autograd.
"""

from collections.abc import Sequence

import numpy as np

from lstm_viz.recurrent.gradients import log_norm
from lstm_viz.recurrent.slopes import Slopes


def jacobians(slopes: Slopes, by: str = "hidden_state") -> np.ndarray:
    """Give dh_T/dh_t, or dh_T/dc_t, for all steps t, (M, T, H, H).

    Args:
        slopes: of one layer; steps are in the order of reading, T is the last one read.
        by: `hidden_state`, or for an LSTM `cell_state`.
    """
    models, _, size = slopes.U.shape
    hidden = np.broadcast_to(np.eye(size), (models, size, size)).copy()
    along = None if slopes.from_cell is None else np.zeros_like(hidden)
    found = np.empty((models, slopes.steps, size, size))
    with np.errstate(all="ignore"):
        for t in reversed(range(slopes.steps)):
            _, cell, before, along = slopes.back(t, hidden, along)
            found[:, t] = cell if by == "cell_state" else hidden
            hidden = before
    return found


def log_spectra(matrices: np.ndarray) -> np.ndarray:
    """Give log10 of all singular values, largest first, (…, H) of (…, H, H).

    Each matrix is scaled before, so that values far below 1e-154, whose squares are zero, are found. −∞ for a true zero; NaN
    where a matrix holds an overflow. Values more than 16 decades below the largest are lost in rounding.
    """
    largest = np.abs(matrices).max(axis=(-2, -1))
    sound = np.isfinite(largest)
    scale = np.where((largest > 0) & sound, largest, 1.0)
    scaled = np.where(sound[..., None, None], matrices, 0.0) / scale[..., None, None]
    values = np.linalg.svd(scaled, compute_uv=False)
    with np.errstate(divide="ignore"):
        spectra: np.ndarray = np.log10(values) + np.log10(scale)[..., None]
    spectra[~sound] = np.nan
    return spectra


def sensitivity(slopes: Slopes, readout: np.ndarray, outputs: Sequence[int], inputs: Sequence[int]) -> np.ndarray:
    """Measure how much the answer at each step depends on the input at each step before.

    Args:
        slopes: of one layer, M models.
        readout: what is answered from a hidden state, (M, O, H); the identity asks for the whole state.
        outputs: steps whose answers are asked, in the order of reading, rising.
        inputs: steps whose inputs are varied, rising.

    Returns:
        log10 of the Frobenius norm of d(answer_t)/d(input_s), (M, outputs, inputs); −∞ where s lies behind t: nothing
        depends on what has not been read.
    """
    models, _, size = readout.shape
    found = np.full((models, len(outputs), len(inputs)), -np.inf)
    wanted = {step: place for place, step in enumerate(inputs)}
    waiting = {step: place for place, step in enumerate(outputs)}
    first = len(outputs)  # answers from here on have been started
    hidden = np.zeros((models, 0, size))
    along = None if slopes.from_cell is None else np.zeros((models, 0, size))
    with np.errstate(all="ignore"):
        for t in reversed(range(max(outputs, default=-1) + 1)):
            if t in waiting:
                first = waiting[t]
                hidden = np.concatenate([readout, hidden], axis=1)
                along = None if along is None else np.concatenate([np.zeros_like(readout), along], axis=1)
            if not hidden.shape[1]:
                continue
            pre, _, hidden, along = slopes.back(t, hidden, along)
            if t in wanted:
                by_input = (pre @ slopes.W).reshape(models, len(outputs) - first, -1)
                found[:, first:, wanted[t]] = log_norm(by_input)
            if t <= inputs[0]:
                break
    return found
