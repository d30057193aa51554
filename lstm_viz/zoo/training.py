"""How the models that ship are trained, checked and written down."""

import json
import math
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from safetensors.torch import save
from torch import Generator, Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from lstm_viz.recurrent.layers import count_parameters
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import Cell
from lstm_viz.sequences.tasks.agreement import MAIN_VERBS, NUMBERS, Agreement
from lstm_viz.sequences.tasks.catalogue import CLOSERS, TASKS, Brackets, Counting, Recall
from lstm_viz.sequences.tasks.task import END, Task, shares
from lstm_viz.training.config import EpochRecord
from lstm_viz.training.loop import Trainer
from lstm_viz.training.snapshots import WeightsPath, save_snapshots
from lstm_viz.zoo.catalogue import (
    CARD,
    COUNTED_IN_SELECTION,
    FORECAST,
    MODELS,
    SNAPSHOTS,
    TEST,
    VALIDATION,
    VALIDATION_DRAWS,
    WEIGHTS,
    Card,
    Entry,
    Recipe,
    Scores,
    Tokens,
    draws,
    file_of,
    recipe_for,
    training_tokens,
)
from lstm_viz.zoo.models import heldout_error, home_experiment

FORECAST_HIDDEN_SIZE = 16
SCORE_DIGITS = 6
KEPT_SNAPSHOTS = 10
COUNTED_AT_MOST = 200
DEPTHS = range(1, 11)
LONGEST_TESTED = 80
ATTRACTORS = range(9)
DISTRACTORS = (5, 10, 20, 30, 50, 100, 200)
TEST_DRAWS = 300

_Judge = Callable[[np.ndarray, Tokens], Iterator[bool]]  # whether each answer that counts is right


def score(model: nn.Module, task: Task) -> Scores:
    """Score a model in the way of its task."""
    return SCORERS[type(task)](model, task)


def _probabilities(model: nn.Module, task: Task, sequences: Sequence[Tokens]) -> list[np.ndarray]:
    """Let a model answer sequences, (T, outputs) each."""
    inputs = [torch.as_tensor(task.input_vocabulary.encode(tokens)) for tokens in sequences]
    with torch.no_grad():
        answers_BTO = model(pad_sequence(inputs, batch_first=True)).softmax(dim=-1).double().numpy()
    return [answers[: len(tokens)] for answers, tokens in zip(answers_BTO, sequences, strict=True)]


def _score_counting(model: nn.Module, task: Counting) -> Scores:
    right = counted_right(model, task, COUNTED_AT_MOST)
    return Scores(
        f"Largest n up to which every count is right to the last symbol; no n above {COUNTED_AT_MOST} was tried.",
        reach(right),
        "Share of right answers from the X on, by n.",
        tuple(enumerate(right, start=1)),
        task.most,
    )


