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
    """Give what tells the kind of a source: the prefix where a key stands behind it, else its name."""
    name, colon, _ = source.partition(":")
    return name + colon


def require_source(source: str) -> None:
    """Refuse a source that is not known.

    Raises:
        SettingsError: it is none.
    """
    if kind_of(source) not in STEPPED:
        raise SettingsError(f"`source` (={source[:40]}) is not known. Use one of {', '.join(SOURCES)}.")


@dataclass(frozen=True)
class StepRequest:
    """Describe what is stepped.

    Args:
        source: a task of the zoo, `forecast`, `untrained`, `run:` and the key of a run on the Forecast page, `class:` and
            that of a classifier, or `state:` and the key of an uploaded file of weights.
        text: what the model reads; empty takes the example of the source. A forecaster reads its series, a classifier the
            test sequence of this number.
        splitting: how a text for an untrained model becomes tokens.
        cells: the lanes, one for each cell.
        layer: which layer is shown, from 0.
        seed, hidden_size, forget_bias: of an untrained model.
        what_if: interventions as `what_if.py` writes them.
        pooling, activation: of a model that was brought: what its weights do not tell. A random sequence for it comes from
            `seed`.

    Raises:
        SettingsError: a value lies outside what can be stepped.
    """

    source: str = DEFAULT_SOURCE
    text: str = ""
    splitting: Split = "auto"
    cells: tuple[Cell, ...] = ("lstm",)
    layer: int = 0
    seed: Seed = 0
    hidden_size: Annotated[int, Between(1, MAX_UNTRAINED_SIZE)] = 16
    forget_bias: ForgetBias = 1.0
    what_if: str = ""
    pooling: Pooling = "last"
    activation: Activation = "tanh"

    def __post_init__(self) -> None:
        require_source(self.source)
        if not self.cells:
            raise SettingsError(f"`cells` names no cell. Use one or more of {', '.join(CELLS)}.")
        require_valid(self)
