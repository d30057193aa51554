"""What *Memory race* works on: worked out from the address, once per rerun."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lstm_viz.errors import LSTMVizError, SettingsError
from lstm_viz.glossary import label_of
from lstm_viz.racing.config import RACE_TASKS, RACING_CELLS, RaceConfig
from lstm_viz.runs.race_records import RaceView
from lstm_viz.runs.races import race_service
from lstm_viz.ui.address import Address
from lstm_viz.ui.session import current_session


def read_cells(text: str) -> tuple[str, ...]:
    """Read networks joined by hyphens, in the order in which they always stand."""
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
    "cells": read_cells,
}
TERMS = {"task": "race_task", "length": "race_length", "cells": "race_cells", "batch_size": "race_batch"}
USUAL = RaceConfig()


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
    view, view_error = find_race(address.get("race"))
    base = view.config if view else USUAL
    wishes, errors = read_wishes(address)
    config = settle(base, wishes, errors)
    if view is not None and view.key not in current_session().races:
        current_session().races.append(view.key)
    return RaceBench(config, base, errors, view, view_error)


def find_race(key: str | None) -> tuple[RaceView | None, LSTMVizError | None]:
    """Open the race in the address, or say why it cannot be."""
    if key is None:
        return None, None
    try:
        return race_service().view(key), None
    except LSTMVizError as error:
        return None, error


def read_wishes(address: Address) -> tuple[dict[str, Any], dict[str, str]]:
    """Read what the address asks for, and say of each value that is no number that it is none."""
    wishes: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, parse in PARSERS.items():
        text = address.get(name)
        if text is None:
            continue
        try:
            wishes[name] = parse(text)
        except ValueError:
            kind = "a whole number" if parse is int else "a number"
            errors[name] = f"{label_of(term_of(name))} (={text[:40]}) must be {kind}."
    return wishes, errors


def settle(base: RaceConfig, wishes: dict[str, Any], errors: dict[str, str]) -> RaceConfig:
    """Combine wishes with a base; a wish that cannot be is told in `errors` and left out."""
    values, left_out = {**base.to_dict(), "cells": base.cells, **wishes}, set[str]()
    while True:
        try:
            return RaceConfig(**values)
        except SettingsError as error:
            name = named_in(error)
            if name in wishes and name not in left_out:
                errors[name] = with_labels(str(error))
                values[name] = getattr(base, name)
            else:  # the base has no room for another wish
                values[name] = getattr(USUAL, name)
            left_out.add(name)


def named_in(error: SettingsError) -> str:
    """Tell which setting a sentence is about."""
    found = re.search(r"`(\w+)`", str(error))
    if found is None or found[1] not in PARSERS:
        raise error
    return found[1]


def with_labels(sentence: str) -> str:
    """Call settings what the screen calls them."""
    return re.sub(r"`(\w+)`", lambda found: label_of(term_of(found[1])), sentence)


def term_of(name: str) -> str:
    """Name the term of the glossary that explains a setting."""
    return TERMS.get(name, name)


def written(value: Any) -> str:
    """Write a value as the address does."""
    if isinstance(value, tuple | list):
        return "-".join(str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def parameters_of_address(config: RaceConfig, base: RaceConfig = USUAL) -> dict[str, str]:
    """Give what the address says of a race: all that differs from the usual settings."""
    values = {name: getattr(config, name) for name in PARSERS}
    return {name: written(value) for name, value in values.items() if value != getattr(base, name)}


def fitting_length(task: str, length: int) -> int:
    """Keep a length where it is long enough for a task."""
    return max(length, next((known.least_length for known in RACE_TASKS.values() if known.key == task), length))
