"""Retrain a run with one change, so that what it does is seen alone."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.forecasting.config import ForecastConfig, check_config
from lstm_viz.glossary import forecast_term, meaning_of
from lstm_viz.runs.glance import Glance
from lstm_viz.runs.records import RunSpec, RunView
from lstm_viz.runs.service import training_service
from lstm_viz.settings import value_of, with_values
from lstm_viz.ui.address import Address
from lstm_viz.ui.errors import refusing, show_error
from lstm_viz.ui.forms import with_labels
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.run_memory import join_run
from lstm_viz.ui.settings import FORECAST_SETTINGS, in_words, setting_label
from lstm_viz.ui.text import small

FIRST = "hidden_size"


def retrain_panel(run: Glance, view: RunView, address: Address) -> None:
    """Draw the panel: one setting, its new value, and the button."""
    st.markdown("The same data and settings but for one: the two runs then stand side by side.")
    before = view.spec.config
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = [name for name in FORECAST_SETTINGS if name != "scope" or view.company is not None]
        name = st.selectbox(
            "Setting", names, index=names.index(FIRST), format_func=setting_label, key="change-name", width=240
        )
        value = _draw_value(run.key, name, value_of(before, name))
        config, problem = changed(before, name, value, len(view.series.y))
        st.button(
            "Train",
            key="retrain",
            type="primary",
            icon=":material/play_arrow:",
            disabled=config is None or config == before,
            on_click=retrain,
            args=(view, config, address),
        )
    st.markdown(small(meaning_of(forecast_term(name))))
    if problem is not None:
        show_error(with_labels(str(problem), FORECAST_SETTINGS, forecast_term))
    link_to("forecast", "Change more on the Forecast page", run=run.key, **{name: str(value)})


def _draw_value(key: str, name: str, now: Any) -> Any:
    """Draw the widget for the new value; it begins with the present one."""
    options: dict[str, Any] = {"key": f"change-{key}-{name}", "width": 200}
    setting = FORECAST_SETTINGS[name]
    if not setting.bounds:
        values = list(setting.choices or (True, False))
        return st.selectbox("New value", values, index=values.index(now), format_func=in_words, **options)
    least, most, step = (setting.kind(one) for one in (setting.bounds.least, setting.bounds.most, setting.bounds.step))
    shape = "%.4g" if setting.kind is float else None
    return st.number_input("New value", least, most, now, step=step, format=shape, **options)


def changed(
    before: ForecastConfig, name: str, value: Any, rows: int
) -> tuple[ForecastConfig | None, LSTMVizError | None]:
    """Give the settings with the change, or say why they cannot be."""
    if value is None:
        return None, None
    try:
        config = with_values(before, {name: value})
        check_config(config, rows)
    except LSTMVizError as error:
        return None, error
    return config, None


def retrain(view: RunView, config: ForecastConfig, address: Address) -> None:
    """Store the new run, queue it, and lay it over the old one; the old one stays."""
    service, spec = training_service(), view.spec
    created = datetime.now(UTC).isoformat(timespec="seconds")
    child = RunSpec(spec.source, spec.time, spec.target, config, created, view.key, spec.choices)
    with refusing("runs"):
        key = service.store.create(child, view.series, None if config.scope == "one" else view.company)
        service.submit(key)
        join_run(key)
        address.set(run=f"{view.key},{key}")
