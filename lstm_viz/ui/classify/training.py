"""A classifier while it trains: curves that draw themselves, the numbers beside them, Stop and Train further."""

import streamlit as st

from lstm_viz.figures.classify_charts import PART_UPDATES, classify_accuracy, classify_loss
from lstm_viz.glossary import classify_term, label_of, meaning_of
from lstm_viz.runs.epoch_store import ClassifyView
from lstm_viz.runs.services import classify_service
from lstm_viz.training.config import PartRecord
from lstm_viz.ui.shared.training import waiting_text
from lstm_viz.ui.shell.markdown import duration
from lstm_viz.ui.shell.theme import CHART_CONFIG, STILL, current_palette, sized

EQUAL_CLASSES = " Every class counts alike, however many examples it has."


def draw_training(view: ClassifyView) -> None:
    """Draw how far the training of a classifier is, and its curves."""
    draw_progress(view)
    draw_curves(view)


def _updates_per_epoch(view: ClassifyView) -> int:
    return -(-view.spec.examples[0] // view.spec.config.training.batch_size)


def _parts_in_words(view: ClassifyView) -> tuple[PartRecord, ...]:
    """Give what every 100 updates told, where an epoch has more; else epochs tell enough."""
    return view.parts if _updates_per_epoch(view) > PART_UPDATES else ()


def draw_progress(view: ClassifyView) -> None:
    """Draw how far training is, the newest numbers, and the button that ends it."""
    target, per_epoch = view.state.target_epochs, _updates_per_epoch(view)
    parts = _parts_in_words(view)
    done = max(float(view.epoch), parts[-1].update / per_epoch if parts else 0.0)
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(1.0, done / target), text=_progress_text(view, done, per_epoch))
    button.button(
        "Stop",
        key="classify-stop",
        icon=":material/stop_circle:",
        on_click=classify_service().stop,
        args=(view.key,),
        help="End now and keep what it has learned so far.",
        width="stretch",
    )
    _draw_numbers(view)


def _progress_text(view: ClassifyView, done: float, per_epoch: int) -> str:
    waiting = waiting_text(view.state, view.ahead)
    if waiting or not done:
        return waiting or "Starting …"
    if view.state.stage:
        return view.state.stage
    target, parts = view.state.target_epochs, _parts_in_words(view)
    left = _time_left(view, done)
    if parts and parts[-1].update > view.epoch * per_epoch:
        update = parts[-1].update - view.epoch * per_epoch
        return f"Epoch {view.epoch + 1} of {target}, update {update:,} of {per_epoch:,}{left}"
    return f"Epoch {view.epoch} of {target}{left}"


def _time_left(view: ClassifyView, done: float) -> str:
    """Say how long it takes at most at the present pace; nothing before the first epoch."""
    if not view.history:
        return ""
    seconds = (view.state.target_epochs - done) * view.history[-1].seconds / view.epoch
    return f" · at most {duration(max(0.0, seconds))} left"


def _draw_numbers(view: ClassifyView) -> None:
    newest, parts = view.history[-1] if view.history else None, _parts_in_words(view)
    trained = parts[-1] if parts else newest
    numbers = {
        "train_loss": "–" if trained is None else f"{trained.train_loss:.3g}",
        "validation_loss": number(getattr(newest, "validation_loss", None), "{:.3g}"),
        "train_accuracy": number(getattr(trained, "train_accuracy", None), "{:.1%}"),
        "validation_accuracy": number(getattr(newest, "validation_accuracy", None), "{:.1%}"),
        "elapsed": "–" if newest is None else duration(newest.seconds),
    }
    balanced = view.spec.config.class_weights == "balanced"
    with st.container(horizontal=True, gap="small"):
        for name, text in numbers.items():
            term = classify_term(name)
            weighed = EQUAL_CLASSES if balanced and name.endswith("loss") else ""
            st.metric(label_of(term), text, help=f"{meaning_of(term)}{weighed}", width=150)


def number(value: float | None, shape: str) -> str:
    """Write a number; a dash where there is none."""
    return "–" if value is None else shape.format(value)


def show_learning(view: ClassifyView) -> None:
    """Draw the curves of a training that has ended; where it ended before anything was told, say so."""
    if view.history or _parts_in_words(view):
        draw_curves(view)
        return
    st.markdown("Training was stopped before its first epoch was over: there are no losses to draw yet.")


def draw_curves(view: ClassifyView) -> None:
    """Draw loss and accuracy side by side, or below each other where there is no room."""
    palette, per_epoch, spec = current_palette(), _updates_per_epoch(view), view.spec
    config = STILL if view.state.active else CHART_CONFIG
    loss = classify_loss(view.history, view.parts, per_epoch, len(spec.classes), palette)
    accuracy = classify_accuracy(view.history, view.parts, per_epoch, spec.majority, palette)
    charts = (("loss", loss, "Loss over the epochs"), ("accuracy", accuracy, "Accuracy over the epochs"))
    for column, (name, figure, words) in zip(st.columns(2), charts, strict=True):
        column.plotly_chart(sized(figure), key=f"classify-{name}", config=config, theme=None, alt=words)
