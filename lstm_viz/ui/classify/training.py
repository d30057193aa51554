"""A classifier while it trains: its progress, the newest numbers, and its curves."""

import streamlit as st

from lstm_viz.figures.classify_charts import PART_UPDATES, classify_accuracy, classify_loss
from lstm_viz.glossary import classify_term, label_of, meaning_of
from lstm_viz.runs.epoch_store import ClassifyView
from lstm_viz.runs.services import classify_service
from lstm_viz.training.config import PartRecord
from lstm_viz.ui.shared.training import number, progress_bar, waiting_text
from lstm_viz.ui.shell.markdown import duration
from lstm_viz.ui.shell.theme import CHART_CONFIG, STILL, current_palette, draw_chart

EQUAL_CLASSES = " Every class counts equally, however many examples it has."


def draw_training(view: ClassifyView) -> None:
    """Draw how far the training of a classifier is, and its curves."""
    _draw_progress(view)
    draw_curves(view)


def _updates_per_epoch(view: ClassifyView) -> int:
    return -(-view.spec.examples[0] // view.spec.config.training.batch_size)


def _parts_shown(view: ClassifyView) -> tuple[PartRecord, ...]:
    """Return the records of every 100 updates, where an epoch has more than that."""
    return view.parts if _updates_per_epoch(view) > PART_UPDATES else ()


def _draw_progress(view: ClassifyView) -> None:
    per_epoch, parts = _updates_per_epoch(view), _parts_shown(view)
    done = max(float(view.epoch), parts[-1].update / per_epoch if parts else 0.0)
    text = waiting_text(view.state, view.ahead, done > 0) or view.state.stage or _progress_text(view, done, per_epoch)
    share, service = done / view.state.target_epochs, classify_service()
    meaning = "Stop now and keep what it has learned so far."
    progress_bar(share, text, "classify-stop", lambda: service.stop(view.key), meaning)
    _draw_numbers(view)


def _progress_text(view: ClassifyView, done: float, per_epoch: int) -> str:
    target, parts = view.state.target_epochs, _parts_shown(view)
    left = _time_left(view, done)
    if parts and parts[-1].update > view.epoch * per_epoch:
        update = parts[-1].update - view.epoch * per_epoch
        return f"Epoch {view.epoch + 1} of {target}, update {update:,} of {per_epoch:,}{left}"
    return f"Epoch {view.epoch} of {target}{left}"


def _time_left(view: ClassifyView, done: float) -> str:
    """Say how long it takes at most at the current pace; nothing before the first epoch."""
    if not view.history:
        return ""
    seconds = (view.state.target_epochs - done) * view.history[-1].seconds / view.epoch
    return f" · at most {duration(max(0.0, seconds))} left"


def _draw_numbers(view: ClassifyView) -> None:
    newest, parts = view.history[-1] if view.history else None, _parts_shown(view)
    trained = parts[-1] if parts else newest
    numbers = {
        "train_loss": number(getattr(trained, "train_loss", None)),
        "validation_loss": number(getattr(newest, "validation_loss", None)),
        "train_accuracy": number(getattr(trained, "train_accuracy", None), "{:.1%}"),
        "validation_accuracy": number(getattr(newest, "validation_accuracy", None), "{:.1%}"),
        "elapsed": "–" if newest is None else duration(newest.seconds),
    }
    balanced = view.spec.config.class_weights == "balanced"
    with st.container(horizontal=True, gap="small"):
        for name, text in numbers.items():
            term = classify_term(name)
            weighted = EQUAL_CLASSES if balanced and name.endswith("loss") else ""
            st.metric(label_of(term), text, help=f"{meaning_of(term)}{weighted}", width=150)


def show_learning(view: ClassifyView) -> None:
    """Draw the curves of a training that has ended; say so where it ended before its first epoch."""
    if view.history or _parts_shown(view):
        draw_curves(view)
        return
    st.markdown("Training was stopped during its first epoch: there are no losses to draw yet.")


def draw_curves(view: ClassifyView) -> None:
    """Draw loss and accuracy side by side, or below each other where there is no room."""
    palette, per_epoch, spec = current_palette(), _updates_per_epoch(view), view.spec
    config = STILL if view.state.active else CHART_CONFIG
    loss = classify_loss(view.history, view.parts, per_epoch, len(spec.classes), palette)
    accuracy = classify_accuracy(view.history, view.parts, per_epoch, spec.majority, palette)
    charts = (("loss", loss, "Loss over the epochs"), ("accuracy", accuracy, "Accuracy over the epochs"))
    for column, (name, figure, words) in zip(st.columns(2), charts, strict=True):
        with column:
            draw_chart(figure, f"classify-{name}", words, config)
