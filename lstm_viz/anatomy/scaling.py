"""What it does to a score when the scaling has seen the values that the score is taken on."""

import numpy as np
import torch

from lstm_viz.anatomy.evidence import Evidence, Figure, drawn, plain
from lstm_viz.tables import load_sample

HELD_OUT = 36
WINDOW = 12
SCALING_UNITS = 32
SEEDS = 12
RIDGE = 1e-5
SAMPLE, COLUMN = "airline_passengers", "passengers"

Limits = tuple[float, float]


def scaling_leaks(seed: int = 0, held_out: int = HELD_OUT) -> Evidence:
    """Scale by the training part and by everything, forecast the held-out months both ways, and compare the scores."""
    series = passengers()
    known = series[:-held_out]
    honest, leaked = limits(known), limits(series)
    seeds = range(seed, seed + SEEDS)
    scores = np.array([[score(series, held_out, scale, each) for scale in (honest, leaked)] for each in seeds])
    mean = scores.mean(axis=0)
    change = 100 * float(mean[1] / mean[0] - 1)
    flattered = int((scores[:, 1] < scores[:, 0]).sum())
    return Evidence(
        (
            Figure("largest value, fitted on all months", leaked[1], f"{leaked[1]:.0f}"),
            Figure("fitted on the months that teach", honest[1], f"{honest[1]:.0f}"),
            plain("RMSE, scaled by all months", float(mean[1]), 1),
            plain("RMSE, scaled by what was known", float(mean[0]), 1),
            Figure("so the leak changes this score by", change, f"{change:+.1f}%".replace("-", "−")),
        ),
        f"Airline passengers, the last {held_out} of {len(series)} months held out; the minimum is {leaked[0]:.0f} for all "
        f"and {honest[0]:.0f} for the training months. An LSTM of {SCALING_UNITS} units as drawn, its head fitted by least "
        f"squares, one month ahead; mean over seeds {seed} to {seeds[-1]}. The leak looks better in {flattered} of {SEEDS}.",
    )


def passengers() -> np.ndarray:
    """Read the series."""
    return load_sample(SAMPLE).frame[COLUMN].astype(float).to_numpy()


def limits(values: np.ndarray) -> Limits:
    """Give what a min-max scaler learns."""
    return float(values.min()), float(values.max())


def score(series: np.ndarray, held_out: int, scale: Limits, seed: int) -> float:
    """Forecast each held-out month from the twelve before it; give the RMSE in passengers.

    The LSTM keeps the weights that it was drawn with, and its head is the least-squares fit on the months that teach: the
    score has no luck of training in it.
    """
    low, high = scale
    scaled = (series - low) / (high - low)
    windows = np.lib.stride_tricks.sliding_window_view(scaled, WINDOW)[:-1]
    with drawn(seed):
        layer = torch.nn.LSTM(1, SCALING_UNITS, batch_first=True).double()
        states = layer(torch.tensor(windows[:, :, None]))[1][0][0].numpy()
    features = np.column_stack([states, np.ones(len(states))])
    teach = len(series) - held_out - WINDOW
    known, target = features[:teach], scaled[WINDOW:][:teach]
    head = np.linalg.solve(
        known.T @ known + RIDGE * np.eye(SCALING_UNITS + 1), known.T @ target
    )  # least squares, a small ridge
    missed = (features[teach:] @ head - scaled[WINDOW:][teach:]) * (high - low)
    return float(np.sqrt((missed**2).mean()))
