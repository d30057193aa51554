"""Retrain a run with one change, so that what it does is seen alone."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.forecasting.config import (
    FILLS,
    MAX_HORIZON,
    MAX_MEMBERS,
    MAX_ORIGINS,
    MAX_WINDOW,
    SCOPES,
    STRATEGIES,
    ForecastConfig,
    check_config,
    with_values,
)
from lstm_viz.forecasting.preparation import LEVELS, SCALES, SEASONS
from lstm_viz.glossary import forecast_term, label_of, meaning_of
from lstm_viz.recurrent.specification import CELLS, MAX_FORGET_BIAS, MAX_HIDDEN_SIZE, MAX_LAYERS
from lstm_viz.runs.glance import Glance
from lstm_viz.runs.records import RunSpec, RunView
from lstm_viz.runs.service import training_service
from lstm_viz.training.config import KEEPS, LOSSES, MAX_EPOCHS, OPTIMIZERS, SCHEDULES
from lstm_viz.ui.address import Address
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.run_memory import join_run
from lstm_viz.ui.session import current_session
from lstm_viz.ui.settings import PARSERS
from lstm_viz.ui.settings_panel import label_of_choice, with_labels
from lstm_viz.ui.text import small
from lstm_viz.ui.wishes import value_of

CHOICES: dict[str, tuple[Any, ...]] = {
    "cell": tuple(CELLS),
    "strategy": STRATEGIES,
    "scope": SCOPES,
    "fill": FILLS,
    "scale": SCALES,
    "season": SEASONS,
    "level": LEVELS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "loss": LOSSES,
    "keep": KEEPS,
    "shrink": (True, False),
}
RANGES: dict[str, tuple[float, float, float]] = {
    "horizon": (1, MAX_HORIZON, 1),
    "window": (1, MAX_WINDOW, 1),
    "holdout": (1, 100_000, 1),
    "hidden_size": (1, MAX_HIDDEN_SIZE, 1),
    "num_layers": (1, MAX_LAYERS, 1),
    "dropout": (0.0, 0.9, 0.05),
    "forget_bias": (-MAX_FORGET_BIAS, MAX_FORGET_BIAS, 0.5),
    "members": (1, MAX_MEMBERS, 1),
    "origins": (1, MAX_ORIGINS, 1),
    "validation": (0.0, 0.5, 0.05),
    "learning_rate": (1e-6, 10.0, 0.001),
    "batch_size": (1, 4096, 1),
    "epochs": (1, MAX_EPOCHS, 1),
    "patience": (0, MAX_EPOCHS, 1),
    "gradient_clip": (0.0, 1000.0, 0.5),
    "seed": (0, 2**31 - 1, 1),
}
FIRST = "hidden_size"


def retrain_panel(run: Glance, view: RunView, address: Address) -> None:
    """Draw the panel: one setting, its new value, and the button."""
    st.markdown("The same data and settings but for one: the two runs then stand side by side.")
    before = view.spec.config
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = [name for name in PARSERS if name != "scope" or view.company is not None]
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
    st.markdown(small(meaning_of(forecast_term("model" if name == "cell" else name))))
    if problem is not None:
        show_error(with_labels(str(problem)))
    link_to("forecast", "Change more on the Forecast page", run=run.key, **{name: str(value)})


def setting_label(name: str) -> str:
    """Call a setting as its panel does."""
    return label_of(forecast_term("model" if name == "cell" else name))


def _draw_value(key: str, name: str, now: Any) -> Any:
    """Draw the widget for the new value; it begins with the present one."""
    options: dict[str, Any] = {"key": f"change-{key}-{name}", "width": 200}
    if name in CHOICES:
        values = list(CHOICES[name])
        return st.selectbox("New value", values, index=values.index(now), format_func=_choice_label, **options)
    least, most, step = (type(now)(bound) for bound in RANGES[name])
    shape = "%.4g" if isinstance(now, float) else None
    return st.number_input("New value", least, most, now, step=step, format=shape, **options)


def _choice_label(value: Any) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else label_of_choice(value)


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
    session, service, spec = current_session(), training_service(), view.spec
    session.runs_error = ""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    child = RunSpec(spec.source, spec.time, spec.target, config, created, view.key, spec.choices)
    try:
        key = service.store.create(child, view.series, None if config.scope == "one" else view.company)
        service.submit(key)
    except LSTMVizError as error:
        session.runs_error = str(error)
        return
    join_run(key)
    address.set(run=f"{view.key},{key}")
