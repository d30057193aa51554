"""What a run says of the other series of its file, after the one that people watch."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from lstm_viz.errors import LSTMVizError, SettingsError
from lstm_viz.forecasting.company import Company
from lstm_viz.forecasting.config import ForecastConfig, check_config, suggest_config
from lstm_viz.forecasting.forecast import Forecast, Others
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.forecasting.study import ForecastStudy, Stage
from lstm_viz.tables import Series
from lstm_viz.training.loop import never


class OtherSeries:
    """Forecasts of a company beside the one of a study: by its networks where it is global, else each by its own.

    Args:
        study: has been checked.
    """

    def __init__(self, study: ForecastStudy, company: Company) -> None:
        self.study, self.company = study, company
        self.forecasts: dict[str, Forecast] = {}
        self.refused: dict[str, str] = {}
        self.recipes: dict[str, Recipe] = {}

    @property
    def told(self) -> Others:
        """What there is so far."""
        return Others(self.forecasts, self.refused)

    def tell(self, should_stop: Callable[[], bool] = never) -> Iterator[Stage]:
        """Forecast one series after the other, telling each before it begins; stopping leaves those that are complete."""
        for number, place in enumerate(sorted(self.company.others), start=1):
            if should_stop():
                return
            yield Stage("series", number, len(self.company.others))
            self._forecast(place, should_stop)

    def _forecast(self, place: int, should_stop: Callable[[], bool]) -> None:
        name = self.company.names[place]
        try:
            if self.study.company is not None:
                about = self.study.about(place)
                self.forecasts[name], self.recipes[name] = about.conclude(), about.newest
                return
            told = forecast_alone(self.company.others[place], self.study.config, should_stop)
            if told is not None:
                self.forecasts[name] = told
        except LSTMVizError as error:
            self.refused[name] = str(error)


def forecast_alone(series: Series, config: ForecastConfig, should_stop: Callable[[], bool] = never) -> Forecast | None:
    """Take the whole way to a forecast of one series that nobody watches; None where it was stopped.

    Raises:
        LSTMVizError: the series does not allow what is asked for, or training ended before there was a model.
    """
    study = ForecastStudy(series, config_for(series, config))
    for _ in study.experiment.epochs(should_stop):
        pass
    if should_stop():
        return None
    study.experiment.load_best()
    for _ in study.check(should_stop, learning=False):
        pass
    return None if should_stop() else study.conclude()


def config_for(series: Series, config: ForecastConfig) -> ForecastConfig:
    """Keep what is asked for where a series is long enough; else read a shorter window and try fewer origins.

    Raises:
        SettingsError: the series is too short for the horizon.
        SeriesError: it is too short for any forecast.
    """
    rows = len(series.y)
    try:
        check_config(config, rows)
    except SettingsError:
        suits = suggest_config(rows, series.frequency.season_length, config.horizon)
        return replace(config, window=min(config.window, suits.window), holdout=suits.holdout, origins=suits.origins)
    return config
