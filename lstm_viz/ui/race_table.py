"""The races of this session: what came of each, and the ways back to it."""

from contextlib import suppress
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import label_of
from lstm_viz.racing.config import RACING_CELLS
from lstm_viz.runs.race_records import RaceGlance
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
    races = _known_races()
    if not races:
        return
    st.subheader("Races of this session", anchor=False)
    st.markdown(
        small("Under RNN, GRU and LSTM: the update at which the network had solved its task; – where it has not.")
    )
    rows = pd.DataFrame([row_of(place, race) for place, race in races.items()]).set_index("Race")
    if set(rows["Also"]) == {NOTHING}:
        del rows["Also"]
    st.table(rows, border="horizontal", alt="The races of this session and their results")
    shown = bench.view.key if bench.view else ""
    with st.container(horizontal=True, gap="small"):
        for place, race in races.items():
            st.button(
                f"Open race {place}",
                key=f"open-race-{race.key}",
                type="tertiary",
                icon=":material/check:" if race.key == shown else ":material/history:",
                on_click=address.replace,
                kwargs={"race": race.key},
            )


def _known_races() -> dict[int, RaceGlance]:
    """Give the newest races by their number in this session; one that is no longer kept is passed over."""
    races: dict[int, RaceGlance] = {}
    for place, key in reversed(list(enumerate(current_session().races, start=1))[-MAX_SHOWN:]):
        with suppress(LSTMVizError):
            races[place] = race_service().glance(key)
    return races


def row_of(place: int, race: RaceGlance) -> dict[str, str]:
    """Write one race for the table."""
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
