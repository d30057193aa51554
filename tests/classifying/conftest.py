"""A task that is learned in a moment: which way a short line goes."""

import numpy as np
import pytest

from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences, split_for_training, stacked


@pytest.fixture(scope="session")
def lines() -> LabelledSequences:
    """Lines of 3 to 9 steps that rise, fall, or (seldom) stay, with a little noise."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], [70, 70, 20])
    slopes = np.array([1.0, -1.0, 0.0])[labels]
    lengths = rng.integers(3, 10, len(labels))
    sequences = [
        (50 + slope * np.arange(length) + rng.normal(0, 0.1, length))[:, None].astype(np.float32)
        for slope, length in zip(slopes, lengths, strict=True)
    ]
    values, starts = stacked(sequences)
    return LabelledSequences(values, starts, labels, ("up", "down", "flat"), ("height",), "lines")


@pytest.fixture(scope="session")
def split(lines):
    return split_for_training(lines, 0, test_share=0.25)
