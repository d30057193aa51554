"""The controls of *Classify sequences*: the settings that matter, then the rest folded away."""

import streamlit as st

from lstm_viz.classifying.config import CLASS_WEIGHTS, CLASSIFY_POOLINGS
from lstm_viz.classifying.presets import CLASSIFY_PRESETS
from lstm_viz.glossary import classify_term, label_of, meaning_of
from lstm_viz.recurrent.specification import CELLS, INITIALIZATIONS, MAX_FORGET_BIAS, NORMALIZATIONS
from lstm_viz.training.config import KEEPS, MAX_EPOCHS, OPTIMIZERS, SCHEDULES
from lstm_viz.ui.address import Address
from lstm_viz.ui.classify_bench import ClassifyBench, start_classifier
from lstm_viz.ui.classify_settings import PARSERS, PRESET, SUITED, ClassifySettings
from lstm_viz.ui.drawer import Drawer, more_settings, side_by_side
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.session import current_session, put_widget_value, widget_value
from lstm_viz.ui.sizes import sizes_field
from lstm_viz.ui.text import small

PRESET_KEY, SIZES_KEY = "classify-preset", "classify-sizes"
FOLDED = tuple(name for name in PARSERS if name not in ("cell", "sizes"))
KEPT_BY_PRESETS = ("seed",)


def classify_controls(settings: ClassifySettings, address: Address) -> None:
    """Draw the controls, each with what is wrong with it; a change goes to the address."""
    draw = Drawer(settings, address, classify_term, "classify")
    _choose_preset(settings, address)
    draw.choice("cell", CELLS, "model")
    tell(settings, "cell")
    sizes_field(settings, address, SIZES_KEY, label_of("sizes"), meaning_of("sizes"))
    tell(settings, "sizes")
    with more_settings("classify-more", any(name in settings.errors for name in FOLDED)):
        st.caption("Network")
        draw.switch("bidirectional")
        draw.menu("pooling", CLASSIFY_POOLINGS)
        draw.menus(("normalization", NORMALIZATIONS), ("initialization", INITIALIZATIONS))
        with side_by_side():
            draw.decimal("dropout", 0.0, 0.9, 0.05)
            draw.decimal("forget_bias", -MAX_FORGET_BIAS, MAX_FORGET_BIAS, 0.5)
        st.caption("Training")
        draw.menus(("optimizer", OPTIMIZERS), ("schedule", SCHEDULES))
        with side_by_side():
            draw.decimal("learning_rate", 1e-6, 10.0, 0.001, "%.4g")
            draw.decimal("gradient_clip", 0.0, 1000.0, 0.5)
        draw.pair(("epochs", 1, MAX_EPOCHS), ("patience", 0, MAX_EPOCHS))
        draw.pair(("batch_size", 1, 4096), ("seed", 0, 2**31 - 1))
        draw.menus(("class_weights", CLASS_WEIGHTS), ("keep", KEEPS))
        draw.decimal("validation_share", 0.01, 0.5, 0.05)
        for name in FOLDED:
            tell(settings, name)


def tell(settings: ClassifySettings, name: str) -> None:
    """Say what is wrong with a setting."""
    if name in settings.errors:
        show_error(settings.errors[name])


def _choose_preset(settings: ClassifySettings, address: Address) -> None:
    """Offer the settings that suit the data, and those of tutorials; another choice takes all settings with it."""
    names = {SUITED: label_of(SUITED), **{key: preset.title for key, preset in CLASSIFY_PRESETS.items()}}
    put_widget_value(PRESET_KEY, settings.preset)

    def change() -> None:
        chosen = str(widget_value(PRESET_KEY))
        cleared = dict.fromkeys(name for name in PARSERS if name not in KEPT_BY_PRESETS)
        address.set(**{**cleared, PRESET: None if chosen == SUITED else chosen, "run": None})

    st.selectbox(
        label_of("classify_preset"),
        list(names),
        format_func=names.__getitem__,
        key=PRESET_KEY,
        on_change=change,
        help=meaning_of("classify_preset"),
    )
    if settings.preset != SUITED:
        st.markdown(small(CLASSIFY_PRESETS[settings.preset].meaning))


def classify_button(bench: ClassifyBench, address: Address) -> None:
    """Draw the button that starts a new classifier."""
    training = bench.is_of_run and bench.run is not None and bench.run.state.active
    st.button(
        "Training …" if training else "Train again" if bench.run else "Train",
        key="classify-train",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=training or bench.split is None or bench.settings is None or bool(bench.settings.errors),
        on_click=start_classifier,
        args=(bench, address),
    )
    if current_session().classify_error:
        show_error(current_session().classify_error)
