"""A series and a config become a trainer; a trained model becomes a forecast."""

import numpy as np
import pandas as pd
import torch

from lstm_viz.errors import RunError, SeriesError
from lstm_viz.forecasting.baselines import repeat_last_season, repeat_last_value, usable_season
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.scaling import fill_gaps, fit_scaling
from lstm_viz.forecasting.scores import score_table, verdict
from lstm_viz.forecasting.split import split_rows
from lstm_viz.forecasting.windows import Windows, observed_squared_error
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.parameters import count_parameters
from lstm_viz.tables import Series
from lstm_viz.training.loop import Trainer

MIN_OBSERVED = 4


class ForecastExperiment:
    """All that belongs to one training run on one series.

    Everything fitted (scaling, weights, choice of the epoch) sees rows before `split.train_end` alone.

    Args:
        series: a regular series, gaps as NaN.
        config: what is asked for.

    Raises:
        SettingsError: the series is too short for the config.
        SeriesError: the training rows hold too few different values.
    """

    def __init__(self, series: Series, config: ForecastConfig) -> None:
        self.series, self.config = series, config
        self.split = split_rows(len(series.y), config)
        self.training_values = series.y[: self.split.train_end]
        self._require_variety()
        self.season = usable_season(series.frequency.season_length, self.split.train_end)
        self.scaling = fit_scaling(self.training_values, self.season)
        self.filled = fill_gaps(series.y, self.split.train_end)
        self.scaled = self.scaling.apply(self.filled)
        self.trainer = Trainer(
            build_model(config.model, config.training.seed),
            self._windows(self.split.training_origins),
            self._validation_windows(),
            observed_squared_error,
            config.training,
        )

    def forecast(self) -> Forecast:
        """Forecast the held-out rows and the future with the best weights so far.

        Raises:
            RunError: no epoch was completed, so that there are no weights to use.
        """
        if not self.trainer.best_weights:
            raise RunError("Training ended before the first epoch was complete, so there is no model. Train again.")
        self.trainer.load_best()
        heldout = self._predict_heldout()
        scores = score_table(heldout, self.training_values, self.season)
        name = self.series.frequency.season_name if self.season > 1 else ""
        step = self.series.frequency.step_name
        steps = f"{len(heldout)} {step}{'' if len(heldout) == 1 else 's'}"
        return Forecast(
            heldout, self.predict_future(), scores, verdict(scores, name, steps), count_parameters(self.trainer.model)
        )

    def predict_future(self) -> pd.DataFrame:
        """Predict the steps after the series, `ds` and `yhat`, from its last window."""
        horizon = self.config.horizon
        prediction = self.predict(np.array([len(self.scaled)]))[0]
        return pd.DataFrame({"ds": self.series.future(horizon), "yhat": prediction})

    def predict(self, origins: np.ndarray) -> np.ndarray:
        """Predict with the model's present weights.

        Args:
            origins: first row of each forecast, (N,).

        Returns:
            (N, H) in the unit of the series.
        """
        pasts = np.stack([self.scaled[origin - self.config.window : origin] for origin in origins])
        last = pasts[:, -1:]
        inputs = torch.as_tensor(pasts - last, dtype=torch.float32).unsqueeze(-1)
        self.trainer.model.eval()
        with torch.no_grad():
            return self.scaling.invert(self.trainer.model(inputs).numpy() + last)

    def _predict_heldout(self) -> pd.DataFrame:
        split, horizon = self.split, self.config.horizon
        pasts = [self.filled[:origin] for origin in split.holdout_origins]
        predictions = {
            "model": self.predict(split.holdout_origins),
            "naive": np.stack([repeat_last_value(past, horizon) for past in pasts]),
            "seasonal_naive": np.stack([repeat_last_season(past, horizon, self.season) for past in pasts]),
        }
        columns = {name: values.ravel()[: self.config.holdout] for name, values in predictions.items()}
        held = slice(split.train_end, split.rows)
        return pd.DataFrame({"ds": self.series.ds[held], "y": self.series.y[held], **columns})

    def _validation_windows(self) -> Windows | None:
        """Give the validation windows; None where all of their targets are gaps, which every model would fit."""
        targets = self.series.y[self.split.validation_start : self.split.train_end]
        return self._windows(self.split.validation_origins) if np.isfinite(targets).any() else None

    def _windows(self, origins: np.ndarray) -> Windows:
        training = self.scaled[: self.split.train_end]
        gaps = np.isnan(self.training_values)
        return Windows(training, np.where(gaps, np.nan, training), origins, self.config.window, self.config.horizon)

    def _require_variety(self) -> None:
        observed = self.training_values[np.isfinite(self.training_values)]
        if len(observed) < MIN_OBSERVED:
            raise SeriesError(
                f"Only {len(observed)} of the {len(self.training_values)} rows before the held-out part hold a number; "
                f"training needs at least {MIN_OBSERVED}. Pick another column or a shorter `holdout`."
            )
        if observed.min() == observed.max():
            raise SeriesError(
                f"All rows before the held-out part hold the same value (={observed[0]:g}): there is nothing to learn. "
                "Pick another column or a shorter `holdout`."
            )
