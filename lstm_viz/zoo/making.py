"""Train what ships and write it down."""

import json
import platform
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from safetensors.torch import save

from lstm_viz.recurrent.parameters import count_parameters
from lstm_viz.recurrent.specification import Cell
from lstm_viz.sequences.tasks import TASKS
from lstm_viz.training.snapshots import WeightsPath, save_snapshots
from lstm_viz.zoo.catalogue import FORECAST, MODELS, Card, Entry, Scores, card_path, snapshots_path, weights_path
from lstm_viz.zoo.home_film import heldout_error, home_experiment
from lstm_viz.zoo.language_scores import score
from lstm_viz.zoo.language_training import train
from lstm_viz.zoo.recipes import recipe_for

FORECAST_HIDDEN_SIZE = 16
SCORE_DIGITS = 6
SNAPSHOTS = 10


def make(entry: Entry) -> tuple[Card, WeightsPath]:
    """Train a model of the zoo from nothing.

    Returns:
        Its card, and the weights along training up to those that are kept.
    """
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
    return card, trainer.snapshots.until(trained.best_epoch, trained.weights, SNAPSHOTS)


def make_forecast(cell: Cell) -> tuple[Card, WeightsPath]:
    """Train a forecaster of the airline passengers as the film shows it, but smaller."""
    config = replace(home_experiment().config, cell=cell, hidden_size=FORECAST_HIDDEN_SIZE)
    experiment, started = home_experiment(config), perf_counter()
    trainer = experiment.trainer
    for _ in trainer.epochs():
        pass
    seconds = perf_counter() - started
    experiment.load_best()
    scores = Scores(
        f"Mean absolute error on the {config.holdout} held-out months, in thousand passengers.",
        heldout_error(experiment),
    )
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
        rounded(scores),
        _versions(),
        config,
    )
    return card, trainer.snapshots.until(trainer.best_epoch, trainer.best_weights, SNAPSHOTS)


def write(entry: Entry, card: Card, path: WeightsPath, folder: Path = MODELS) -> None:
    """Write the card of a model, its weights, and the path to them."""
    folder.mkdir(parents=True, exist_ok=True)
    weights_path(entry.task, entry.cell, folder).write_bytes(save(path[-1][1]))
    snapshots_path(entry.task, entry.cell, folder).write_bytes(save_snapshots(path))
    text = json.dumps(asdict(card), indent=1, ensure_ascii=False)
    card_path(entry.task, entry.cell, folder).write_text(text + "\n", encoding="utf-8")


def rounded(scores: Scores) -> Scores:
    """Keep the digits that mean something."""
    values = tuple((amount, float(f"{value:.{SCORE_DIGITS}g}")) for amount, value in scores.values)
    return replace(scores, overall=float(f"{scores.overall:.{SCORE_DIGITS}g}"), values=values)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in ("torch", "numpy")}}
