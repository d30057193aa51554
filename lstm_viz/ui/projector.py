"""Projector mode: everything larger, less around it; `projector=1` in the address, and it goes along from page to page."""

import streamlit as st

from lstm_viz.ui.address import luggage, pack
from lstm_viz.ui.session import put_widget_value, widget_value

TOGGLE, PARAMETER = "projector", "projector"
LETTERS = 17  # pixels, of charts

# Streamlit measures in the size of the root's letters, the pictures in their own pixels; plotly writes a size on each text.
LARGER = """<style>
html {font-size: 125% !important; --picture-zoom: 1.25; --picture-most: max(560px, 80vh - 5.5rem)}
.js-plotly-plot .plotly text, #js-plotly-tester text {font-size: LETTERSpx !important}
.js-plotly-plot .js-line {stroke-width: 3px !important}
.stMainBlockContainer {padding: 4.25rem 1.5rem 2rem !important}
[data-testid="stMainMenu"], [data-testid="stStatusWidget"] {display: none !important}
</style>""".replace("LETTERS", str(LETTERS))

# The toggle stands at the right end of the bar with the pages; where those fold away it goes to the foot of the page.
IN_THE_BAR = """<style>
@media (min-width: 62rem) {
  .st-key-projector-place {position: fixed; top: 1.1rem; right: 1.25rem; z-index: 999991; width: auto}
  [data-testid="stToolbar"] {padding-right: 10rem !important}
}
</style>"""


def is_projected() -> bool:
    """Tell whether the address asks for projector mode."""
    return luggage().get(PARAMETER) == "1"


def enlarge() -> None:
    """Make everything larger where projector mode is on."""
    st.html(IN_THE_BAR)
    if is_projected():
        st.html(LARGER)


def projector_toggle() -> None:
    """Draw the switch of projector mode."""
    put_widget_value(TOGGLE, is_projected())
    with st.container(key="projector-place"):
        st.toggle("Projector", key=TOGGLE, on_change=_turn, help="Larger type and less around it, for a room.")


def _turn() -> None:
    pack(PARAMETER, "1" if widget_value(TOGGLE) else None)
