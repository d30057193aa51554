"""The code of a model in PyTorch, Keras and NumPy, to copy, or to download with the weights."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import label_of
from lstm_viz.recurrent.specification import Cell
from lstm_viz.ui.shared.fold import download_button, fold
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small

if TYPE_CHECKING:
    from lstm_viz.codegen.source import Language

TABS: "dict[Language, str]" = {"torch": "PyTorch", "keras": "Keras", "numpy": "NumPy"}
READS = {"torch": "weights.safetensors", "keras": "weights_keras.npz", "numpy": "weights.safetensors"}
TOGETHER = (
    "Each file runs on its own next to its weights, and all three print the same outputs. The zip holds them, the weights "
    "of this model in both layouts (gate order, biases and transposed matrices converted), and an example."
)
NOT_AS_CODE = (
    "One network for all series has a learned embedding of each series, so it cannot be written with plain recurrent "
    "layers alone. *Model and script* of its forecast contains it."
)


def code_of_cells(
    key: str, cells: Callable[[], Sequence[Cell]], model_of: Callable[[Cell], Any], note: str = "", alone: bool = False
) -> None:
    """Offer the models that a page shows side by side as code, one at a time, folded away.

    Args:
        cells, model_of: return the cells, and the model of one; both may raise an `LSTMVizError`.
        note: a sentence about these models, in Markdown.
        alone: whether there is only one.
    """

    def draw() -> None:
        try:
            cell = _choose_cell(cells(), f"{key}-lane")
        except LSTMVizError as error:
            show_error(error)
            return
        code_panel(lambda: model_of(cell), f"{key}-{cell}", note)

    fold("Code of this cell" if alone else "Code of these cells", key, "code", draw)


def _choose_cell(cells: Sequence[Cell], key: str) -> Cell:
    usual: Cell = "lstm" if "lstm" in cells else cells[0]
    if len(cells) == 1:
        return usual
    chosen = st.segmented_control("Cell", cells, default=usual, format_func=label_of, required=True, key=key)
    return chosen or usual


def code_panel(model: Any, key: str, note: str = "") -> None:
    """Show a model's code in three languages and offer it with its weights.

    Args:
        model: a `SequenceModel` or `StackedModel`, or a function that returns one, which may raise an `LSTMVizError`.
        note: a sentence about this model, in Markdown.
    """
    from lstm_viz.anatomy.parts import blueprint_of
    from lstm_viz.codegen.source import bundle, source_of, title_of
    from lstm_viz.forecasting.series_group import GlobalModel

    try:
        made = model if hasattr(model, "config") else model()
    except LSTMVizError as error:
        show_error(error)
        return
    if isinstance(made, GlobalModel):
        st.info(NOT_AS_CODE, icon=":material/code_off:")
        return
    title = title_of(blueprint_of(made.config))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f"**{literal(title)}** {small(' '.join(filter(None, [TOGETHER, note])))}")
        name = f"{made.config.cell}-model.zip"
        download_button("Code and weights", lambda: bundle(made), name, "application/zip", f"bundle-{key}")
    for language, tab in zip(TABS, st.tabs(list(TABS.values()), key=f"code-{key}"), strict=True):
        with tab:
            st.markdown(small(f"`model_{language}.py` reads `{READS[language]}`"))
            st.code(source_of(made.config, language), language="python")
