"""Start, pause, resume, one step, stop: what a click does to a race, and which clicks make sense."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from lstm_viz.racing.config import UPDATES_PER_RECORD, RaceConfig
from lstm_viz.runs.races import race_service
from lstm_viz.ui.address import Address
from lstm_viz.ui.arrive import arrive
from lstm_viz.ui.errors import refusing, show_refusal
from lstm_viz.ui.launch import find_view, launch
from lstm_viz.ui.race_bench import RaceBench
from lstm_viz.ui.session import current_session

ONE_STEP = f"Train each network for {UPDATES_PER_RECORD} updates, then pause. Begins a new race where none is open."


def race_buttons(bench: RaceBench, address: Address) -> None:
    """Draw the buttons in one row; what makes no sense now cannot be pressed."""
    state, key = (bench.view.state, bench.view.key) if bench.view else (None, "")
    service = race_service()
    arrive(f"{bench.view.key} {bench.view.state.active}" if bench.view else "", moved=current_session().moved)
    active, can_go_on = bool(state and state.active), bool(state and not state.active and not state.over)
    with st.container(horizontal=True, gap="small"):
        _start_button(bench, address, racing_it=active and bench.is_of_race)
        if can_go_on:
            button("Resume", "resume", on_click=ask, args=(service.submit, key), help="Go on with the same numbers.")
        else:
            button(
                "Pause",
                "pause",
                on_click=ask,
                args=(service.pause, key),
                disabled=not active,
                help="Halt; nothing is lost.",
            )
        useless = active or (bool(bench.errors) and not can_go_on)
        button("One step", "step", on_click=one_step, args=(bench, address), disabled=useless, help=ONE_STEP)
        stoppable = active or can_go_on
        button(
            "Stop",
            "stop",
            on_click=ask,
            args=(service.stop, key),
            disabled=not stoppable,
            help="End this race for good.",
        )
    show_refusal("race")


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


def start(config: RaceConfig, address: Address, records: int = 0) -> None:
    """Store a new race, queue it, and put it into the address; a second click on the same does nothing."""
    service = race_service()
    going, _ = find_view(service, address.get("race"))
    if going is None or going.config != config or not going.state.active:
        launch("race", service, lambda: service.create(config), address, "race", records)


def start_with_bias(config: RaceConfig, forget_bias: float, address: Address) -> None:
    """Start the same race with another forget bias."""
    start(replace(config, forget_bias=forget_bias), address)


def one_step(bench: RaceBench, address: Address) -> None:
    """Train ten updates of the race on screen, or of a new one where it is over."""
    view = bench.view
    if view is None or view.state.over:
        start(bench.config, address, records=1)
    else:
        ask(race_service().submit, view.key, 1)


def ask(action: Callable[..., None], *arguments: object) -> None:
    """Let the race on screen go on, halt or end."""
    current_session().moved = True
    with refusing("race"):
        action(*arguments)
