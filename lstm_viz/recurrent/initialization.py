"""Initial weights by name, and random numbers that belong to nobody else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode, _get_current_dispatch_mode_stack

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.specification import MAX_RECURRENT_SCALE, Initialization, ModelConfig, StackConfig
from lstm_viz.settings import require_between

GENERATOR_OVERLOADS = {"default": "generator", "low": "low_generator"}


class RandomSource(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Let everything that torch draws in a `with` block, in this thread alone, come from one generator.

    Constructors of modules and dropout inside `nn.LSTM`, `nn.GRU` and `nn.RNN` draw too and take no generator; sessions are
    threads of one process, and a seed set for torch as a whole would be set for all of them. The numbers are those that
    follow `torch.manual_seed(seed)`, to the bit. An operation that can draw from the shared state only is refused with a
    NotImplementedError.

    Args:
        source: a seed, or a generator, which goes on from where it stands.

    Example:
        >>> with RandomSource(0):
        ...     one = nn.Linear(1, 1)
        >>> with RandomSource(0):
        ...     other = nn.Linear(1, 1)
        >>> torch.equal(one.weight, other.weight)
        True
    """

    def __init__(self, source: int | Generator) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.generator = source if isinstance(source, Generator) else Generator().manual_seed(source)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Hand an operation that draws the generator, unless it has been given one."""
        kwargs = kwargs or {}
        if torch.Tag.nondeterministic_seeded in func.tags and kwargs.get("generator") is None:
            return _with_generator(func)(*args, **{**kwargs, "generator": self.generator})
        return func(*args, **kwargs)


@contextmanager
def own_source() -> Iterator[None]:
    """Let what makes or fills a model draw from the source of the block that it is called in, else from one of seed 0."""
    sources = [mode for mode in _get_current_dispatch_mode_stack() if isinstance(mode, RandomSource)]
    with nullcontext() if sources else RandomSource(0):
        yield


def _with_generator(func: Any) -> Any:
    """Find the form of an operation that takes a generator, or refuse."""
    if any(argument.name == "generator" for argument in func._schema.arguments):
        return func
    name = GENERATOR_OVERLOADS.get(func._overloadname, "")
    if name not in func.overloadpacket.overloads():
        raise NotImplementedError(f"`{func}` draws from the random state of the whole process; it takes no generator.")
    return getattr(func.overloadpacket, name)


def has_dropout(model: nn.Module) -> bool:
    """Whether a model draws while it is trained, in a layer of its own or between the layers of a recurrent one."""
    recurrent = [part.dropout for part in model.modules() if isinstance(part, nn.RNNBase)]
    return any(rate > 0 for rate in (*recurrent, *(part.p for part in model.modules() if isinstance(part, nn.Dropout))))


_Fill = Callable[[Tensor], Tensor]

FILLS: dict[Initialization, tuple[_Fill, _Fill]] = {
    "keras": (nn.init.xavier_uniform_, nn.init.orthogonal_),
    "orthogonal": (nn.init.orthogonal_, nn.init.orthogonal_),
    "xavier": (nn.init.xavier_uniform_, nn.init.xavier_uniform_),
    "identity": (partial(nn.init.normal_, std=0.001), nn.init.eye_),
}


def set_start(rnn: nn.RNNBase, config: ModelConfig | StackConfig) -> None:
    """Give fresh layers of torch the start values that a config names."""
    if config.initialization != "torch":
        initialize(rnn, config.initialization)
    if isinstance(rnn, nn.LSTM):
        set_forget_bias(rnn, config.forget_bias)


@own_source()
def initialize(rnn: nn.RNNBase, name: Initialization) -> None:
    """Draw new start values for all layers and directions, each gate's block of a stacked matrix by itself."""
    if name == "torch":
        rnn.reset_parameters()
        return
    fill_input, fill_recurrent = FILLS[name]
    with torch.no_grad():
        for parameter_name, parameter in rnn.named_parameters():
            if parameter_name.startswith("bias_"):
                parameter.zero_()
                continue
            fill = fill_input if parameter_name.startswith("weight_ih") else fill_recurrent
            for block in torch.split(parameter, rnn.hidden_size):
                fill(block)


def set_forget_bias(rnn: nn.LSTM, value: float) -> None:
    """Set the forget gate's bias of every layer and direction: torch adds `bias_ih`, which gets it, and `bias_hh`, now 0."""
    size = rnn.hidden_size
    with torch.no_grad():
        for name, bias in rnn.named_parameters():
            if name.startswith("bias_"):
                bias[size : 2 * size] = value if name.startswith("bias_ih") else 0.0


def scale_recurrent(rnn: nn.RNNBase, *, scale: float | None = None, spectral_radius: float | None = None) -> None:
    """Stretch the recurrent weights U of every layer and direction in place, each gate's block by itself.

    Args:
        scale: factor for every block.
        spectral_radius: largest |eigenvalue| that every block gets; one whose eigenvalues are all 0 stays as it is.

    Raises:
        SettingsError: both or neither are given, or the one that is lies outside 0 to 100.
    """
    options = {"scale": scale, "spectral_radius": spectral_radius}
    given = [(name, value) for name, value in options.items() if value is not None]
    if len(given) != 1:
        both = " and ".join(f"`{name}` (={value})" for name, value in options.items())
        raise SettingsError(f"{both}: exactly one of them must be given. Leave the other out.")
    [(name, value)] = given
    require_between(name, value, 0.0, MAX_RECURRENT_SCALE)
    with torch.no_grad():
        stacked = [weights for named, weights in rnn.named_parameters() if named.startswith("weight_hh")]
        for block in (block for weights in stacked for block in torch.split(weights, rnn.hidden_size)):
            block *= value if name == "scale" else _ratio_to(value, block)


def _ratio_to(spectral_radius: float, block: Tensor) -> float:
    """Find the factor that brings a square matrix to a spectral radius, in float64; 1 where no factor can."""
    now = float(torch.linalg.eigvals(block.double()).abs().max())
    return spectral_radius / now if now > 0 else 1.0
