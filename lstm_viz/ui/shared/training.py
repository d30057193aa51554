"""Training as it goes on: curves that draw themselves, the numbers beside them, Stop and Train further."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.run_charts import loss_curves
from lstm_viz.glossary import label_of
from lstm_viz.phrases import counted
from lstm_viz.runs.records import RunState, RunView, Status
from lstm_viz.runs.services import training_service
from lstm_viz.training.config import MAX_EPOCHS, EpochRecord
from lstm_viz.ui.forecast.words import kept_in_words, meaning_of_number, stop_in_words
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import duration, small, with_names
from lstm_viz.ui.shell.theme import CHART_CONFIG, STILL, shared_chart

REDRAW_EVERY = 0.25
LOOK_EVERY = 0.5
NUMBERS = ("train_loss", "validation_loss", "gradient_norm", "learning_rate")


class _Watched(Protocol):
    """What changes while a training goes on."""

    @property
    def key(self) -> str:
        """What it is found under."""

    @property
    def state(self) -> RunState:
        """Where it stands."""

    @property
    def history(self) -> tuple[EpochRecord, ...]:
        """Its epochs so far."""

    @property
    def epoch(self) -> int:
        """Epochs that are complete."""


View = TypeVar("View", bound=_Watched)


def watch_training(look: Callable[[], View], status: Status, draw: Callable[[View], None]) -> None:
    """Redraw a training a few times a second, less often while it waits; redraw the page when its status changes.

    Args:
        look: gives it as it is now.
        status: that the page was drawn with.
        draw: draws it.
    """

    @st.fragment(run_every=LOOK_EVERY if status == "queued" else REDRAW_EVERY)
    def live() -> None:
        try:
            view = look()
        except LSTMVizError as error:
            show_error(error)
            return
        draw(view)
        if view.state.status != status:
            st.rerun()

    live()


def draw_training(view: RunView) -> None:
    """Draw how far the training of a forecast is, and its curves."""
    draw_progress(view)
    draw_curves(view)


def draw_progress(view: RunView) -> None:
    """Draw how far training is, and the button that ends it."""
    done, target = view.epoch, view.state.target_epochs
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(1.0, done / target), text=_progress_text(view, done, target))
    button.button(
        "Stop",
        key="stop",
        icon=":material/stop_circle:",
        on_click=training_service().stop,
        args=(view.key,),
        help=stop_in_words(view.spec.config),
        width="stretch",
    )
    _draw_numbers(view, in_epochs=not view.state.stage)


def _progress_text(view: RunView, done: int, target: int) -> str:
    waiting = waiting_text(view.state, view.ahead)
    if waiting or not done:
        return waiting or "Starting …"
    return view.state.stage or f"Epoch {done} of {target}"


def waiting_text(state: RunState, ahead: int) -> str:
    """Say who is before a run in the queue; nothing where it does not wait."""
    if state.status == "queued" and ahead:
        runs = "1 run is" if ahead == 1 else f"{ahead} runs are"
        return f"Waiting: {runs} before this one"
    return "Starting …" if state.status == "queued" else ""


def _draw_numbers(view: RunView, in_epochs: bool) -> None:
    """Draw the newest epoch's numbers; how long it will take is known while it is `in_epochs`, not of what follows them."""
    first = [record for record in view.history if record.member == 0]
    newest = first[-1] if first else None
    left = (view.state.target_epochs - newest.epoch) * newest.seconds / newest.epoch if newest and in_epochs else None
    numbers = {
        **{name: number(getattr(newest, name, None)) for name in NUMBERS},
        "elapsed": "–" if newest is None else duration(newest.seconds),
        "remaining": "–" if left is None else duration(left),
    }
    with st.container(horizontal=True, gap="small"):
        for name, text in numbers.items():
            st.metric(label_of(name), text, help=meaning_of_number(name, view.spec.config), width=122)


def number(value: float | None) -> str:
    """Write a number with three digits; a dash where there is none."""
    return "–" if value is None else f"{value:.3g}"


def draw_curves(view: RunView) -> None:
    """Draw the loss curves, and say the newest numbers for those who cannot see them."""
    history = view.history
    if history:
        alt = f"Loss curves over {view.epoch} epochs; training loss now {history[-1].train_loss:.3g}."
    else:
        alt = "Loss curves, still empty."
    figure = shared_chart(
        ("curves", view.key, len(history), history[-1:]),
        lambda palette: loss_curves(history, palette, loss=view.spec.config.training.loss),
    )
    st.plotly_chart(figure, key="loss-curves", config=STILL if view.state.active else CHART_CONFIG, theme=None, alt=alt)


def offer_more(view: _Watched, further: Callable[[str, int], None], usual: int, over: str) -> None:
    """Offer to go on from where training stands: to its planned end where it was interrupted, else for more epochs.

    Args:
        view: a training that has ended.
        further: (key, epochs) goes on; 0 epochs go to the planned end.
        usual: epochs that are offered.
        over: what an epoch passes over.
    """

    def button(epochs: int, meaning: str) -> None:
        st.button(
            "Train further",
            key="train-further",
            icon=":material/resume:",
            on_click=further,
            args=(view.key, epochs),
            help=meaning,
        )

    if view.state.status == "interrupted" or not view.history:
        button(0, f"Go on to epoch {view.state.target_epochs} as planned, from the last checkpoint.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        more = st.number_input(
            "More epochs",
            1,
            MAX_EPOCHS,
            usual,
            key="more-epochs",
            width=140,
            help=f"How many passes over the {over} to add. The learning rate starts anew.",
        )
        button(int(more or 1), "Go on from the last epoch with the weights that it had.")


def tell_settings_differ() -> None:
    """Say that what is shown was trained with other settings than the controls show."""
    st.info(
        "You changed settings since this run. Train again to start a new run with them; this one stays.",
        icon=":material/tune:",
    )


def tell_end(view: _Watched) -> None:
    """Say how training ended, where that needs saying."""
    if view.state.status == "stopped":
        st.markdown(_stopped_text(view.epoch, view.state.target_epochs))
    if not view.state.message:
        return
    if view.state.status in ("failed", "diverged"):
        show_error(view.state.message)
    else:
        st.warning(with_names(view.state.message), icon=":material/warning:")


def _stopped_text(done: int, target: int) -> str:
    """Say how far a training came that somebody stopped.

    >>> _stopped_text(3, 300), _stopped_text(0, 300)
    ('Stopped after 3 of 300 epochs.', 'Stopped before the first of 300 epochs was over.')
    """
    planned = counted(target, "epoch")
    return f"Stopped after {done:,} of {planned}." if done else f"Stopped before the first of {planned} was over."


def tell_best(view: RunView) -> None:
    """Say which weights were kept, and why training ended."""
    training, done = view.spec.config.training, view.epoch
    first = [record for record in view.history if record.member == 0]
    loss = "training loss" if first[-1].validation_loss is None else "validation loss"
    if view.state.status == "finished" and done < view.state.target_epochs:
        why = f" because the {loss} had not fallen for {training.patience} epochs"
    else:
        why = " when you stopped it" if view.state.status == "stopped" else ""
    epochs = "1 epoch" if done == 1 else f"{done} epochs"
    best = max(record.epoch for record in first if record.is_best)
    st.markdown(small(f"Training ended after {epochs}{why}. {kept_in_words(view.spec.config, best, loss)}"))
