"""A network of a race in use."""

from lstm_viz.racing.race import bring_back
from lstm_viz.recurrent.models import SequenceModel
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.races import race_service


def open_racer(key: str, cell: Cell) -> SequenceModel:
    """Open a network of a race as far as it has trained; one that has diverged, at its last checkpoint before.

    Raises:
        RunNotFound: there is no such race.
        RunError: its folder is damaged.
    """
    store = race_service().store
    return bring_back(store.config(key), cell, store.start(key, cell)).model
