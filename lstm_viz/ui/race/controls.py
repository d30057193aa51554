"""The controls of a race, from its address: the task, the competitors, and start, pause and stop."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import GLOSSARY, label_of
from lstm_viz.racing.config import MAX_LENGTH, RACE_TASKS, TASKS, UPDATES_PER_RECORD, RaceConfig, usual_config
from lstm_viz.runs.race_service import race_service
from lstm_viz.runs.records import RaceView
from lstm_viz.settings import Between, settings_of, written
from lstm_viz.ui.shared.form import Form, Settings, more_settings, read_requested, settle
from lstm_viz.ui.shared.launch import find_view, launch
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import arrive
from lstm_viz.ui.shell.errors import refusing, show_refusal
from lstm_viz.ui.shell.markdown import literal, small
from lstm_viz.ui.shell.session import current_session

RACE_SETTINGS = settings_of(RaceConfig)


@dataclass(frozen=True, eq=False)
class RacePage(Settings):
    """All that the page shows: the controls show what Start would race, and beside it what cannot be.

    Args:
        view: the race in the address; None where there is none.
        view_error: why the race in the address cannot be shown.
    """

    view: RaceView | None = None
    view_error: LSTMVizError | None = None

    def shown(self, name: str) -> Any:
        """Give what the widget of a setting shows."""
        return self.usual(name)

    def suggested_value(self, name: str) -> Any:
        """Give the value that the address need not name: of the opened race, else the usual one."""
        if name == "task":
            return self.view.config.task if self.view else TASKS[0]
        return super().suggested_value(name)

    @property
    def is_of_race(self) -> bool:
        """Whether the controls show what the opened race was started with."""
        return self.view is not None and self.view.config == self.config and not self.errors


def open_race_page(address: Address) -> RacePage:
    """Work out settings and race from the address; what is wrong is kept beside what is right."""
    view, view_error = find_view(race_service(), address.get("race"))
    requested, errors = read_requested(address, RACE_SETTINGS, term_of)
    task = requested.get("task")
    base = view.config if view and task in (None, view.config.task) else usual_config(task or TASKS[0])
    config = settle(RaceConfig, base.to_dict(), requested, errors, _usual_value, term_of)
    if view is not None and view.key not in current_session().races:
        current_session().races.append(view.key)
    return RacePage(config, base, requested, errors, view=view, view_error=view_error)


def _usual_value(values: dict[str, Any], name: str) -> Any:
    """Give what is usual for a task, where another race's setting has no room."""
    return getattr(usual_config(str(values["task"])), name)


def term_of(name: str) -> str:
    """Name the term of the glossary that explains a setting."""
    return f"race_{name}" if f"race_{name}" in GLOSSARY else name


def parameters_of_address(config: RaceConfig) -> dict[str, str]:
    """Give what the address says of a race: all that differs from the usual settings of its task, and the task."""
    usual = {**usual_config(config.task).to_dict(), "task": TASKS[0]}
    values = {name: getattr(config, name) for name in RACE_SETTINGS}
    return {name: written(value) for name, value in values.items() if value != usual[name]}


FOLDED = ("learning_rate", "batch_size", "updates", "gradient_clip", "initialization", "cells")
SLIDER_BIAS = Between(-2.0, 5.0, 0.25)
OF_TASK = ("length", "hidden_size", "learning_rate")  # another task begins with what is usual for it


def race_controls(page: RacePage, address: Address) -> None:
    """Draw the controls, each with what is wrong with it; a change goes to the address."""
    form = Form(page, address, term_of, "race", {"task": OF_TASK})
    _choose_task(page, form)
    if page.config.task == "digits":
        st.markdown(small("A digit always has 8 steps."))
    else:
        form.slider("length", Between(RACE_TASKS[page.config.task].least_length, MAX_LENGTH))
    if SLIDER_BIAS.least <= page.config.forget_bias <= SLIDER_BIAS.most:
        form.slider("forget_bias", SLIDER_BIAS)
    else:
        form.draw("forget_bias")
    form.draw("hidden_size", "seed")
    with more_settings("race-more", any(name in page.errors for name in FOLDED)):
        form.several("cells", label_of)
        form.draw("updates", "batch_size")
        form.draw("learning_rate", "gradient_clip")
        form.draw("initialization")


def _choose_task(page: RacePage, form: Form) -> None:
    form.choice("task", words=lambda name: RACE_TASKS[name].title)
    task = RACE_TASKS[page.config.task]
    st.markdown(literal(task.meaning))
    st.markdown(
        small(literal(f"Solved: {task.finish}, twice in a row. Guessing: {task.because} Source: {task.source}."))
    )


ONE_STEP = f"Train each network for {UPDATES_PER_RECORD} updates, then pause. Begins a new race where none is open."


def race_buttons(page: RacePage, address: Address) -> None:
    """Draw the buttons in one row; what makes no sense now cannot be pressed."""
    state, key = (page.view.state, page.view.key) if page.view else (None, "")
    service = race_service()
    arrive(f"{page.view.key} {page.view.state.active}" if page.view else "", moved=current_session().moved)
    active, can_go_on = bool(state and state.active), bool(state and not state.active and not state.over)
    with st.container(horizontal=True, gap="small"):
        _start_button(page, address, racing_it=active and page.is_of_race)
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
        useless = active or (bool(page.errors) and not can_go_on)
        button("One step", "step", on_click=one_step, args=(page, address), disabled=useless, help=ONE_STEP)
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


def _start_button(page: RacePage, address: Address, racing_it: bool) -> None:
    st.button(
        "Start race",
        key="race-start",
        type="primary",
        icon=":material/sports_score:",
        disabled=racing_it or bool(page.errors),
        on_click=start,
        args=(page.config, address),
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


def one_step(page: RacePage, address: Address) -> None:
    """Train ten updates of the race on screen, or of a new one where it is over."""
    view = page.view
    if view is None or view.state.over:
        start(page.config, address, records=1)
    else:
        ask(race_service().submit, view.key, 1)


def ask(action: Callable[..., None], *arguments: object) -> None:
    """Let the race on screen go on, halt or end."""
    current_session().moved = True
    with refusing("race"):
        action(*arguments)
