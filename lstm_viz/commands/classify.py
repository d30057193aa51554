"""`python -m lstm_viz classify`: train a classifier of labelled sequences in this process, and evaluate it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lstm_viz.classifying.config import CLASSIFY_PRESETS, ClassifyConfig, suggest_config
from lstm_viz.commands.options import option, options
from lstm_viz.commands.settings import option_of
from lstm_viz.commands.terminal import content, show
from lstm_viz.errors import SettingsError
from lstm_viz.settings import settings_of, value_of, with_values

if TYPE_CHECKING:
    from lstm_viz.classifying.experiment import ClassifyExperiment
    from lstm_viz.classifying.files import Opened
    from lstm_viz.classifying.results import Results
    from lstm_viz.sequences.labelled.labelled_sequences import Split
    from lstm_viz.training.config import PartRecord

FILES = ("images", "labels", "test_images", "test_labels", "data", "test")
MOST_UPDATES = 1_000_000
FILE = {"type": click.Path(path_type=Path)}
FILE_OPTIONS = (
    option("--data", "FILE", "Labelled sequences: a table, .ts or .arff file; the built-in digits by default.", **FILE),
    option("--test", "FILE", "A table of test sequences; by default a part of the training table is held out.", **FILE),
    option("--images", "FILE", "Training images in IDX format, gzipped or not.", **FILE),
    option("--labels", "FILE", "Labels of the training images, in IDX format.", **FILE),
    option("--test-images", "FILE", "Test images in IDX format.", **FILE),
    option("--test-labels", "FILE", "Labels of the test images.", **FILE),
    option("--layout", "NAME", "Layout of the table: pixels, series or long."),
    option("--label", "NAME", "Column of the class labels."),
)
SPECIAL = ("sizes", "loss")
USUAL = ClassifyConfig()
SETTING_OPTIONS = tuple(
    option_of(setting, value_of(USUAL, name)) for name, setting in settings_of(USUAL).items() if name not in SPECIAL
)


@click.command()
@options(*FILE_OPTIONS)
@click.option(
    "--preset", type=click.Choice(list(CLASSIFY_PRESETS)), help="A named set of settings from well-known tutorials."
)
@click.option("--sizes", metavar="UNITS", help="Hidden units of each layer, such as 64 or 128,64,32.")
@options(*SETTING_OPTIONS)
@click.option(
    "--updates",
    type=click.IntRange(1, MOST_UPDATES),
    help="Stop after this many updates, whatever the number of epochs.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
def classify(preset: str | None, updates: int | None, as_json: bool, **given: Any) -> None:
    """Train an LSTM, GRU or RNN to classify sequences, and test it on sequences that it has never seen."""
    files = {name: given.pop(name) for name in FILES}
    requested = {name: given.pop(name) for name in ("layout", "label")}
    opened = _open_data(files, requested)
    config = _choose_config(opened, preset, given)
    from lstm_viz.sequences.labelled.labelled_sequences import split_for_training

    split = split_for_training(opened.train, 0, opened.test, validation_share=config.validation_share)
    experiment, reached = _train(split, config, updates, verbose=not as_json)
    report = _report(experiment, reached, opened)
    show(report, as_json, _lines_of(report))


def _open_data(files: dict[str, Path | None], requested: dict[str, str | None]) -> "Opened":
    from lstm_viz.classifying.files import Opened, open_files
    from lstm_viz.sequences.labelled.digits import digits
    from lstm_viz.sequences.labelled.table_layout import LabelledReading

    _check_together(files)
    named = [(path.name, content(path)) for path in files.values() if path is not None]
    return open_files(named, LabelledReading(**requested)) if named else Opened(*digits())  # type: ignore[arg-type]


def _check_together(files: dict[str, Path | None]) -> None:
    """Refuse pictures without labels, a test without anything to train on, and tables given with pictures."""
    given = {name for name, path in files.items() if path is not None}
    complete = ({"images", "labels"}, {"images", "labels", "test_images", "test_labels"}, {"data"}, {"data", "test"})
    if given and given not in complete:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in files if name in given)
        images = given - {"data", "test"}
        need = "--images and --labels, or all four of them" if images else "--data, or --data and --test"
        raise SettingsError(f"{flags} alone cannot be used. Give {need}.")


def _choose_config(opened: "Opened", preset: str | None, requested: dict[str, Any]) -> ClassifyConfig:
    base = suggest_config(len(opened.train), int(opened.train.lengths.max()))
    if preset is not None:
        base = CLASSIFY_PRESETS[preset].config
    given = {name: value for name, value in requested.items() if value is not None}
    if "sizes" in given:
        given["sizes"] = _sizes_of(given["sizes"])
    return with_values(base, given)


def _sizes_of(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(size) for size in text.split(","))
    except ValueError:
        raise SettingsError(f"`sizes` (={text}) must be whole numbers with commas between. Use 128,64,32.") from None


def _train(
    split: "Split", config: ClassifyConfig, updates: int | None, verbose: bool
) -> tuple["ClassifyExperiment", list[dict[str, Any]]]:
    """Train to the end, or for some updates, and test at every 100 updates; the experiment has the weights that are kept."""
    import torch

    from lstm_viz.classifying.experiment import ClassifyExperiment

    torch.set_num_threads(1)
    if updates is not None:
        epochs = -(-updates // -(-len(split.train) // config.training.batch_size))
        config = replace(config, training=replace(config.training, epochs=epochs, patience=0))
    reached: list[dict[str, Any]] = []

    def test(part: "PartRecord") -> None:
        right = experiment.probabilities(split.test).argmax(axis=1) == split.test.labels
        experiment.model.train()
        trained = {"update": part.update, "train_loss": part.train_loss, "train_accuracy": part.train_accuracy}
        reached.append({**trained, "test_accuracy": float(right.mean())})
        if verbose:
            _print_progress(reached[-1])

    experiment = ClassifyExperiment(split, config, test)
    trainer, calls = experiment.trainer, count(1)
    for _ in experiment.epochs(lambda: updates is not None and next(calls) > updates):  # called before each update
        pass
    if trainer.end_reason == "stopped":
        experiment.model.load_state_dict(trainer.stopped_weights)
    else:
        trainer.load_best()
    return experiment, reached


def _report(experiment: "ClassifyExperiment", reached: list[dict[str, Any]], opened: "Opened") -> dict[str, Any]:
    from lstm_viz.runs.jobs import tested

    results, split = tested(experiment), experiment.split
    return {
        "data": {
            "name": split.train.name,
            "train": len(split.train),
            "validation": len(split.validation),
            "test": len(split.test),
            "steps": int(split.train.lengths.max()),
            "input_size": split.train.input_size,
            "classes": list(split.train.classes),
            "findings": [*opened.findings, *split.notes],
        },
        "config": experiment.config.to_dict(),
        "parameters": experiment.parameters,
        "progress": reached,
        "test": _test_of(results),
    }


def _test_of(results: "Results") -> dict[str, Any]:
    classes = results.by_class().astype(object).where(lambda table: table.notna(), None)
    early = zip(results.early.steps.tolist(), results.early.accuracy.round(4).tolist(), strict=True)
    return {
        "accuracy": results.accuracy,
        "majority": results.majority,
        "calibration_error": results.calibration_error,
        "classes": classes.to_dict(orient="records"),
        "confusion": results.confusion.tolist(),
        "accuracy_by_step": dict(early),
    }


def _print_progress(one: dict[str, Any]) -> None:
    accuracy = "" if one["train_accuracy"] is None else f"  training accuracy {one['train_accuracy']:.1%}"
    losses = f"loss {one['train_loss']:.4f}{accuracy}  test accuracy {one['test_accuracy']:.1%}"
    click.echo(f"update {one['update']:>6,}  {losses}", err=True)


def _lines_of(report: dict[str, Any]) -> Iterator[str]:
    data, test = report["data"], report["test"]
    yield (
        f"{data['name']}: {data['train']:,} to train on, {data['validation']:,} to validate, {data['test']:,} to test with; "
        f"up to {data['steps']} steps of {data['input_size']}."
    )
    cell, sizes = report["config"]["cell"].upper(), "/".join(map(str, report["config"]["sizes"]))
    yield f"{cell} {sizes}: {report['parameters']:,} parameters."
    yield (
        f"Test accuracy {test['accuracy']:.1%}; always naming the most frequent class gives {test['majority']:.1%}. "
        f"Calibration error {test['calibration_error']:.3f}."
    )
    yield f"{'class':<16}{'examples':>9}{'recall':>9}{'precision':>11}{'f1':>8}"
    for row in test["classes"]:
        shares = [f"{row[name]:.1%}" if row[name] is not None else "–" for name in ("recall", "precision", "f1")]
        yield f"{row['class'][:15]:<16}{row['examples']:>9,}{shares[0]:>9}{shares[1]:>11}{shares[2]:>8}"
