"""The right-hand side of *Memory race*: the chart, a card for each network, and how far each gradient reaches."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.race_charts import DASHES, Histories, race_chart, reach_chart, reach_map
from lstm_viz.figures.theme import Palette
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.racing.config import RACING_CELLS, RaceConfig
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.race_service import race_service
from lstm_viz.runs.records import RacerView, RaceSummary, RaceView
from lstm_viz.ui.race.controls import RacePage, parameters_of_address, start_with_bias
from lstm_viz.ui.race.words import (
    HELPFUL_BIAS,
    chart_in_words,
    further_settings,
    hint_of,
    numbers_of,
    outcome_of,
    racer_standing,
    reach_in_words,
    standing_of,
    title_of,
)
from lstm_viz.ui.shared.code import code_of_cells
from lstm_viz.ui.shared.fold import open_button
from lstm_viz.ui.shared.training import watch_training
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.navigation import link_to
from lstm_viz.ui.shell.session import current_session
from lstm_viz.ui.shell.theme import CHART_CONFIG, STILL, current_palette, draw_chart, shared_chart

REDRAW_EVERY = 0.5  # on a small machine each picture takes from the race
STROKES = {"solid": "", "dash": "7 4", "dot": "2 3"}
MAX_SHOWN = 12
NOTHING = "–"


def race_canvas(page: RacePage, address: Address) -> None:
    """Show the race in the address, or an empty chart."""
    if page.view_error is not None:
        show_error(page.view_error)
    view = page.view
    if view is None:
        _show_course(page.config)
        return
    if not page.is_of_race:
        words = "You changed settings since this race. Start a race to use them; this one stays in the table."
        st.markdown(small(words))
    if view.state.active:
        watch_training(lambda: race_service().view(view.key), view.state.status, _draw_race, REDRAW_EVERY)
        return
    _draw_race(view)
    _show_ending(view, address)
    _draw_maps(view)
    _offer_code(view)


def _show_course(config: RaceConfig) -> None:
    _draw_title(config, "Ready")
    figure = race_chart(config, {}, current_palette())
    alt = (
        f"The empty chart of the race: guessing has a test loss of {config.chance:.3g}. Solved: {config.about.finish}."
    )
    draw_chart(figure, "race-chart", alt, STILL)


def _draw_race(view: RaceView) -> None:
    config = STILL if view.state.active else CHART_CONFIG
    _draw_title(view.config, standing_of(view))
    histories: Histories = {cell: racer.history for cell, racer in view.racers.items()}
    known = view.key, tuple((cell, len(history), history[-1:]) for cell, history in histories.items())
    chart = shared_chart(("race", known), lambda palette: race_chart(view.config, histories, palette))
    st.plotly_chart(chart, key="race-chart", config=config, theme=None, alt=chart_in_words(view))
    for column, racer in zip(st.columns(len(view.racers), gap="small"), view.racers.values(), strict=True):
        with column.container(border=True):
            _draw_card(racer, view)
    st.subheader("Which steps does the loss reach?", anchor=False, help=meaning_of("hidden_state_grad"))
    reach = shared_chart(("reach", known), lambda palette: reach_chart(view.config, histories, palette))
    st.plotly_chart(reach, key="race-reach", config=config, theme=None, alt=reach_in_words(view))
    words = (
        "The loss is at the right, and its gradient travels to the left, back in time. A network can only learn to remember "
        "what it read at steps that the gradient reaches: where it shrinks by ten powers of ten, nothing is learned."
    )
    st.markdown(small(words))


def _draw_title(config: RaceConfig, standing: str) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.markdown(f"**{literal(title_of(config))}**", width="content")
        st.markdown(small(standing), width="content")


def _draw_card(racer: RacerView, view: RaceView) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.image(_line_sample(racer.cell, current_palette()), width=34, alt="")
        st.markdown(f"**{label_of(racer.cell)}**", width="content")
    flag = {"solved": ":material/sports_score: ", "diverged": ":material/error: "}.get(racer.status, "")
    st.markdown(small(flag + literal(racer_standing(racer, view))))
    with st.container(horizontal=True, gap="small"):
        for name, text in numbers_of(racer).items():
            about = view.config.about
            label, meaning = (about.share, about.accuracy) if name == "accuracy" else (label_of(name), meaning_of(name))
            st.metric(label, text, help=meaning, width=112)


def _line_sample(cell: Cell, palette: Palette) -> str:
    colour, strokes = getattr(palette, cell), STROKES[DASHES[cell]]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="34" height="10" viewBox="0 0 34 10">'
        f'<path d="M1 5H33" stroke="{colour}" stroke-width="3" stroke-dasharray="{strokes}"/></svg>'
    )


def _show_ending(view: RaceView, address: Address) -> None:
    if view.state.message:
        show_error(view.state.message) if view.state.status == "failed" else st.warning(with_names(view.state.message))
    hint = hint_of(view) if view.state.status == "finished" else ""
    if not hint:
        return
    with st.container(border=True):
        st.markdown(literal(hint))
        again: Any = {"on_click": start_with_bias, "args": (view.config, HELPFUL_BIAS, address)}
        st.button(f"Race again with forget bias {HELPFUL_BIAS:g}", key="race-again", icon=":material/replay:", **again)


def _offer_code(view: RaceView) -> None:
    cells = view.config.cells

    def model_of(cell: Cell) -> Any:
        from lstm_viz.runs.opened import open_racer

        return open_racer(view.key, cell)

    code_of_cells("race-code", lambda: cells, model_of, "As far as it has trained.", alone=len(cells) == 1)


def _draw_maps(view: RaceView) -> None:
    if not any(len(racer.history) > 1 for racer in view.racers.values()):
        return
    st.markdown("**How the reach of the gradient changed during training**")
    for column, (cell, racer) in zip(st.columns(len(view.racers), gap="small"), view.racers.items(), strict=True):
        figure = reach_map(view.config, cell, racer.history, current_palette())
        alt = f"{label_of(cell)}: norm of the gradient by step, over {len(racer.history)} records of its training."
        with column:
            draw_chart(figure, f"race-map-{cell}", alt)
    words = (
        "Full colour: a gradient norm of 1 or more at that step; palest: 10⁻⁸ or less. The first step is at the bottom."
    )
    st.markdown(small(words))
    link_to("flow", "Follow a gradient back step by step on Gradient flow")


def race_table(page: RacePage, address: Address) -> None:
    """List the races that were opened in this session, newest first."""
    races = _known_races()
    if not races:
        return
    st.subheader("Races of this session", anchor=False)
    st.markdown(small("Under RNN, GRU and LSTM: the update at which the network had solved its task; – if it has not."))
    rows = pd.DataFrame([_row_of(place, race) for place, race in races.items()]).set_index("Race")
    if set(rows["Also"]) == {NOTHING}:
        del rows["Also"]
    st.table(rows, border="horizontal", alt="The races of this session and their results")
    shown = page.view.key if page.view else ""
    with st.container(horizontal=True, gap="small"):
        for place, race in races.items():
            key = f"open-race-{race.key}"
            open_button(f"Open race {place}", key, race.key == shown, address.replace, race=race.key)


def _known_races() -> dict[int, RaceSummary]:
    """Return the newest races by their number in this session, without those that are no longer kept."""
    races: dict[int, RaceSummary] = {}
    for place, key in reversed(list(enumerate(current_session().races, start=1))[-MAX_SHOWN:]):
        with suppress(LSTMVizError):
            races[place] = race_service().summary(key)
    return races


def _row_of(place: int, race: RaceSummary) -> dict[str, str]:
    config = race.config
    repeat = urlencode(parameters_of_address(config)) or "task=adding"
    return {
        "Race": str(place),
        label_of("race_task"): config.about.title,
        label_of("race_length"): str(config.steps),
        **{label_of(cell): literal(outcome_of(race.outcomes.get(cell), race.state.active)) for cell in RACING_CELLS},
        label_of("forget_bias"): f"{config.forget_bias:g}",
        label_of("hidden_size"): str(config.hidden_size),
        label_of("seed"): str(config.seed),
        "Also": literal(further_settings(config).removeprefix(", ")) or NOTHING,
        "Address": f"[repeat](?{repeat}) · [this race](?race={race.key})",
    }
