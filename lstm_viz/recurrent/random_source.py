"""Where random numbers come from: a generator of one's own, never the state that all threads of a process share."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Generator, nn
from torch.utils._python_dispatch import TorchDispatchMode, _get_current_dispatch_mode_stack

GENERATOR_OVERLOADS = {"default": "generator", "low": "low_generator"}


class RandomSource(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Let everything that torch draws in a `with` block, in this thread alone, come from one generator.

    Constructors of modules and dropout inside `nn.LSTM`, `nn.GRU` and `nn.RNN` draw too and take no generator; sessions are
    threads of one process, and a seed set for torch as a whole would be set for all of them. The numbers are those that
    follow `torch.manual_seed(seed)`, to the bit.

    Args:
        source: a seed, or a generator, which goes on from where it stands.

    Raises:
        NotImplementedError: inside the block, at an operation that can draw from the shared state only.

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


def own_source() -> AbstractContextManager:
    """Give what a model draws from while it is made: the source of the block that it is made in, else one of seed 0."""
    sources = [mode for mode in _get_current_dispatch_mode_stack() if isinstance(mode, RandomSource)]
    return nullcontext() if sources else RandomSource(0)


def _with_generator(func: Any) -> Any:
    """Find the form of an operation that takes a generator.

    Raises:
        NotImplementedError: there is none.
    """
    if any(argument.name == "generator" for argument in func._schema.arguments):
        return func
    name = GENERATOR_OVERLOADS.get(func._overloadname, "")
    if name not in func.overloadpacket.overloads():
        raise NotImplementedError(f"`{func}` draws from the random state of the whole process; it takes no generator.")
    return getattr(func.overloadpacket, name)


def has_dropout(model: nn.Module) -> bool:
    """Whether a model draws while it is trained, in a layer of its own or between the layers of a recurrent one."""
    modules = list(model.modules())
    return any(module.dropout > 0 for module in modules if isinstance(module, nn.RNNBase)) or any(
        module.p > 0 for module in modules if isinstance(module, nn.Dropout)
    )
