"""The parts of *Gates over time*: the maps, and how saturated each gate is."""

import streamlit as st

from lstm_viz.figures.layer_charts import saturation_chart
from lstm_viz.glossary import GLOSSARY, label_of, meaning_of
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount, sent
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.theme import current_palette, draw_chart
from lstm_viz.ui.step.controls import show_change_error
from lstm_viz.ui.step.sources import open_surveys
from lstm_viz.ui.step.state import StepPage, open_step_page, packed_overview

MAPS = "gate-maps"
LONGEST_STRETCH = 40
CHART_WIDTH = 232

_mount = mount("gate_maps")


def open_gates_page(address: Address) -> StepPage:
    """Read the address, which is that of *Step the cell*, and make the overview."""
    stretch = address.get("stretch", LONGEST_STRETCH) or ""
    return open_step_page(address, lambda request: packed_overview(request, stretch))


def whole_sequence(page: StepPage, address: Address) -> None:
    """Draw the maps, and what is wrong with a change."""
    show_change_error(page, address)

    def take_stretch() -> None:
        stretch = sent(MAPS, "stretch")
        if stretch is not None:
            address.set(stretch=str(stretch) or None)

    _mount(key=MAPS, data=page.scene, on_stretch_change=take_stretch)


def saturation_panel(page: StepPage) -> None:
    """Draw one small square for each gate of each lane."""
    surveys = open_surveys(page.shown)
    st.subheader("Gate saturation", anchor=False, help=meaning_of("saturation"))
    gated = {cell: survey for cell, survey in surveys.items() if survey.saturation}
    if not gated:
        st.caption("A plain RNN has no gates: each step overwrites everything.")
        return
    any_survey = next(iter(gated.values()))
    st.markdown(
        "Each point is a unit. To the right: its gate is nearly shut (below 0.1) at most steps; to the top: nearly open "
        "(above 0.9). Near the origin the gate takes values in between; at the dashed line it acts like a switch."
    )
    with st.container(horizontal=True, gap="small"):
        for cell, survey in gated.items():
            for gate, saturation in survey.saturation.items():
                title = f"{GLOSSARY[cell].label}: {label_of(gate).lower()}" if len(surveys) > 1 else label_of(gate)
                figure = saturation_chart(title, gate, saturation, current_palette())
                shut, open_ = float(saturation.left.mean()), float(saturation.right.mean())
                alt = f"{title}: on average nearly shut at {shut:.0%} of the steps and nearly open at {open_:.0%}."
                draw_chart(figure, f"saturation-{cell}-{gate}", alt, width=CHART_WIDTH)
    measured = f"Measured over {any_survey.steps:,} steps of {any_survey.about}, without changes."
    st.caption(literal(f"{measured} After Karpathy, Johnson & Li (2015)."))
