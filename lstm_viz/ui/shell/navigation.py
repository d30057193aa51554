"""The pages that exist, and the ways to them."""

import streamlit as st

from lstm_viz.paths import ROOT
from lstm_viz.ui.shell.address import carried_parameters, pack
from lstm_viz.ui.shell.session import set_widget_value, widget_value

PAGES = {
    "home": ("home", "Home", "home"),
    "step": ("step_the_cell", "Step the cell", "footprint"),
    "gates": ("gates_over_time", "Gates over time", "view_timeline"),
    "flow": ("gradient_flow", "Gradient flow", "trending_down"),
    "anatomy": ("anatomy", "Anatomy", "biotech"),
    "race": ("memory_race", "Memory race", "sports_score"),
    "forecast": ("forecast", "Forecast", "show_chart"),
    "classify": ("classify_sequences", "Classify", "category"),
    "runs": ("runs", "Runs", "history"),
}
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


def all_pages() -> dict[str, st.Page]:
    """Return the pages by name, in the order of the navigation."""
    return {
        name: st.Page(ROOT / "pages" / f"{stem}.py", title=title, icon=f":material/{icon}:", default=name == "home")
        for name, (stem, title, icon) in PAGES.items()
    }


def button_to(page: str, label: str) -> None:
    """Draw the button that leads to a page."""
    target = all_pages()[page]
    if st.button(label, type="primary", icon=target.icon):
        st.switch_page(target, query_params=carried_parameters())


def link_to(page: str, label: str, **parameters: str) -> None:
    """Draw a link that opens a page at an address."""
    target = all_pages()[page]
    st.page_link(target, label=label, icon=target.icon, query_params={**parameters, **carried_parameters()})


def is_projected() -> bool:
    """Return whether the address asks for projector mode."""
    return carried_parameters().get(PARAMETER) == "1"


def enlarge() -> None:
    """Make everything larger where projector mode is on."""
    st.html(IN_THE_BAR)
    if is_projected():
        st.html(LARGER)


def projector_toggle() -> None:
    """Draw the switch of projector mode."""
    set_widget_value(TOGGLE, is_projected())
    with st.container(key="projector-place"):
        st.toggle(
            "Projector",
            key=TOGGLE,
            on_change=lambda: pack(PARAMETER, "1" if widget_value(TOGGLE) else None),
            help="Larger text and fewer distractions, for presenting.",
        )
