"""The races of this session: what came of each, and the ways back to it."""

from contextlib import suppress
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import label_of
from lstm_viz.racing.config import RACING_CELLS
from lstm_viz.runs.race_records import RaceView
from lstm_viz.runs.races import race_service
from lstm_viz.ui.address import Address
from lstm_viz.ui.race_bench import RaceBench, parameters_of_address
from lstm_viz.ui.race_words import further_settings, outcome_of
from lstm_viz.ui.session import current_session
from lstm_viz.ui.text import literal, small

MAX_SHOWN = 12
NOTHING = "–"


def race_table(bench: RaceBench, address: Address) -> None:
    """List the races that were opened in this session, newest first."""
    views = known_races()
    if not views:
        return
    st.subheader("Races of this session", anchor=False)
    st.markdown(
        small("Under RNN, GRU and LSTM: the update at which the network had solved its task; – where it has not.")
    )
    rows = pd.DataFrame([row_of(place, view) for place, view in views.items()]).set_index("Race")
    if set(rows["Also"]) == {NOTHING}:
        del rows["Also"]
    st.table(rows, border="horizontal", alt="The races of this session and their results")
    shown = bench.view.key if bench.view else ""
    with st.container(horizontal=True, gap="small"):
        for place, view in views.items():
            st.button(
                f"Open race {place}",
                key=f"open-race-{view.key}",
                type="tertiary",
                icon=":material/check:" if view.key == shown else ":material/history:",
                on_click=address.replace,
                kwargs={"race": view.key},
            )


def known_races() -> dict[int, RaceView]:
    """Give the newest races by their number in this session; one that is no longer kept is passed over."""
    views: dict[int, RaceView] = {}
    for place, key in reversed(list(enumerate(current_session().races, start=1))[-MAX_SHOWN:]):
        with suppress(LSTMVizError):
            views[place] = race_service().view(key)
    return views


def row_of(place: int, view: RaceView) -> dict[str, str]:
    """Write one race for the table."""
    config = view.config
    repeat = urlencode(parameters_of_address(config)) or "task=adding"
    return {
        "Race": str(place),
        label_of("race_task"): config.about.title,
        label_of("race_length"): str(config.steps),
        **{label_of(cell): literal(outcome_of(view.racers.get(cell), view)) for cell in RACING_CELLS},
        label_of("forget_bias"): f"{config.forget_bias:g}",
        label_of("hidden_size"): str(config.hidden_size),
        label_of("seed"): str(config.seed),
        "Also": literal(further_settings(config).removeprefix(", ")) or NOTHING,
        "Address": f"[repeat](?{repeat}) · [this race](?race={view.key})",
    }
