"""The settings of a forecast that matter, then the rest folded away; each says what it does."""

import streamlit as st

from lstm_viz.forecasting.config import MAX_SERIES
from lstm_viz.forecasting.windows import windows_seen
from lstm_viz.glossary import forecast_term, label_of, meaning_of
from lstm_viz.ui.forecast.state import ForecastPage, start_run
from lstm_viz.ui.shared.form import Form, Settings, more_settings
from lstm_viz.ui.shared.launch import train_button
from lstm_viz.ui.shared.settings import FORECAST_PRESETS, choose_preset
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.markdown import small

KEPT_BY_PRESETS = ("horizon", "cell", "scope", "holdout", "seed")
GROUPS = {  # the rows of the folded settings
    "Data": ["window holdout", "scale season", "level", "fill"],
    "Network": ["hidden_size num_layers", "dropout forget_bias", "strategy", "members origins", "shrink"],
    "Training": [
        "optimizer schedule",
        "loss keep",
        "learning_rate gradient_clip",
        "epochs patience",
        "validation batch_size",
        "seed",
    ],
}
FOLDED = " ".join(row for rows in GROUPS.values() for row in rows).split()


def settings_panel(settings: Settings, step_name: str, series_count: int, address: Address) -> None:
    """Draw the panel; a change goes to the address, and from there to everything else."""
    form = Form(settings, address)
    if series_count > 1:
        form.choice("scope")
        _explain_scope(settings.shown("scope"), series_count)
    form.choice("cell")
    form.draw("horizon", label=f"{label_of('horizon')} ({step_name}s)")
    with more_settings("setting-more", any(name in settings.errors for name in FOLDED)):
        choose_preset("preset", "setting-preset", FORECAST_PRESETS, settings, address, KEPT_BY_PRESETS)
        form.draw_groups(GROUPS)


def _explain_scope(scope: str, series_count: int) -> None:
    if scope == "one":
        return
    sentence = meaning_of(forecast_term(scope))
    if scope == "each":
        sentence = f"{sentence} That takes {min(series_count, MAX_SERIES)} trainings instead of one."
    if series_count > MAX_SERIES:
        sentence = f"{sentence} The first {MAX_SERIES} of the {series_count:,} series are used."
    st.markdown(small(sentence))


def train_forecast_button(page: ForecastPage, address: Address) -> None:
    """Draw the button that starts a new run; what is wrong with the settings stands next to them, not here."""
    settings = page.settings
    possible = settings is not None and not settings.errors
    train_button("train", "train", page.run, page.is_of_run, possible, start_run, (page, address))
    if settings is not None and possible and page.series is not None:
        seen, count = windows_seen(len(page.series), settings.config)
        if seen < count:
            epochs = settings.config.training.epochs
            st.markdown(
                small(f"Each epoch sees a new sample of {seen:,} of {count:,} windows; {epochs:,} epochs in all.")
            )
