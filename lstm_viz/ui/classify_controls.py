"""The controls of *Classify sequences*: the settings that matter, then the rest folded away."""

import streamlit as st

from lstm_viz.glossary import classify_term
from lstm_viz.ui.address import Address
from lstm_viz.ui.classify_bench import ClassifyBench, start_classifier
from lstm_viz.ui.forms import Form, Settings, more_settings
from lstm_viz.ui.launch import train_button
from lstm_viz.ui.settings import CLASSIFY_PRESET_NAMES, CLASSIFY_SETTINGS, choose_preset

FOLDED = tuple(name for name in CLASSIFY_SETTINGS if name not in ("cell", "sizes"))


def classify_controls(settings: Settings, address: Address) -> None:
    """Draw the controls, each with what is wrong with it; a change goes to the address."""
    form = Form(settings, address, classify_term, "classify")
    choose_preset("classify_preset", "classify-preset", CLASSIFY_PRESET_NAMES, settings, address, ("seed",))
    form.choice("cell")
    form.draw("sizes")
    with more_settings("classify-more", any(name in settings.errors for name in FOLDED)):
        st.caption("Network")
        form.draw("bidirectional")
        form.draw("pooling")
        form.draw("normalization", "initialization")
        form.draw("dropout", "forget_bias")
        st.caption("Training")
        form.draw("optimizer", "schedule")
        form.draw("learning_rate", "gradient_clip")
        form.draw("epochs", "patience")
        form.draw("batch_size", "seed")
        form.draw("class_weights", "keep")
        form.draw("validation_share")


def classify_button(bench: ClassifyBench, address: Address) -> None:
    """Draw the button that starts a new classifier."""
    training = bench.is_of_run and bench.run is not None and bench.run.state.active
    possible = bench.split is not None and bench.settings is not None and not bench.settings.errors
    again = bench.run is not None
    train_button("classify", "classify-train", training, again, possible, start_classifier, (bench, address))
