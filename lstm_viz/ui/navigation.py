"""The pages that exist, and the ways to them."""

import streamlit as st

from lstm_viz.paths import ROOT
from lstm_viz.ui.address import luggage


def all_pages() -> dict[str, st.Page]:
    """Give the pages by name, in the order of the navigation."""
    folder = ROOT / "pages"
    return {
        "home": st.Page(folder / "home.py", title="Home", icon=":material/home:", default=True),
        "step": st.Page(
            folder / "step_the_cell.py", title="Step the cell", icon=":material/footprint:", url_path="step_the_cell"
        ),
        "gates": st.Page(
            folder / "gates_over_time.py",
            title="Gates over time",
            icon=":material/view_timeline:",
            url_path="gates_over_time",
        ),
        "flow": st.Page(
            folder / "gradient_flow.py",
            title="Gradient flow",
            icon=":material/trending_down:",
            url_path="gradient_flow",
        ),
        "anatomy": st.Page(folder / "anatomy.py", title="Anatomy", icon=":material/biotech:", url_path="anatomy"),
        "race": st.Page(
            folder / "memory_race.py", title="Memory race", icon=":material/sports_score:", url_path="memory_race"
        ),
        "forecast": st.Page(
            folder / "forecast.py", title="Forecast", icon=":material/show_chart:", url_path="forecast"
        ),
        "classify": st.Page(
            folder / "classify_sequences.py",
            title="Classify",
            icon=":material/category:",
            url_path="classify_sequences",
        ),
        "runs": st.Page(folder / "runs.py", title="Runs", icon=":material/history:", url_path="runs"),
    }


def button_to(page: str, label: str) -> None:
    """Draw the button that leads to a page."""
    target = all_pages()[page]
    if st.button(label, type="primary", icon=target.icon):
        st.switch_page(target, query_params=luggage())


def link_to(page: str, label: str, **parameters: str) -> None:
    """Draw a link that opens a page at an address."""
    target = all_pages()[page]
    st.page_link(target, label=label, icon=target.icon, query_params={**parameters, **luggage()})
