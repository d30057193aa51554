"""What *Memory race* works on: worked out from the address, once per rerun."""

from dataclasses import dataclass
from typing import Any

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import GLOSSARY
from lstm_viz.racing.config import RACING_CELLS, TASKS, RaceConfig, usual_config
from lstm_viz.runs.race_records import RaceView
from lstm_viz.runs.races import race_service
from lstm_viz.settings import settings_of, written
from lstm_viz.ui.address import Address
from lstm_viz.ui.forms import Settings, read_requested, settle
from lstm_viz.ui.launch import find_view
from lstm_viz.ui.session import current_session

RACE_SETTINGS = settings_of(RaceConfig)


@dataclass(frozen=True, eq=False)
class RaceBench(Settings):
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


def open_race_bench(address: Address) -> RaceBench:
    """Work out settings and race from the address; what is wrong is kept beside what is right."""
    view, view_error = find_view(race_service(), address.get("race"))
    requested, errors = read_requested(address, RACE_SETTINGS, term_of)
    task = requested.get("task")
    base = view.config if view and task in (None, view.config.task) else usual_config(task or TASKS[0])
    usual = {**base.to_dict(), "cells": base.cells}
    config = settle(RaceConfig, usual, requested, errors, _usual_value, term_of)
    if view is not None and view.key not in current_session().races:
        current_session().races.append(view.key)
    return RaceBench(config, base, requested, errors, view=view, view_error=view_error)


def _usual_value(values: dict[str, Any], name: str) -> Any:
    """Give what is usual for a task, where another race's setting has no room."""
    return getattr(usual_config(str(values["task"])), name)


def term_of(name: str) -> str:
    """Name the term of the glossary that explains a setting."""
    return f"race_{name}" if f"race_{name}" in GLOSSARY else name


def parameters_of_address(config: RaceConfig) -> dict[str, str]:
    """Give what the address says of a race: all that differs from the usual settings of its task, and the task."""
    usual = {**usual_config(config.task).to_dict(), "cells": RACING_CELLS, "task": TASKS[0]}
    values = {name: getattr(config, name) for name in RACE_SETTINGS}
    return {name: written(value) for name, value in values.items() if value != usual[name]}
