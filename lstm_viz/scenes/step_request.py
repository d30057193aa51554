"""What somebody wants to step, in words that need no torch."""

from dataclasses import dataclass
from typing import Annotated

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.specification import CELLS, Activation, Cell, ForgetBias, Pooling
from lstm_viz.sequences.tasks.catalogue import TASKS
from lstm_viz.sequences.tasks.task import Split
from lstm_viz.settings import Between, Seed, require_valid

UNTRAINED = "untrained"
FORECAST = "forecast"
RUN, CLASS, STATE = "run:", "class:", "state:"
SOURCES: tuple[str, ...] = (*TASKS, FORECAST, UNTRAINED)
FOLLOWED = (*SOURCES, RUN)  # those whose gradient can be shown
STEPPED = (*FOLLOWED, CLASS, STATE)
DEFAULT_SOURCE = SOURCES[0]
UNTRAINED_TEXT = "I love Beijing because I love noodles"
MAX_UNTRAINED_SIZE = 128


def kind_of(source: str) -> str:
    """Give the kind of a source: the prefix where a key stands behind it, else its name."""
    name, colon, _ = source.partition(":")
    return name + colon


def require_source(source: str) -> None:
    """Refuse a source that is not known with a `SettingsError`."""
    if kind_of(source) not in STEPPED:
        raise SettingsError(f"`source` (={source[:40]}) is not known. Use one of {', '.join(SOURCES)}.")


@dataclass(frozen=True)
class StepRequest:
    """Describe what is stepped.

    The source is a task of the zoo, `forecast`, `untrained`, `run:` and the key of a run on the Forecast page, `class:` and
    that of a classifier, or `state:` and the key of an uploaded file of weights.

    Raises:
        SettingsError: a value lies outside what can be stepped.
    """

    source: str = DEFAULT_SOURCE
    text: str = ""  # what the model reads, or the number of a test sequence; empty: the example
    splitting: Split = "auto"  # how a text for an untrained model becomes tokens
    cells: tuple[Cell, ...] = ("lstm",)  # the lanes, one for each cell
    layer: int = 0  # from 0
    seed: Seed = 0  # of an untrained model as the next two, and of the random sequence for imported weights
    hidden_size: Annotated[int, Between(1, MAX_UNTRAINED_SIZE)] = 16
    forget_bias: ForgetBias = 1.0
    what_if: str = ""  # interventions as `what_if.py` writes them
    pooling: Pooling = "last"  # of imported weights, which do not say it
    activation: Activation = "tanh"  # likewise

    def __post_init__(self) -> None:
        require_source(self.source)
        if not self.cells:
            raise SettingsError(f"`cells` names no cell. Use one or more of {', '.join(CELLS)}.")
        require_valid(self)
