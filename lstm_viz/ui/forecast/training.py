"""The training of a forecast: its progress, its numbers, its curves, and how it ended."""

import streamlit as st

from lstm_viz.figures.run_charts import loss_curves
from lstm_viz.glossary import label_of
from lstm_viz.phrases import counted
from lstm_viz.runs.records import RunView
from lstm_viz.runs.services import training_service
from lstm_viz.ui.forecast.words import kept_in_words, meaning_of_number, stop_in_words
from lstm_viz.ui.shared.training import number, progress_bar, waiting_text
from lstm_viz.ui.shell.markdown import duration, small
from lstm_viz.ui.shell.theme import CHART_CONFIG, STILL, shared_chart

NUMBERS = ("train_loss", "validation_loss", "gradient_norm", "learning_rate")


def draw_training(view: RunView) -> None:
    """Draw how far the training of a forecast is, and its curves."""
    draw_progress(view)
    draw_curves(view)


def draw_progress(view: RunView) -> None:
    """Draw how far training is, the button that ends it, and the newest numbers."""
    done, target, service = view.epoch, view.state.target_epochs, training_service()
    text = waiting_text(view.state, view.ahead, done > 0) or view.state.stage or f"Epoch {done} of {target}"
    progress_bar(done / target, text, "stop", lambda: service.stop(view.key), stop_in_words(view.spec.config))
    _draw_numbers(view)


def _draw_numbers(view: RunView) -> None:
    """Draw the newest epoch's numbers; the time left is that of the epochs alone, not of what follows them."""
    first = [record for record in view.history if record.member == 0]
    newest, target = first[-1] if first else None, view.state.target_epochs
    left = (target - newest.epoch) * newest.seconds / newest.epoch if newest and not view.state.stage else None
    numbers = {
        **{name: number(getattr(newest, name, None)) for name in NUMBERS},
        "elapsed": "–" if newest is None else duration(newest.seconds),
        "remaining": "–" if left is None else duration(left),
    }
    with st.container(horizontal=True, gap="small"):
        for name, text in numbers.items():
            st.metric(label_of(name), text, help=meaning_of_number(name, view.spec.config), width=122)


def draw_curves(view: RunView) -> None:
    """Draw the loss curves, with the newest numbers for those who cannot see them."""
    history, alt = view.history, "Loss curves, still empty."
    if history:
        alt = f"Loss curves over {view.epoch} epochs; training loss now {history[-1].train_loss:.3g}."
    figure = shared_chart(
        ("curves", view.key, len(history), history[-1:]),
        lambda palette: loss_curves(history, palette, loss=view.spec.config.training.loss),
    )
    st.plotly_chart(figure, key="loss-curves", config=STILL if view.state.active else CHART_CONFIG, theme=None, alt=alt)


def show_best(view: RunView) -> None:
    """Say which weights were kept, and why training ended."""
    training, done = view.spec.config.training, view.epoch
    first = [record for record in view.history if record.member == 0]
    loss = "training loss" if first[-1].validation_loss is None else "validation loss"
    if view.state.status == "finished" and done < view.state.target_epochs:
        why = f" because the {loss} had not fallen for {training.patience} epochs"
    else:
        why = " when you stopped it" if view.state.status == "stopped" else ""
    best = max(record.epoch for record in first if record.is_best)
    st.markdown(
        small(f"Training ended after {counted(done, 'epoch')}{why}. {kept_in_words(view.spec.config, best, loss)}")
    )
