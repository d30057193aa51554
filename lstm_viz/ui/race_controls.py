"""The controls of *Memory race*: the task, how far it reaches back, and who competes with what; each says what it does."""

import streamlit as st

from lstm_viz.glossary import label_of
from lstm_viz.racing.config import MAX_LENGTH, RACE_TASKS
from lstm_viz.settings import Between
from lstm_viz.ui.address import Address
from lstm_viz.ui.forms import Form, more_settings
from lstm_viz.ui.race_bench import RaceBench, term_of
from lstm_viz.ui.text import literal, small

FOLDED = ("learning_rate", "batch_size", "updates", "gradient_clip", "initialization", "cells")
SLIDER_BIAS = Between(-2.0, 5.0, 0.25)
OF_TASK = ("length", "hidden_size", "learning_rate")  # another task begins with what is usual for it


def race_controls(bench: RaceBench, address: Address) -> None:
    """Draw the controls, each with what is wrong with it; a change goes to the address."""
    form = Form(bench, address, term_of, "race", {"task": OF_TASK})
    _choose_task(bench, form)
    if bench.config.task == "digits":
        st.markdown(small("A digit always has 8 steps."))
    else:
        form.slider("length", Between(RACE_TASKS[bench.config.task].least_length, MAX_LENGTH))
    if SLIDER_BIAS.least <= bench.config.forget_bias <= SLIDER_BIAS.most:
        form.slider("forget_bias", SLIDER_BIAS)
    else:
        form.draw("forget_bias")
    form.draw("hidden_size", "seed")
    with more_settings("race-more", any(name in bench.errors for name in FOLDED)):
        form.several("cells", label_of)
        form.draw("updates", "batch_size")
        form.draw("learning_rate", "gradient_clip")
        form.draw("initialization")


def _choose_task(bench: RaceBench, form: Form) -> None:
    form.choice("task", words=lambda name: RACE_TASKS[name].title)
    task = RACE_TASKS[bench.config.task]
    st.markdown(literal(task.meaning))
    st.markdown(
        small(literal(f"Solved: {task.finish}, twice in a row. Guessing: {task.because} Source: {task.source}."))
    )
