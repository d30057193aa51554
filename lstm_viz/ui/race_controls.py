"""The controls of *Memory race*: the task, how far it reaches back, and who competes with what; each says what it does."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lstm_viz.glossary import GLOSSARY, label_of, meaning_of
from lstm_viz.racing.config import (
    MAX_LENGTH,
    MAX_RACING_BATCH,
    MAX_RACING_SIZE,
    MAX_UPDATES,
    RACE_TASKS,
    RACING_CELLS,
    TASKS,
    UPDATES_PER_RECORD,
)
from lstm_viz.recurrent.specification import INITIALIZATIONS, MAX_FORGET_BIAS
from lstm_viz.ui.address import Address
from lstm_viz.ui.drawer import more_settings
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.race_bench import RaceBench, term_of, written
from lstm_viz.ui.session import put_widget_value, widget_value
from lstm_viz.ui.text import literal, small

FOLDED = ("learning_rate", "batch_size", "updates", "gradient_clip", "initialization", "cells")
SLIDER_BIAS = (-2.0, 5.0)
MAX_SEED = 2**31 - 1


def race_controls(bench: RaceBench, address: Address) -> None:
    """Draw the controls, each with what is wrong with it; a change goes to the address."""
    draw = Drawer(bench, address)
    _choose_task(bench, draw)
    if bench.config.task == "digits":
        st.markdown(small("A digit always has 8 steps."))
    else:
        draw.slider("length", RACE_TASKS[bench.config.task].least_length, MAX_LENGTH)
    least, most = SLIDER_BIAS
    bias = bench.config.forget_bias
    if least <= bias <= most:
        draw.slider("forget_bias", least, most, step=0.25)
    else:
        draw.number("forget_bias", -MAX_FORGET_BIAS, MAX_FORGET_BIAS, step=0.5)
        draw.tell("forget_bias")
    draw.pair(("hidden_size", 1, MAX_RACING_SIZE), ("seed", 0, MAX_SEED))
    folded = any(name in bench.errors for name in FOLDED)
    with more_settings("race-more", folded):
        draw.cells()
        draw.pair(("updates", UPDATES_PER_RECORD, MAX_UPDATES), ("batch_size", 1, MAX_RACING_BATCH))
        draw.pair(("learning_rate", 1e-6, 10.0), ("gradient_clip", 0.0, 1000.0))
        draw.menu("initialization", INITIALIZATIONS)


def _choose_task(bench: RaceBench, draw: "Drawer") -> None:
    draw.choice("task", TASKS, lambda name: RACE_TASKS[name].title)
    task = RACE_TASKS[bench.config.task]
    st.markdown(literal(task.meaning))
    st.markdown(
        small(literal(f"Solved: {task.finish}, twice in a row. Guessing: {task.because} Source: {task.source}."))
    )


class Drawer:
    """Draw one widget per setting: filled from the bench, writing to the address."""

    def __init__(self, bench: RaceBench, address: Address) -> None:
        self.bench, self.address = bench, address

    def slider(self, name: str, least: float, most: float, **options: Any) -> None:
        """Draw a slider; one of another range is another slider."""
        shown = min(max(getattr(self.bench.config, name), least), most)
        st.slider(self._label(name), least, most, **options, **self._options(name, shown, f"{name}-{least}-{most}"))
        self.tell(name)

    def number(self, name: str, least: float, most: float, **options: Any) -> None:
        """Draw a number field; what is wrong with it is told by the caller, who knows how wide it may be."""
        value = getattr(self.bench.config, name)
        if isinstance(value, float):
            least, most, options = float(least), float(most), {"step": _value_step(name), "format": "%.4g", **options}
        st.number_input(self._label(name), least, most, None, **options, **self._options(name, value))

    def pair(self, first: tuple[str, float, float], second: tuple[str, float, float]) -> None:
        """Draw two number fields side by side."""
        left, right = st.columns(2, gap="small")
        with left:
            self.number(*first)
        with right:
            self.number(*second)
        self.tell(first[0])
        self.tell(second[0])

    def choice(self, name: str, values: Sequence[str], words: Any) -> None:
        """Draw a few values side by side."""
        options = self._options(name, getattr(self.bench.config, name))
        st.segmented_control(self._label(name), values, format_func=words, required=True, wrap=True, **options)
        self.tell(name)

    def menu(self, name: str, values: Sequence[str]) -> None:
        """Draw values in a menu."""
        options = self._options(name, getattr(self.bench.config, name))
        st.selectbox(self._label(name), values, format_func=lambda value: GLOSSARY[value].label, **options)
        self.tell(name)

    def cells(self) -> None:
        """Let the person choose who takes part."""
        options = self._options("cells", list(self.bench.config.cells))
        st.pills(
            self._label("cells"),
            RACING_CELLS,
            selection_mode="multi",
            format_func=lambda cell: label_of(cell),
            **options,
        )
        self.tell("cells")

    def _label(self, name: str) -> str:
        return label_of(term_of(name))

    def tell(self, name: str) -> None:
        """Say what is wrong with a setting."""
        if name in self.bench.errors:
            show_error(self.bench.errors[name])

    def _options(self, name: str, shown: Any, key: str | None = None) -> dict[str, Any]:
        key = f"race-{key or name}"
        put_widget_value(key, shown)
        return {"key": key, "help": meaning_of(term_of(name)), "on_change": self._write, "args": (name, key)}

    def _write(self, name: str, key: str) -> None:
        value = widget_value(key)
        if name == "cells":
            value = tuple(cell for cell in RACING_CELLS if isinstance(value, list) and cell in value) or None
        if name == "task":
            self._change_task(str(value))
            return
        plain = value is None or value == getattr(self.bench.base, name)
        self.address.set(**{name: None if plain else written(value)})

    def _change_task(self, task: str) -> None:
        """Begin another task with what is usual for it."""
        view = self.bench.view
        plain = task == (view.config.task if view else TASKS[0])
        usual = dict.fromkeys(("length", "hidden_size", "learning_rate"))
        self.address.set(task=None if plain else task, **usual)


def _value_step(name: str) -> float:
    return {"learning_rate": 0.001, "gradient_clip": 0.5}.get(name, 0.25)
