"""The code of a model in PyTorch, Keras and NumPy, to copy, or to take home with the weights."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.text import literal, small

TABS = {"torch": "PyTorch", "keras": "Keras", "numpy": "NumPy"}
READS = {"torch": "weights.safetensors", "keras": "weights_keras.npz", "numpy": "weights.safetensors"}
TOGETHER = (
    "Each runs by itself beside its weights, and all three print the same answers. The zip holds them, the weights of this "
    "model in both layouts (gate order, biases and transposed matrices changed over), and an example."
)


def code_panel(model: Any, key: str, note: str = "") -> None:
    """Show a model's code in three languages and offer it with its weights; the zip is made when it is asked for.

    Args:
        model: a `SequenceModel` or `StackedModel`, or a function that gives one, which may raise an `LSTMVizError`.
        key: tells this panel from others of the page.
        note: a sentence about this model, read as Markdown.
    """
    from lstm_viz.anatomy.blueprint import blueprint_of
    from lstm_viz.anatomy.bundle import bundle
    from lstm_viz.anatomy.code import title_of

    try:
        made = opened(model)
    except LSTMVizError as error:
        show_error(error)
        return
    title = title_of(blueprint_of(made.config))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f"**{literal(title)}** {small(' '.join(filter(None, [TOGETHER, note])))}")
        st.download_button(
            "Code and weights",
            lambda: bundle(made),
            f"{made.config.cell}-model.zip",
            "application/zip",
            key=f"bundle-{key}",
            on_click="ignore",
            icon=":material/download:",
        )
    show_code(made.config, key)


def show_code(config: Any, key: str) -> None:
    """Show the three languages side by side, one at a time."""
    from lstm_viz.anatomy.code import source_of

    for language, tab in zip(TABS, st.tabs(list(TABS.values()), key=f"code-{key}"), strict=True):
        with tab:
            st.markdown(small(f"`model_{language}.py` reads `{READS[language]}`"))
            st.code(source_of(config, language), language="python")  # type: ignore[arg-type]


def opened(model: Any) -> Any:
    """Give the model, which a function may have to open first."""
    is_model = hasattr(model, "config")
    make: Callable[[], Any] = model
    return model if is_model else make()
