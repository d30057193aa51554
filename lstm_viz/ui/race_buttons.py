"""Start, pause, resume, one step, stop: what a click does to a race, and which clicks make sense."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.racing.config import UPDATES_PER_RECORD, RaceConfig
from lstm_viz.runs.races import race_service
from lstm_viz.ui.address import Address
from lstm_viz.ui.arrive import arrive
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.race_bench import RaceBench
from lstm_viz.ui.session import current_session

ONE_STEP = f"Train each network for {UPDATES_PER_RECORD} updates, then pause. Begins a new race where none is open."


def race_buttons(bench: RaceBench, address: Address) -> None:
    """Draw the buttons in one row; what makes no sense now cannot be pressed."""
    state = bench.view.state if bench.view else None
    arrive(f"{bench.view.key} {bench.view.state.active}" if bench.view else "", moved=current_session().moved)
    active, can_go_on = bool(state and state.active), bool(state and not state.active and not state.over)
    with st.container(horizontal=True, gap="small"):
        _start_button(bench, address, racing_it=active and bench.is_of_race)
        if can_go_on:
            button("Resume", "resume", on_click=resume, args=(bench,), help="Go on with the same numbers.")
        else:
            button("Pause", "pause", on_click=pause, args=(bench,), disabled=not active, help="Halt; nothing is lost.")
        useless = active or (bool(bench.errors) and not can_go_on)
        button("One step", "step", on_click=one_step, args=(bench, address), disabled=useless, help=ONE_STEP)
        stoppable = active or can_go_on
        button("Stop", "stop", on_click=stop, args=(bench,), disabled=not stoppable, help="End this race for good.")
    if current_session().race_error:
        show_error(current_session().race_error)


ICONS = {"pause": "pause", "resume": "resume", "step": "skip_next", "stop": "stop"}


def button(label: str, name: str, **options: object) -> None:
    """Draw one of the lesser buttons."""
    st.button(label, key=f"race-{name}", icon=f":material/{ICONS[name]}:", **options)  # type: ignore[arg-type]


def _start_button(bench: RaceBench, address: Address, racing_it: bool) -> None:
    st.button(
        "Start race",
        key="race-start",
        type="primary",
        icon=":material/sports_score:",
        disabled=racing_it or bool(bench.errors),
        on_click=start,
        args=(bench.config, address),
        help="Train all networks side by side from new weights. The race on screen stays in the table.",
    )


def guarded(action: Callable[[], None]) -> None:
    """Do what a click asks for, and keep the sentence where it cannot be done."""
    session = current_session()
    session.race_error, session.moved = "", True
    try:
        action()
    except LSTMVizError as error:
        session.race_error = str(error)


def start(config: RaceConfig, address: Address, records: int = 0) -> None:
    """Store a new race, queue it, and put it into the address."""

    def begin() -> None:
        if _is_under_way(config, address.get("race")):
            return
        key = race_service().create(config)
        address.replace(race=key)
        race_service().submit(key, records)

    guarded(begin)


def _is_under_way(config: RaceConfig, key: str | None) -> bool:
    """Tell whether the address names such a race that goes on: then a click is the second one of a double click."""
    if key is None:
        return False
    view = race_service().view(key)
    return view.config == config and view.state.active


def start_with_bias(config: RaceConfig, forget_bias: float, address: Address) -> None:
    """Start the same race with another forget bias."""
    start(replace(config, forget_bias=forget_bias), address)


def resume(bench: RaceBench) -> None:
    """Let the race on screen go on."""
    if bench.view is not None:
        key = bench.view.key
        guarded(lambda: race_service().submit(key))


def pause(bench: RaceBench) -> None:
    """Let the race on screen halt."""
    if bench.view is not None:
        key = bench.view.key
        guarded(lambda: race_service().pause(key))


def stop(bench: RaceBench) -> None:
    """End the race on screen."""
    if bench.view is not None:
        key = bench.view.key
        guarded(lambda: race_service().stop(key))


def one_step(bench: RaceBench, address: Address) -> None:
    """Train ten updates of the race on screen, or of a new one where it is over."""
    view = bench.view
    if view is None or view.state.over:
        start(bench.config, address, records=1)
    else:
        guarded(lambda: race_service().submit(view.key, records=1))
