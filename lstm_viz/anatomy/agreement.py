"""What a torch module gives when it runs: shapes, and which of its results are the same numbers, measured."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from lstm_viz.anatomy.blueprint import blueprint_of, torch_module
from lstm_viz.anatomy.conversion import Model, torch_weights
from lstm_viz.anatomy.ports import Comparison, Run, comparisons
from lstm_viz.recurrent.models import build_rnn
from lstm_viz.recurrent.random_source import RandomSource
from lstm_viz.recurrent.specification import ModelConfig

MOST_STEPS, MOST_SEQUENCES = 100, 2
ROUNDING = 1e-5  # two ways to the same number may round otherwise


@dataclass(frozen=True)
class Agreement:
    """A comparison, and by how much its two sides differ at most.

    Args:
        comparison: what is said to be the same, or not.
        difference: the largest of any number.
    """

    comparison: Comparison
    difference: float

    @property
    def holds(self) -> bool:
        """Whether the numbers say what is claimed."""
        return (self.difference <= ROUNDING) is self.comparison.same


def last_module(model: Model, batch_first: bool) -> nn.RNNBase:
    """Build the last torch module of the generated code with the model's weights."""
    blueprint = blueprint_of(model.config)
    stack, last = blueprint.stack, blueprint.stack.num_layers - 1
    layers, width = (last + 1, stack.input_size) if blueprint.one_module else (1, stack.widths[last])
    options = {name: getattr(stack, name) for name in ("bidirectional", "bias", "activation")}
    config = ModelConfig(stack.cell, width, stack.sizes[last], layers, **options)
    with RandomSource(0):  # replaced by the model's weights
        module = build_rnn(config)
    module.batch_first = batch_first
    name, weights = f"{torch_module(blueprint, last)}.", torch_weights(model)
    own = {key.removeprefix(name): torch.from_numpy(value) for key, value in weights.items() if key.startswith(name)}
    module.load_state_dict(own)
    return module.eval()


@torch.inference_mode()
def run_module(module: nn.RNNBase, run: Run) -> tuple[Tensor, Tensor]:
    """Let a module read random numbers.

    Returns:
        `output` and `h_n`.
    """
    shape: tuple[int, ...] = (run.steps, module.input_size)
    if run.batch is not None:
        shape = (run.batch, *shape) if run.batch_first else (run.steps, run.batch, module.input_size)
    output, state = module(torch.randn(shape, generator=torch.Generator().manual_seed(0)))
    return output, state[0] if isinstance(state, tuple) else state


def small(run: Run) -> Run:
    """Give a run of the same kind that is over in a moment: what equals what depends on neither length nor batch."""
    return replace(run, steps=min(run.steps, MOST_STEPS), batch=run.batch and min(run.batch, MOST_SEQUENCES))


def agreements(model: Model, run: Run) -> tuple[Agreement, ...]:
    """Run the last torch module of a model, and measure what is the same among its results."""
    module = last_module(model, run.batch_first)
    output, h_n = run_module(module, small(run))
    results = {"output": output, "h_n": h_n, "torch": torch, "u": module.hidden_size}

    def difference(claim: Comparison) -> float:
        left, right = (eval(side, results) for side in (claim.left, claim.right))  # written in `ports.py`, by us
        return float((left - right).abs().max())

    return tuple(Agreement(claim, difference(claim)) for claim in comparisons(model.config, run))
