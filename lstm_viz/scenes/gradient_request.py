"""Whose gradient is looked at, and of which loss, in words that need no torch."""

from dataclasses import dataclass
from typing import Annotated, Literal

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.specification import MAX_RECURRENT_SCALE, Activation, Initialization
from lstm_viz.scenes.step_request import FOLLOWED, MAX_UNTRAINED_SIZE, UNTRAINED, kind_of, require_source
from lstm_viz.settings import MAX_SEED, Between, require_valid

_Where = Literal["last", "every"]
MAX_LENGTH = 1000
MAX_SEEDS = 20
MAX_CLIP = 1e6
FORGET_BIASES = (-2.0, 5.0)
SCALES = (0.0, 4.0)
INPUT_SIZE = 8
MAX_WORK = 1_000_000  # steps × units × seeds: some seconds on one slow core


@dataclass(frozen=True)
class FlowRequest:
    """Describe what is shown; `spectral_radius` scales every block of U before `scale`, `clip` the weight gradient.

    Raises:
        SettingsError: a value lies outside what is computed.
    """

    source: str = UNTRAINED  # `untrained`, a task of the zoo, `forecast`, or `run:` and the key of a run
    where: _Where = "last"  # whether the loss sits at the last step, or at every one
    text: str = ""  # what a model of a task reads; empty takes the example of the task
    layer: int = 0  # of a run, from 0
    length: Annotated[int, Between(1, MAX_LENGTH)] = 100  # steps of the random sequence that untrained models read
    hidden_size: Annotated[int, Between(1, MAX_UNTRAINED_SIZE)] = 32  # as the next three: of untrained models
    forget_bias: Annotated[float, Between(*FORGET_BIASES, 0.25)] = 1.0
    initialization: Initialization = "torch"
    activation: Activation = "tanh"  # the RNN's
    seeds: Annotated[int, Between(1, MAX_SEEDS)] = 5  # untrained models of each cell; model k draws from `seed` + k
    seed: Annotated[int, Between(0, MAX_SEED - MAX_SEEDS)] = 0
    scale: Annotated[float, Between(*SCALES, 0.05)] = 1.0  # factor on the recurrent weights U of untrained models
    spectral_radius: Annotated[float | None, Between(0.0, MAX_RECURRENT_SCALE, 0.05)] = None
    clip: Annotated[float, Between(0.0, MAX_CLIP, 0.5)] = 0.0

    def __post_init__(self) -> None:
        require_source(self.source)
        if kind_of(self.source) not in FOLLOWED:
            raise SettingsError(
                f"`source` (={self.source[:12]}…) is a classifier, or a model that somebody brought: these are not followed "
                "back here. Step through it on Step the cell, or choose another one."
            )
        require_valid(self)
        if self.work > MAX_WORK:
            fewer = MAX_WORK // (self.length * self.hidden_size)
            raise SettingsError(
                f"{self.length} steps × {self.hidden_size} units × {self.seeds} seeds are more than is computed at once. "
                f"Use at most {fewer} seeds."
            )

    @property
    def work(self) -> int:
        """Steps × units × seeds of untrained models; 0 for others, which are small."""
        return 0 if self.trained else self.length * self.hidden_size * self.seeds

    @property
    def trained(self) -> bool:
        """Whether the models have learned anything."""
        return self.source != UNTRAINED
