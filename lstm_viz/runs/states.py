"""Weights that somebody brought: kept under an unguessable key, opened as a model."""

from dataclasses import dataclass
from functools import lru_cache

from lstm_viz.anatomy.foreign import ForeignModel, read_foreign
from lstm_viz.errors import RunNotFound
from lstm_viz.runs.naming import clean_name
from lstm_viz.runs.service import training_service


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


def open_state(key: str) -> BroughtState:
    """Open a state that was kept.

    Raises:
        RunNotFound: nothing is stored under the key.
        WeightsError: what is stored is no state.
    """
    uploads = training_service().uploads
    try:
        uploads.folders.folder(key)
    except RunNotFound as error:
        raise RunNotFound(
            "These weights are not on this server: the address may be mistyped, or they are older than what is kept. "
            "Bring the file again."
        ) from error
    return _open(key, str(uploads.folders.root))


@lru_cache(maxsize=8)
def _open(key: str, root: str) -> BroughtState:
    name, data = training_service().uploads.get(key)
    return BroughtState(key, name, read_foreign(data))
