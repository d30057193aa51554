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
FOLDED = ("learning_rate", "batch_size", "updates", "gradient_clip", "initialization", "cells")
SLIDER_BIAS = Between(-2.0, 5.0, 0.25)
OF_TASK = ("length", "hidden_size", "learning_rate")  # another task begins with what is usual for it


@dataclass(frozen=True, eq=False)
class RacePage(Settings):
    """All that the page shows: the settings of the controls, and the race in the address, or why it cannot be shown."""

    view: RaceView | None = None
    view_error: LSTMVizError | None = None

    def suggested_value(self, name: str) -> Any:
        """Return the value that the address need not name: of the open race, else the usual one."""
        if name == "task":
            return self.view.config.task if self.view else TASKS[0]
        return super().suggested_value(name)

    @property
    def is_of_race(self) -> bool:
        """Whether the controls show what the opened race was started with."""
        return self.view is not None and self.view.config == self.config and not self.errors


def open_race_page(address: Address) -> RacePage:
    """Read settings and race from the address; errors are kept next to what is possible."""
    view, view_error = find_view(race_service(), address.get("race"))
    requested, errors = read_requested(address, RACE_SETTINGS, term_of)
    task = requested.get("task")
    base = view.config if view and task in (None, view.config.task) else usual_config(task or TASKS[0])

    def usual(values: dict[str, Any], name: str) -> Any:
        return getattr(usual_config(str(values["task"])), name)

    config = settle(RaceConfig, base.to_dict(), requested, errors, usual, term_of)
    if view is not None and view.key not in current_session().races:
        current_session().races.append(view.key)
    return RacePage(config, base, errors=errors, view=view, view_error=view_error)


def term_of(name: str) -> str:
    """Return the term of the glossary that explains a setting."""
    return f"race_{name}" if f"race_{name}" in GLOSSARY else name


def parameters_of_address(config: RaceConfig) -> dict[str, str]:
    """Return what the address says of a race: the task, and what differs from its usual settings."""
    usual = {**usual_config(config.task).to_dict(), "task": TASKS[0]}
    values = {name: getattr(config, name) for name in RACE_SETTINGS}
    return {name: written(value) for name, value in values.items() if value != usual[name]}


def race_controls(page: RacePage, address: Address) -> None:
    """Draw the controls, each with what is wrong with it; a change goes to the address."""
    form = Form(page, address, term_of, "race", {"task": dict.fromkeys(OF_TASK)})
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
    words = f"Solved: {task.finish}, twice in a row. Guessing: {task.because} Source: {task.source}."
    st.markdown(small(literal(words)))


def race_buttons(page: RacePage, address: Address) -> None:
    """Draw the buttons in one row; what makes no sense now is disabled."""
    view, service = page.view, race_service()
    key, active = (view.key, view.state.active) if view else ("", False)
    arrive(f"{key} {active}" if view else "", moved=current_session().moved)
    can_resume = view is not None and not active and not view.state.over

    def start_race() -> None:
        _start(page.config, address)

    def one_step() -> None:
        if view is None or view.state.over:
            _start(page.config, address, records=1)
        else:
            _act(service.submit, key, 1)

    step = f"Train each network for {UPDATES_PER_RECORD} updates, then pause. Starts a new race if none is open."
    with st.container(horizontal=True, gap="small"):
        useless = (active and page.is_of_race) or bool(page.errors)
        new: Any = {"type": "primary", "icon": ":material/sports_score:", "on_click": start_race, "disabled": useless}
        meaning = "Train all networks side by side from new weights. The race on screen stays in the table."
        st.button("Start race", key="race-start", help=meaning, **new)
        if can_resume:
            _button(
                "Resume", "resume", "resume", lambda: _act(service.submit, key), True, "Continue exactly as it was."
            )
        else:
            _button("Pause", "pause", "pause", lambda: _act(service.pause, key), active, "Nothing is lost.")
        _button("One step", "step", "skip_next", one_step, not active and (can_resume or not page.errors), step)
        _button("Stop", "stop", "stop", lambda: _act(service.stop, key), active or can_resume, "End this race.")
    show_refusal("race")


def _button(label: str, name: str, icon: str, act: Callable[[], None], enabled: bool, meaning: str) -> None:
    options: dict[str, Any] = {"on_click": act, "disabled": not enabled, "help": meaning}
    st.button(label, key=f"race-{name}", icon=f":material/{icon}:", **options)


def _start(config: RaceConfig, address: Address, records: int = 0) -> None:
    """Store a new race, queue it, and put it into the address; a second click on the same does nothing."""
    service = race_service()
    going, _ = find_view(service, address.get("race"))
    if going is None or going.config != config or not going.state.active:
        launch("race", service, lambda: service.create(config), address, "race", records)


def start_with_bias(config: RaceConfig, forget_bias: float, address: Address) -> None:
    """Start the same race with another forget bias."""
    _start(replace(config, forget_bias=forget_bias), address)


def _act(action: Callable[..., None], *arguments: object) -> None:
    current_session().moved = True
    with refusing("race"):
        action(*arguments)
