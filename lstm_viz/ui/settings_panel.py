"""The settings that matter, then the rest folded away; each says what it does."""

import re

import streamlit as st

from lstm_viz.forecasting.config import (
    FILLS,
    MAX_COMPANY,
    MAX_HORIZON,
    MAX_MEMBERS,
    MAX_ORIGINS,
    MAX_WINDOW,
    SCOPES,
    STRATEGIES,
    ForecastConfig,
)
from lstm_viz.forecasting.preparation import LEVELS, SCALES, SEASONS
from lstm_viz.forecasting.presets import PRESETS
from lstm_viz.forecasting.split import windows_seen
from lstm_viz.glossary import forecast_term, label_of, meaning_of
from lstm_viz.recurrent.specification import CELLS, MAX_FORGET_BIAS, MAX_HIDDEN_SIZE, MAX_LAYERS
from lstm_viz.training.config import KEEPS, LOSSES, MAX_EPOCHS, OPTIMIZERS, SCHEDULES
from lstm_viz.ui.address import Address
from lstm_viz.ui.drawer import Drawer, more_settings, side_by_side
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.session import current_session, put_widget_value, widget_value
from lstm_viz.ui.settings import PARSERS, PRESET, WAYS, Settings
from lstm_viz.ui.text import small
from lstm_viz.ui.workbench import Workbench, start_run

PRESET_KEY = "setting-preset"
KEPT_BY_PRESETS = ("horizon", "cell", "scope", "holdout", "seed")
FOLDED = [name for name in PARSERS if name not in ("horizon", "cell", "scope")]


def settings_panel(settings: Settings, step_name: str, series_count: int, address: Address) -> None:
    """Draw the panel; a change goes to the address, and from there to everything else."""
    draw = Drawer(settings, address)
    if series_count > 1:
        draw.choice("scope", SCOPES, "scope")
        _tell_scope(settings.shown("scope"), series_count)
    draw.choice("cell", CELLS, "model")
    draw.integer("horizon", 1, MAX_HORIZON, f"{label_of('horizon')} ({step_name}s)")
    told = "" if settings.error is None else with_labels(str(settings.error))
    folded = any(told.startswith(label_of(forecast_term(name))) for name in FOLDED)
    if told and not folded:
        show_error(told)
    with more_settings("setting-more", folded):
        if folded:
            show_error(told)
        _choose_preset(settings, address)
        st.caption("Data")
        draw.pair(("window", 1, MAX_WINDOW), ("holdout", 1, 100_000))
        draw.menus(("scale", SCALES), ("season", SEASONS))
        draw.menus(("level", LEVELS), ("fill", FILLS))
        st.caption("Network")
        draw.pair(("hidden_size", 1, MAX_HIDDEN_SIZE), ("num_layers", 1, MAX_LAYERS))
        with side_by_side():
            draw.decimal("dropout", 0.0, 0.9, 0.05)
            draw.decimal("forget_bias", -MAX_FORGET_BIAS, MAX_FORGET_BIAS, 0.5)
        draw.menu("strategy", STRATEGIES)
        draw.pair(("members", 1, MAX_MEMBERS), ("origins", 1, MAX_ORIGINS))
        draw.switch("shrink")
        st.caption("Training")
        draw.menus(("optimizer", OPTIMIZERS), ("schedule", SCHEDULES))
        draw.menus(("loss", LOSSES), ("keep", KEEPS))
        with side_by_side():
            draw.decimal("learning_rate", 1e-6, 10.0, 0.001, "%.4g")
            draw.decimal("gradient_clip", 0.0, 1000.0, 0.5)
        draw.pair(("epochs", 1, MAX_EPOCHS), ("patience", 0, MAX_EPOCHS))
        with side_by_side():
            draw.decimal("validation", 0.0, 0.5, 0.05)
            draw.integer("batch_size", 1, 4096)
        draw.integer("seed", 0, 2**31 - 1)


def _tell_scope(scope: str, series_count: int) -> None:
    if scope == "one":
        return
    told = meaning_of(forecast_term(scope))
    if scope == "each":
        told = f"{told} That is {min(series_count, MAX_COMPANY)} trainings instead of one."
    if series_count > MAX_COMPANY:
        told = f"{told} The first {MAX_COMPANY} of the {series_count:,} series are taken."
    st.markdown(small(told))


def _choose_preset(settings: Settings, address: Address) -> None:
    """Offer the ways to forecast; another one takes all settings with it but the ones of the data."""
    put_widget_value(PRESET_KEY, settings.preset)

    def change() -> None:
        chosen = str(widget_value(PRESET_KEY))
        cleared = dict.fromkeys(name for name in PARSERS if name not in KEPT_BY_PRESETS)
        address.set(**{**cleared, PRESET: None if chosen == PRESETS[0].key else chosen, "run": None})

    st.selectbox(
        label_of("preset"),
        list(WAYS),
        format_func=lambda key: WAYS[key].label,
        key=PRESET_KEY,
        on_change=change,
        help=meaning_of("preset"),
    )
    st.caption(WAYS[settings.preset].meaning)


def label_of_choice(value: str) -> str:
    """Give the label of a value that can be chosen."""
    return label_of(forecast_term(value))


def with_labels(sentence: str) -> str:
    """Call settings what the screen calls them."""
    return re.sub(
        r"`(\w+)`", lambda found: label_of(forecast_term(found[1])) if found[1] in PARSERS else found[0], sentence
    )


def train_button(bench: Workbench, address: Address) -> None:
    """Draw the button that starts a new run; what is wrong with the settings is told beside them, not here."""
    settings = bench.settings
    training = bench.is_of_run and bench.run is not None and bench.run.state.active
    st.button(
        "Training …" if training else "Train again" if bench.run else "Train",
        key="train",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=training or settings is None or settings.error is not None,
        on_click=start_run,
        args=(bench, address),
    )
    if current_session().train_error:
        show_error(current_session().train_error)
    if settings is not None and settings.error is None and bench.series is not None:
        _tell_windows(len(bench.series), settings.config)


def _tell_windows(rows: int, config: ForecastConfig) -> None:
    seen, count = windows_seen(rows, config)
    if seen < count:
        told = f"Each epoch sees {seen:,} of {count:,} windows, drawn anew; {config.training.epochs:,} epochs in all."
        st.markdown(small(told))
