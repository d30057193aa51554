"""Fixtures: a real forecast, and one with every awkward thing in it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.study import ForecastStudy
from lstm_viz.tables import Series


@pytest.fixture(scope="package")
def airline_forecast(airline) -> Forecast:
    """What an LSTM of four units says after one epoch."""
    from lstm_viz.forecasting.config import suggest_config

    config = suggest_config(len(airline.y), 12)
    config = replace(config, hidden_size=4, members=2, origins=2, training=replace(config.training, epochs=1))
    study = ForecastStudy(airline, config)
    list(study.experiment.epochs())
    list(study.check())
    return study.conclude()


def one_step(series: Series) -> Forecast:
    """A forecast of a single step, whose held-out value is missing."""
    heldout = pd.DataFrame(
        {"ds": series.ds[-1:], "y": [np.nan], "model": [1.0], "naive": [2.0], "seasonal_naive": [2.0]}
    )
    future = pd.DataFrame({"ds": series.future(1), "yhat": [3.0]})
    return Forecast(heldout, future, pd.DataFrame(), "", 1)
