"""The large right-hand side of the Forecast page: the series, then its training, then its forecast."""

import streamlit as st

from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.glossary import forecast_term, label_of
from lstm_viz.runs.records import RunView, subject_of
from lstm_viz.runs.services import training_service
from lstm_viz.scenes.step_request import RUN
from lstm_viz.tables import Series
from lstm_viz.ui.forecast.all_series import show_group
from lstm_viz.ui.forecast.evaluation import show_backtest, show_effects, show_learning_curve, show_residuals, show_why
from lstm_viz.ui.forecast.results import offer_downloads, show_chart, show_headline, show_numbers, show_verdict
from lstm_viz.ui.forecast.sources import SERIES_SHOWN
from lstm_viz.ui.forecast.training import draw_curves, draw_training, show_best
from lstm_viz.ui.shared.code import code_panel
from lstm_viz.ui.shared.fold import fold
from lstm_viz.ui.shared.launch import train_further
from lstm_viz.ui.shared.training import offer_more, show_ending, show_head, watch_training
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.markdown import literal, small
from lstm_viz.ui.shell.navigation import link_to

CODE_WORDS = (
    "It reads the prepared series (scaled, and with level and season removed where that was chosen), and its output is on "
    "the same scale. *Model and script* above includes the preparation."
)


def show_run(view: RunView, address: Address, settings_differ: bool) -> None:
    """Show a run: its training while it goes on, its forecast afterwards; the address names one of several series."""
    view = view.about(address.get(SERIES_SHOWN))
    title = title_of(view.spec.source.name, subject_of(view.spec))
    show_head(view, title, summary_of(view.spec.config), settings_differ)
    if view.state.active:
        if view.spec.config.scope == "each":
            st.markdown(small(f"These curves belong to {literal(view.series.unique_id)}; the other series follow."))
        watch_training(lambda: training_service().view(view.key), view.state.status, draw_training)
        return
    show_ending(view)
    if view.forecast is None:
        if view.history:
            draw_curves(view)
        _go_on(view)
        return
    if view.forecasts_by_series and view.group is not None:
        count, known = len(view.forecasts_by_series), len(view.group.names)
        label = f"All {count} series" if count == known else f"{count} of {known} series"
        fold(label, "company", "stacked_line_chart", lambda: show_group(view, address), True)
        st.subheader(literal(view.series.unique_id), anchor=False)
    show_verdict(view.forecast)
    show_headline(view, view.forecast)
    show_effects(view)
    show_chart(view, view.forecast)
    offer_downloads(view, view.forecast)
    if view.is_watched:
        with st.container(horizontal=True):
            link_to("step", "Look inside this model: step its cell over your data", source=RUN + view.key)
            link_to("flow", "Follow its gradient back through time", source=RUN + view.key)
    _show_folds(view, view.forecast)
    if view.has_networks:
        show_best(view)
    _go_on(view)


def _go_on(view: RunView) -> None:
    usual = min(100, view.spec.config.training.epochs)
    offer_more(view, train_further("train", training_service()), usual, "training windows")


def _show_folds(view: RunView, forecast: Forecast) -> None:
    if len(forecast.backtest):
        fold("Back-test", "before", "history", lambda: show_backtest(view, forecast), expanded=True)
    fold("The forecast in numbers", "numbers", "table_rows", lambda: show_numbers(view, forecast))
    fold("Why this forecast", "why", "lightbulb", lambda: show_why(view, forecast))
    fold("Residuals", "left", "ssid_chart", lambda: show_residuals(view, forecast))

    def show_code() -> None:
        from lstm_viz.scenes.sources import experiment_of_run

        code_panel(lambda: experiment_of_run(view.key).model, f"run-{view.key}", CODE_WORDS)

    def show_learning() -> None:
        draw_curves(view)
        show_learning_curve(forecast)

    if view.has_networks:
        fold("Training curves", "learned", "trending_down", show_learning)
        fold("Code of the network", "code", "code", show_code)


def summary_of(config: ForecastConfig) -> str:
    """Say in one line what was trained."""
    scope = "" if config.scope == "one" else f"Series {label_of(forecast_term(config.scope)).lower()} · "
    layers = "" if config.num_layers == 1 else f"{config.num_layers} layers of "
    networks = "" if config.members == 1 else f"{config.members} networks: "
    return (
        f"{scope}{networks}{label_of(config.cell)}, {layers}{config.hidden_size} hidden units · reads {config.window} and "
        f"forecasts {config.horizon} at a time · {label_of(config.training.optimizer)}, seed {config.training.seed}"
    )


def counted(steps: int, series: Series) -> str:
    """Count steps in the words of a series."""
    return series.frequency.step_name if steps == 1 else f"{steps} {series.frequency.step_name}s"


def title_of(source: str, target: str) -> str:
    """Name what is forecast."""
    return f"{target} · {source}"
