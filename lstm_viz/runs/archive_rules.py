"""What holds for every part of a run from elsewhere: it has the type and the size of one of ours, or it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
from safetensors import SafetensorError

from lstm_viz.errors import LSTMVizError, RunError

MAX_TEXT = 500
FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    RuntimeError,
    OSError,
)


@contextmanager
def sound(name: str) -> Iterator[None]:
    """Say of a file that it cannot be read, whatever is wrong with it.

    Raises:
        RunError: something is wrong with it.
    """
    try:
        yield
    except (*FAULTS, SafetensorError, pa.ArrowException, LSTMVizError) as error:
        raise RunError(
            f"The zip holds no sound run: its file `{name}` is not what it should be. Bring a zip that the Runs page gave."
        ) from error


def require(holds: object, what: str) -> None:
    """Refuse where something does not hold.

    Raises:
        ValueError: it does not.
    """
    if not holds:
        raise ValueError(what)


def is_like(value: object, like: object) -> bool:
    """Tell whether plain values have the same shape and types as others; whole numbers will do for decimal ones."""
    if isinstance(like, dict):
        return isinstance(value, dict) and value.keys() == like.keys() and all(is_like(value[k], like[k]) for k in like)
    if isinstance(like, float):
        return type(value) in (int, float) and bool(np.isfinite(float(value)))  # type: ignore[arg-type]
    if isinstance(like, str):
        return isinstance(value, str) and len(value) <= MAX_TEXT
    if isinstance(like, (bool, int)):
        return type(value) is type(like)
    return value is None or isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) <= MAX_TEXT)
