"""What the columns that went along with a series did to its forecast."""

from functools import lru_cache

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.effect_words import effects_in_words
from lstm_viz.forecasting.portable import read_facts
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.records import RunView
from lstm_viz.runs.service import training_service
from lstm_viz.tables import Series
from lstm_viz.ui.text import with_names


def show_effects(view: RunView) -> None:
    """Say what further columns did; nothing for a series alone, or for one whose networks were not kept."""
    if view.series.features and view.has_networks:
        told = _effects_of(view.key, training_service().store.forecast_changed(view.key), view.series)
        if told:
            st.markdown(f"**{label_of('effect')}**: {with_names(' '.join(told))}", help=meaning_of("effect"))


@lru_cache(maxsize=64)
def _effects_of(key: str, changed: int, series: Series) -> tuple[str, ...]:
    store = training_service().store
    try:
        recipe = store.recipe(key)
        return () if recipe is None else effects_in_words(series, read_facts(recipe, series.unique_id))
    except LSTMVizError:
        return ()  # a recipe that cannot be read is told where it is needed
