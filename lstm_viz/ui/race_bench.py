"""What *Memory race* works on: worked out from the address, once per rerun."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lstm_viz.errors import LSTMVizError
from lstm_viz.racing.config import RACING_CELLS, TASKS, RaceConfig, usual_config
from lstm_viz.runs.race_records import RaceView
from lstm_viz.runs.races import race_service
from lstm_viz.ui.address import Address
from lstm_viz.ui.session import current_session
from lstm_viz.ui.wishes import read_wishes, settle


def _read_cells(text: str) -> tuple[str, ...]:
    named = text.split("-")
    known = tuple(cell for cell in RACING_CELLS if cell in named)
    return known if len(known) == len(named) else tuple(named)


PARSERS: dict[str, Callable[[str], Any]] = {
    "task": str,
    "length": int,
    "hidden_size": int,
    "forget_bias": float,
    "seed": int,
    "learning_rate": float,
    "batch_size": int,
    "updates": int,
    "gradient_clip": float,
    "initialization": str,
    "cells": _read_cells,
}
TERMS = {"task": "race_task", "length": "race_length", "cells": "race_cells", "batch_size": "race_batch"}


@dataclass(frozen=True, eq=False)
class RaceBench:
    """All that the page shows.

    Args:
        config: what Start would race: what is wished for, without what cannot be.
        base: what the controls show without any wish: the settings of the opened race, else the usual ones.
        errors: what is wrong, by the setting that it stands beside.
        view: the race in the address; None where there is none.
        view_error: why the race in the address cannot be shown.
    """

    config: RaceConfig
    base: RaceConfig
    errors: dict[str, str] = field(default_factory=dict)
    view: RaceView | None = None
    view_error: LSTMVizError | None = None

    @property
    def is_of_race(self) -> bool:
        """Whether the controls show what the opened race was started with."""
        return self.view is not None and self.view.config == self.config and not self.errors


def open_race_bench(address: Address) -> RaceBench:
    """Work out settings and race from the address; what is wrong is kept beside what is right."""
    view, view_error = _find_race(address.get("race"))
    wishes, errors = read_wishes(address, PARSERS, TERMS)
    task = wishes.get("task")
    base = view.config if view and task in (None, view.config.task) else usual_config(task or TASKS[0])
    usual = {**base.to_dict(), "cells": base.cells}
    config = settle(RaceConfig, usual, wishes, errors, fallback=_usual_value, terms=TERMS)
    if view is not None and view.key not in current_session().races:
        current_session().races.append(view.key)
    return RaceBench(config, base, errors, view, view_error)


def _find_race(key: str | None) -> tuple[RaceView | None, LSTMVizError | None]:
    if key is None:
        return None, None
    try:
        return race_service().view(key), None
    except LSTMVizError as error:
        return None, error


def _usual_value(values: dict[str, Any], name: str) -> Any:
    """Give what is usual for a task, where another race's setting has no room."""
    return getattr(usual_config(str(values["task"])), name)


def term_of(name: str) -> str:
    """Name the term of the glossary that explains a setting."""
    return TERMS.get(name, name)


def written(value: Any) -> str:
    """Write a value as the address does."""
    if isinstance(value, tuple | list):
        return "-".join(str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def parameters_of_address(config: RaceConfig) -> dict[str, str]:
    """Give what the address says of a race: all that differs from the usual settings of its task, and the task."""
    usual = {**usual_config(config.task).to_dict(), "cells": RACING_CELLS, "task": TASKS[0]}
    values = {name: getattr(config, name) for name in PARSERS}
    return {name: written(value) for name, value in values.items() if value != usual[name]}