def counted_to(model: nn.Module, task: Counting, most: int) -> int:
    """Find the largest n up to `most` below which every count is right; long ones are tried only after shorter ones."""
    for tried in (most // 8, most // 4, most // 2):
        reached = reach(counted_right(model, task, tried))
        if reached < tried:
            return reached
    return reach(counted_right(model, task, most))


def counted_right(model: nn.Module, task: Counting, most: int) -> list[float]:
    """Give the share of likeliest outputs that are right from the X on, for n from 1 to `most`."""
    sequences = [task.sequence(n) for n in range(1, most + 1)]
    b, end = task.output_vocabulary.encode(("b", END))
    right = []
    for n, answers in enumerate(_probabilities(model, task, sequences), start=1):
        expected = np.array([b] * n + [end])
        right.append(float(np.mean(answers[n:].argmax(axis=1) == expected)))
    return right


def reach(right: Sequence[float]) -> int:
    """Count how many are wholly right before the first that is not.

    >>> reach([1.0, 1.0, 0.8, 1.0])
    2
    """
    return next((n for n, share in enumerate(right) if share < 1), len(right))


def _accuracy(model: nn.Module, task: Task, judge: _Judge, sequences: Sequence[Tokens]) -> float:
    answered = zip(_probabilities(model, task, sequences), sequences, strict=True)
    return float(np.mean([right for answers, tokens in answered for right in judge(answers, tokens)]))


def _score_brackets(model: nn.Module, task: Brackets) -> Scores:
    """Ask for the closer at every step where one is due; it must be the likeliest of the four."""
    closers = task.output_vocabulary.encode(CLOSERS)

    def judge(answers: np.ndarray, tokens: Tokens) -> Iterator[bool]:
        for row, right in zip(answers, task.annotate(tokens).answers, strict=True):
            if END not in right:
                yield CLOSERS[row[closers].argmax()] in right

    rng, accuracy = np.random.default_rng(TEST), partial(_accuracy, model, task, judge)
    return Scores(
        "Share of closers that are right, on new sequences like those trained on (up to "
        f"{task.longest} brackets, {task.deepest} deep).",
        accuracy(draws(task, TEST_DRAWS, TEST)),
        f"Share of closers that are right on sequences of {LONGEST_TESTED} brackets, by how deep they may go.",
        tuple((d, accuracy([task.balanced(rng, LONGEST_TESTED, d) for _ in range(TEST_DRAWS)])) for d in DEPTHS),
        task.deepest,
    )


def _score_agreement(model: nn.Module, task: Agreement) -> Scores:
    """Ask before the main verb: the forms of the right number together must be likelier than those of the wrong one."""
    places = {number: task.output_vocabulary.encode(MAIN_VERBS[number]) for number in NUMBERS}

    def judge(answers: np.ndarray, tokens: Tokens) -> Iterator[bool]:
        verbs = ((step, each) for step, word in enumerate(tokens) for each in NUMBERS if word in MAIN_VERBS[each])
        step, number = next(verbs)
        mass = {each: answers[step - 1, places[each]].sum() for each in NUMBERS}
        yield max(mass, key=mass.__getitem__) == number

    rng, accuracy = np.random.default_rng(TEST), partial(_accuracy, model, task, judge)
    return Scores(
        "Share of right numbers of the main verb, on new sentences like those trained on (up to "
        f"{task.most} nouns between).",
        accuracy(draws(task, TEST_DRAWS, TEST)),
        "Share of right numbers of the main verb, by how many nouns stand between, all of the other number.",
        tuple((k, accuracy([task.with_attractors(rng, k) for _ in range(TEST_DRAWS)])) for k in ATTRACTORS),
        task.most,
    )


def _score_recall(model: nn.Module, task: Recall) -> Scores:
    """Ask at the question mark: the first symbol must be the likeliest."""

    def judge(answers: np.ndarray, tokens: Tokens) -> Iterator[bool]:
        yield task.outputs[answers[-1].argmax()] == tokens[0]

    rng, accuracy = np.random.default_rng(TEST), partial(_accuracy, model, task, judge)
    return Scores(
        f"Share of right answers, on new sequences like those trained on ({task.least} to {task.most} symbols between).",
        accuracy(draws(task, TEST_DRAWS, TEST)),
        "Share of right answers by how many symbols stand between.",
        tuple((k, accuracy([task.sequence(rng, k) for _ in range(TEST_DRAWS)])) for k in DISTRACTORS),
        task.most,
    )


SCORERS: dict[type[Task], Callable[..., Scores]] = {
    Counting: _score_counting,
    Brackets: _score_brackets,
    Agreement: _score_agreement,
    Recall: _score_recall,
}


class TaskExamples:
    """Sequences of a task for the training loop; each batch is padded at the end to its longest.

    A network that reads from left to right never sees what follows, and padded steps have no target: padding changes no
    answer and no gradient.
    """

    def __init__(self, task: Task, sequences: Sequence[Tokens]) -> None:
        self.inputs = [torch.as_tensor(task.input_vocabulary.encode(tokens)) for tokens in sequences]
        targets = [shares(task, task.annotate(tokens)) for tokens in sequences]
        self.targets = [torch.as_tensor(target, dtype=torch.float32) for target in targets]

    def __len__(self) -> int:
        return len(self.inputs)

    def batch(self, indices: Tensor, _: Generator | None = None) -> tuple[Tensor, Tensor]:
        """Pad token numbers (B, T) and the share of each output at each step (B, T, O), zeros where there is no target."""
        chosen = indices.tolist()
        inputs_BT = pad_sequence([self.inputs[index] for index in chosen], batch_first=True)
        targets_BTO = pad_sequence([self.targets[index] for index in chosen], batch_first=True)
        return inputs_BT, targets_BTO


def cross_entropy_of_scored_steps(outputs_BTO: Tensor, targets_BTO: Tensor) -> Tensor:
    """Average the cross-entropy over the steps that have a target."""
    scored = targets_BTO.sum()  # each such step's shares sum to 1
    return -(functional.log_softmax(outputs_BTO, dim=-1) * targets_BTO).sum() / scored.clamp(min=1.0)


@dataclass(frozen=True, eq=False)
class _Trained:
    """What a training leaves."""

    trainer: Trainer  # of the seed that was kept; its model has the kept weights
    weights: dict[str, Tensor]  # that were kept
    best_epoch: int  # the epoch that they are from
    merit: tuple[float, ...]  # by which they were kept, compared from the left; larger is better


def train(task: Task, recipe: Recipe) -> _Trained:
    """Train every seed of a recipe and keep the best weights of all."""
    trained = [_train_seed(task, recipe, seed) for seed in recipe.seeds]
    best = max(trained, key=lambda each: each.merit)
    best.trainer.model.load_state_dict(best.weights)
    best.trainer.model.eval()
    return best


def _train_seed(task: Task, recipe: Recipe, seed: int) -> _Trained:
    trainer = Trainer(
        build_model(recipe.model, seed),
        TaskExamples(task, training_tokens(task, recipe)),
        None if isinstance(task, Counting) else TaskExamples(task, draws(task, VALIDATION_DRAWS, VALIDATION)),
        cross_entropy_of_scored_steps,
        replace(recipe.training, seed=seed),
    )
    best = _Trained(trainer, {}, 0, (-math.inf,))
    for record in trainer.epochs():
        merit = merit_of(trainer.model, task, record)
        if merit > best.merit:
            weights = {name: value.clone() for name, value in trainer.model.state_dict().items()}
            best = _Trained(trainer, weights, record.epoch, merit)
    return best


def merit_of(model: nn.Module, task: Task, record: EpochRecord) -> tuple[float, ...]:
    """Rate an epoch's weights by how far they count, or else by how low their validation loss is."""
    if isinstance(
        task, Counting
    ):  # beyond its reach it is wrong with great confidence: the loss would prefer a beginner
        model.eval()
        return (counted_to(model, task, COUNTED_IN_SELECTION), -record.train_loss)
    return (-record.deciding_loss,)


def make(entry: Entry) -> tuple[Card, WeightsPath]:
    """Train a model of the zoo; gives its card, and the weights along training up to those that are kept."""
    return make_forecast(entry.cell) if entry.task == FORECAST else _make_task_model(entry.task, entry.cell)


def _make_task_model(key: str, cell: Cell) -> tuple[Card, WeightsPath]:
    task, recipe, started = TASKS[key], recipe_for(key, cell), perf_counter()
    trained = train(task, recipe)
    trainer = trained.trainer
    seconds = perf_counter() - started
    card = Card(
        key,
        recipe.model,
        trainer.config,
        task.inputs,
        task.outputs,
        count_parameters(trainer.model),
        trainer.epoch,
        trained.best_epoch,
        round(seconds, 1),
        recipe.data,
        recipe.selection,
        rounded(score(trainer.model, task)),
        _versions(),
    )
    return card, trainer.snapshots.until(trained.best_epoch, trained.weights, KEPT_SNAPSHOTS)


def make_forecast(cell: Cell) -> tuple[Card, WeightsPath]:
    """Train a forecaster of the airline passengers as the film shows it, but smaller."""
    config = replace(home_experiment().config, cell=cell, hidden_size=FORECAST_HIDDEN_SIZE)
    experiment, started = home_experiment(config), perf_counter()
    trainer = experiment.trainer
    for _ in trainer.epochs():
        pass
    seconds = perf_counter() - started
    experiment.load_best()
    measure = f"Mean absolute error on the {config.holdout} held-out months, in thousand passengers."
    card = Card(
        FORECAST,
        config.network(),
        config.training,
        (),
        (),
        experiment.parameters,
        trainer.epoch,
        trainer.best_epoch,
        round(seconds, 1),
        "The months of the airline passengers before the held-out year, as windows.",
        "Of all epochs, the one with the lowest loss on the last training year was kept.",
        rounded(Scores(measure, heldout_error(experiment))),
        _versions(),
        config,
    )
    return card, trainer.snapshots.until(trainer.best_epoch, trainer.best_weights, KEPT_SNAPSHOTS)


def write(entry: Entry, card: Card, path: WeightsPath, folder: Path = MODELS) -> None:
    """Write the card of a model, its weights, and the path to them."""
    folder.mkdir(parents=True, exist_ok=True)
    weights, snapshots, about = (file_of(entry.task, entry.cell, kind, folder) for kind in (WEIGHTS, SNAPSHOTS, CARD))
    weights.write_bytes(save(path[-1][1]))
    snapshots.write_bytes(save_snapshots(path))
    about.write_text(json.dumps(asdict(card), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def rounded(scores: Scores) -> Scores:
    """Keep the digits that mean something."""
    values = tuple((amount, float(f"{value:.{SCORE_DIGITS}g}")) for amount, value in scores.values)
    return replace(scores, overall=float(f"{scores.overall:.{SCORE_DIGITS}g}"), values=values)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in ("torch", "numpy")}}
