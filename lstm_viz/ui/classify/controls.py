"""The controls of *Classify sequences*: the settings that matter, then the rest folded away."""

import streamlit as st

from lstm_viz.glossary import classify_term, label_of
from lstm_viz.runs.epoch_store import ClassifyView
from lstm_viz.runs.services import classify_service
from lstm_viz.ui.classify.state import ClassifyPage, start_classifier
from lstm_viz.ui.shared.fold import open_button
from lstm_viz.ui.shared.form import Form, Settings, more_settings
from lstm_viz.ui.shared.launch import find_view, train_button
from lstm_viz.ui.shared.settings import CLASSIFY_PRESET_NAMES, choose_preset
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.session import current_session

MAX_SHOWN = 6
GROUPS = {  # the rows of the folded settings
    "Network": ["bidirectional", "pooling", "normalization initialization", "dropout forget_bias"],
    "Training": [
        "optimizer schedule",
        "learning_rate gradient_clip",
        "epochs patience",
        "batch_size seed",
        "class_weights keep",
        "validation_share",
    ],
}
FOLDED = " ".join(row for rows in GROUPS.values() for row in rows).split()


def classify_controls(settings: Settings, address: Address) -> None:
    """Draw the controls, each with what is wrong with it; a change goes to the address."""
    form = Form(settings, address, classify_term, "classify")
    choose_preset("classify_preset", "classify-preset", CLASSIFY_PRESET_NAMES, settings, address, ("seed",))
    form.choice("cell")
    form.draw("sizes")
    with more_settings("classify-more", any(name in settings.errors for name in FOLDED)):
        form.draw_groups(GROUPS)


def classify_button(page: ClassifyPage, address: Address) -> None:
    """Draw the button that starts a new classifier."""
    possible = page.split is not None and page.settings is not None and not page.settings.errors
    train_button("classify", "classify-train", page.run, page.is_of_run, possible, start_classifier, (page, address))


def classify_list(page: ClassifyPage, address: Address) -> None:
    """List the newest classifiers; a click opens one."""
    keys = current_session().classifiers
    if not keys or (page.run is not None and keys == [page.run.key]):
        return
    st.subheader("Your classifiers", anchor=False)
    for key in reversed(keys[-MAX_SHOWN:]):
        view, _ = find_view(classify_service(), key)
        if view is None:
            continue
        is_open = page.run is not None and key == page.run.key
        open_button(literal(_line_of(view)), f"open-{key}", is_open, address.replace, run=key)


def _line_of(view: ClassifyView) -> str:
    config = view.spec.config
    name = f"{label_of(config.cell)} {'/'.join(str(size) for size in config.sizes)} · {view.spec.source.name[:40]}"
    if view.state.active:
        return f"{name} · {'waiting' if view.state.status == 'queued' else 'training'}"
    return f"{name} · {view.state.status if view.results is None else f'{view.results.accuracy:.1%} accuracy'}"
