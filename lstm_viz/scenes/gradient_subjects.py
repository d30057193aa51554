"""The models whose gradients are compared, the sequence that each reads, and the loss that they get."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lstm_viz.errors import RunError, SequenceError
from lstm_viz.recurrent.gradients import Loss, in_double
from lstm_viz.recurrent.initialization import scale_recurrent
from lstm_viz.recurrent.layers import LayeredModel
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import CELLS, Cell, ModelConfig
from lstm_viz.scenes.gradient_request import INPUT_SIZE, FlowRequest
from lstm_viz.scenes.sources import Source, find_source
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_subject import Subject
from lstm_viz.sequences.tasks.catalogue import TASKS
from lstm_viz.sequences.tasks.task import shares


@dataclass(frozen=True, eq=False)
class Reader:
    """One model, what it reads, and its loss."""

    model: SequenceModel  # in float64
    sequence: np.ndarray  # token indices (T,), or features (T, I)
    loss: Loss  # of its answers after each step, (T, O)
    readout: np.ndarray  # what its answer to one step takes from the hidden state, (O, H)


@dataclass(frozen=True, eq=False)
class Contestant:
    """One cell in the comparison."""

    cell: Cell
    frames: tuple[tuple[int, tuple[Reader, ...]], ...]  # (epoch, readers); one reader, or one per seed
    labels: tuple[str, ...]  # of the steps, (T,)
    layer: int = 0  # from 0


def source_behind(request: FlowRequest) -> Source:
    """Find what stands behind the source of a request."""
    return find_source(StepRequest(request.source, request.text))


def cells_of(request: FlowRequest) -> tuple[Cell, ...]:
    """Name the cells that are compared: all, or the one of a run, which may be gone (`RunNotFound`)."""
    source = source_behind(request)
    return source.cells() if source.alone else CELLS[::-1]


def contestant(request: FlowRequest, cell: Cell) -> Contestant:
    """Set up one cell of a request, untrained or along its training on its own data; may raise any `LSTMVizError`."""
    if not request.trained:
        labels = tuple(str(step) for step in range(1, request.length + 1))
        return Contestant(cell, ((0, untrained_readers(request, cell)),), labels)
    source = source_behind(request)
    if source.alone and request.layer >= (layers := source.layers()):
        raise RunError(f"`layer` (={request.layer + 1}) does not exist: this model has {layers}.")
    subject = source.open(cell)
    loss = _loss_of(request, subject)
    frames = []
    for epoch, weights in source.path(subject):
        assert isinstance(subject.model, SequenceModel)
        model = in_double(subject.model)
        model.load_state_dict(weights)
        frames.append((epoch, (Reader(model, subject.sequence, loss, model.head.weight.detach().numpy()),)))
    return Contestant(cell, tuple(frames), subject.labels, request.layer)


def model_of(request: FlowRequest, cell: Cell) -> LayeredModel:
    """Open the model of a cell at the end of its training, of several untrained ones the first; may raise `LSTMVizError`."""
    if request.trained:
        return find_source(StepRequest(request.source)).open(cell).model
    return _untrained_reader(request, cell, request.seed).model.float()


def untrained_readers(request: FlowRequest, cell: Cell) -> tuple[Reader, ...]:
    """Draw models, and from the seed and the sizes alone, so that all cells get the same, sequences and losses.

    The sequence is standard normal, the loss the projection of the hidden state on a random unit vector.
    """
    return tuple(_untrained_reader(request, cell, request.seed + place) for place in range(request.seeds))


def _untrained_reader(request: FlowRequest, cell: Cell, seed: int) -> Reader:
    size = request.hidden_size
    config = ModelConfig(
        *(cell, INPUT_SIZE, size),
        forget_bias=request.forget_bias,
        initialization=request.initialization,
        activation=request.activation,
        reads="every",
    )
    model = build_model(config, seed)
    if request.spectral_radius is not None:
        scale_recurrent(model.rnn, spectral_radius=request.spectral_radius)
    if request.scale != 1.0:
        scale_recurrent(model.rnn, scale=request.scale)
    rng = np.random.default_rng(seed)
    sequence = rng.normal(size=(request.length, INPUT_SIZE))
    direction = rng.normal(size=size)
    direction /= np.linalg.norm(direction)
    model = in_double(model)
    with torch.no_grad():
        model.head.weight.copy_(torch.from_numpy(direction[None]))
        model.head.bias.zero_()
    loss: Loss = (lambda answers: answers[-1].sum()) if request.where == "last" else Tensor.sum
    return Reader(model, sequence, loss, direction[None])


def _loss_of(request: FlowRequest, subject: Subject) -> Loss:
    """Give the loss that the model was trained on, for this very sequence."""
    if subject.experiment is not None:
        return _squared_error(subject, request)
    task = TASKS[request.source]
    wanted = shares(task, task.annotate(subject.labels))
    scored = np.flatnonzero(wanted.sum(axis=1))
    if not len(scored):
        raise SequenceError(
            "No step of this text is scored, so there is no loss and no gradient. Type a sequence of the task, "
            f"for example “{task.example}”."
        )
    if request.where == "last":
        wanted[: scored[-1]] = 0.0
    target = torch.from_numpy(wanted)
    return lambda answers: -(target * answers.log_softmax(dim=1)).sum()


def _squared_error(subject: Subject, request: FlowRequest) -> Loss:
    """Give the mean squared error of the forecasts after each step, or after the last, where the truth is known."""
    experiment = subject.experiment
    assert experiment is not None
    end, steps, horizon = experiment.split.train_end, len(subject.sequence), experiment.config.steps_answered
    coming = (experiment.adjusted[end - steps :] - experiment.levels[end - 1]) / experiment.preparation.unit
    truth = np.full((steps, horizon), np.nan)
    for step in range(steps):
        known = coming[step + 1 : step + 1 + horizon]
        truth[step, : len(known)] = known
    if request.where == "last":
        truth[:-1] = np.nan
    target = torch.from_numpy(truth)
    known_cells = torch.isfinite(target)
    return lambda answers: ((answers - target)[known_cells] ** 2).sum() / horizon
