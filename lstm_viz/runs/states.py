"""Weights that somebody brought: kept under an unguessable key, opened as a model."""

from dataclasses import dataclass

from lstm_viz.anatomy.foreign import ForeignModel, Untold, read_foreign
from lstm_viz.errors import RunNotFound
from lstm_viz.recurrent.parameters import bytes_of_weights
from lstm_viz.runs.byte_cache import ByteCache
from lstm_viz.runs.naming import clean_name
from lstm_viz.runs.service import training_service

GONE = (
    "These weights are not on this server: the address may be mistyped, or they are older than what is kept. Bring the file "
    "again, on the Anatomy page."
)


@dataclass(frozen=True, eq=False)
class BroughtState:
    """A model from elsewhere with the name of its file."""

    key: str
    name: str
    foreign: ForeignModel


def keep_state(name: str, data: bytes) -> str:
    """Read the bytes of a state and keep them.

    Returns:
        The key that they are found under.

    Raises:
        WeightsError: they cannot be read; nothing is kept then.
    """
    read_foreign(data)
    return training_service().uploads.add(clean_name(name) or "weights", data)


def state_stored(key: str) -> int:
    """Tell when a state was stored, in nanoseconds.

    Raises:
        RunNotFound: it is not here.
    """
    try:
        return training_service().uploads.folders.changed(key, "file")
    except RunNotFound as error:
        raise RunNotFound(GONE) from error


def open_state(key: str, untold: Untold | None = None) -> BroughtState:
    """Open a state that was kept.

    Args:
        key: that it was kept under.
        untold: what the weights do not tell, as somebody knows it.

    Raises:
        RunNotFound: nothing is stored under the key.
        WeightsError: what is stored is no state.
    """
    told = untold or Untold()
    return _states.get((key, state_stored(key), told), lambda: _open_weights(key, told))


_states: ByteCache[BroughtState] = ByteCache(lambda state: bytes_of_weights(state.foreign.model))


def _open_weights(key: str, untold: Untold) -> BroughtState:
    name, data = training_service().uploads.get(key)
    return BroughtState(key, name, read_foreign(data, untold))
