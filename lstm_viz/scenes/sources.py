"""What stands behind the `source` of a request: one class for each kind of model, found by `find_source`."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from safetensors.torch import load

from lstm_viz.errors import LSTMVizError, RunError, RunNotFound, SequenceError
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.glossary import label_of
from lstm_viz.recurrent.models import SequenceModel, StackedModel
from lstm_viz.recurrent.specification import Cell, ModelConfig, StackConfig
from lstm_viz.runs.epoch_store import WEIGHTS, ClassifySpec
from lstm_viz.runs.opened import Classifier, UploadedState, open_classifier, open_state, state_stored
from lstm_viz.runs.services import classify_service, training_service
from lstm_viz.scenes.probes import (
    ProbeSet,
    class_probes,
    random_probes,
    shuffled_probes,
    step_labels,
    task_probes,
    window_probes,
)
from lstm_viz.scenes.step_request import CLASS, FORECAST, RUN, STATE, UNTRAINED, UNTRAINED_TEXT, StepRequest, kind_of
from lstm_viz.scenes.step_subject import Answers, Subject, forecast_subject, next_tokens, untrained_model
from lstm_viz.sequences.tasks.catalogue import TASKS
from lstm_viz.sequences.tasks.task import MAX_CHARACTERS, MAX_TOKENS, Task, Vocabulary, read_tokens
from lstm_viz.training.snapshots import WeightsPath, load_snapshots
from lstm_viz.weights.read_model import UnknownSettings
from lstm_viz.zoo.catalogue import Card, load_card
from lstm_viz.zoo.models import load_forecast, load_path, load_zoo_model

LONGEST_NAME = 40
SHORT, PERIOD = 24, 12  # the sequence where no numbers are typed
MAX_SIZE = 1e6
POOLED = {"last": "", "mean": "the mean of ", "attention": "a weighted mean of "}
GONE = (
    "This {} is not on this server: the address may be mistyped, or the run is older than what is kept. Train it on the {} "
    "page and open it from there."
)
SEQUENCES_GONE = (
    "The sequences of this classifier are no longer on this server. Bring its file again, on the Classify page, and train "
    "anew."
)


@dataclass(frozen=True)
class Typed:
    """A text that people type for a model: an example of it, and what can be typed."""

    example: str
    meaning: str
    label: str = "What it reads"
    empty: str = ""  # what is read where nothing is typed


@dataclass(frozen=True)
class Source:
    """A kind of model, for one request.

    Whatever opens something raises an `LSTMVizError` where that is gone, or cannot read what it is given.
    """

    request: StepRequest
    alone = False  # whether it has one cell only, so that no other can run along
    trained = True  # whether its weights have learned anything
    known = True  # whether it is known here what they have learned

    @property
    def key(self) -> str:
        """What stands behind the prefix."""
        return self.request.source.partition(":")[2]

    def name(self) -> str:
        """Name it in a menu."""
        return "this run"

    def words(self) -> str:
        """Say what it does, in a line of words."""
        raise NotImplementedError

    def reads(self) -> Typed | int | Literal["seed"] | None:
        """Say how people choose what it reads: a text, one of so many test sequences, a seed, or not at all."""
        return None

    def config(self) -> Any:
        """Give how a model that stands alone was set up: its `cell` and its `num_layers`."""
        raise NotImplementedError

    def cells(self) -> tuple[Cell, ...]:
        """Give the cells that can be shown."""
        return (self.config().cell,) if self.alone else self.request.cells

    def layers(self) -> int:
        """Count the layers that can be chosen."""
        return self.config().num_layers if self.alone else 1

    def version(self) -> str:
        """Name the state of weights that may train further, so that no cache shows what is gone."""
        return ""

    def open(self, cell: Cell) -> Subject:
        """Find the model of a lane and give it the sequence."""
        raise NotImplementedError

    def answers_to(self, subject: Subject, labels: tuple[str, ...]) -> Answers:
        """Give what is right after each step of another sequence of its tokens."""
        return next_tokens(np.array([subject.vocabulary.index(label) for label in labels]))

    def probes(self, subject: Subject) -> ProbeSet:
        """Give sequences on which units are tested: its text in other orders, unless there is something better."""
        return shuffled_probes(subject)

    def path(self, subject: Subject) -> WeightsPath:
        """Give the weights along the training of a model whose gradient is shown."""
        raise NotImplementedError

    def card(self, cell: Cell) -> Card | None:
        """Give what is written about a model that ships."""
        return None

    def unknown(self) -> tuple[UploadedState, UnknownSettings] | None:
        """Give imported weights, and what a person says about what they leave open."""
        return None


class _Shipped(Source):
    """A model of the zoo."""

    def path(self, subject: Subject) -> WeightsPath:
        return load_path(self.request.source, subject.model.config.cell)

    def card(self, cell: Cell) -> Card | None:
        return load_card(self.request.source, cell)


class _TaskSource(_Shipped):
    """A cell that was trained for a task, reading a sequence of it."""

    @property
    def _task(self) -> Task:
        return TASKS[self.request.source]

    def name(self) -> str:
        return f"trained: {self._task.title}"

    def words(self) -> str:
        return f"This cell was trained to {self._task.meaning[0].lower()}{self._task.meaning[1:]}"

    def reads(self) -> Typed:
        return Typed(self._task.example, f"It knows these tokens: {' '.join(self._task.inputs)}")

    def open(self, cell: Cell) -> Subject:
        task = self._task
        tokens = task.read(self.request.text or task.example)
        model = load_zoo_model(task.key, cell)
        sequence = task.input_vocabulary.encode(tokens)
        return Subject(model, sequence, tokens, task.inputs, task.outputs, self._answers(tokens))

    def _answers(self, tokens: tuple[str, ...]) -> Answers:
        place = self._task.output_vocabulary.index
        return tuple(tuple(sorted(place(name) for name in right)) for right in self._task.annotate(tokens).answers)

    def answers_to(self, subject: Subject, labels: tuple[str, ...]) -> Answers:
        return self._answers(labels)

    def probes(self, subject: Subject) -> ProbeSet:
        return task_probes(self._task)


class _Forecaster(Source):
    """A model that reads the rows of a series before the held-out ones."""

    def words(self) -> str:
        return "The cell reads the rows before the held-out ones step by step, and forecasts after each."

    def probes(self, subject: Subject) -> ProbeSet:
        assert subject.experiment is not None
        return window_probes(subject.experiment)


class _ForecastSource(_Shipped, _Forecaster):
    """The forecaster that ships, reading the airline passengers."""

    def name(self) -> str:
        return "trained: airline passengers"

    def open(self, cell: Cell) -> Subject:
        return forecast_subject(load_forecast(cell))


class _RunSource(_Forecaster):
    """A run of the Forecast page, reading its own series."""

    alone = True

    def words(self) -> str:
        words = super().words()
        with suppress(LSTMVizError):  # how what is shown differs from the forecast of its run
            config = self.config()
            network = f"one network of the {config.members} that the forecast averages"
            shrink = ", before its answer is drawn towards the level" if config.shrink else ""
            if config.members > 1 or shrink:
                words += f" This is {network if config.members > 1 else 'the network'}{shrink}."
        return words

    def config(self) -> ForecastConfig:
        try:
            return training_service().store.spec(self.key).config
        except RunNotFound as error:
            raise RunNotFound(GONE.format("run", "Forecast")) from error

    def version(self) -> str:
        return training_service().store.model_version(self.key)

    def open(self, cell: Cell) -> Subject:
        return forecast_subject(self.experiment())

    def experiment(self) -> ForecastExperiment:
        config, store = self.config(), training_service().store
        weights = store.weights(self.key)
        if weights is None:
            raise RunError("This run has no model yet. Let it train to its end, then look inside.")
        group = store.group(self.key) if config.scope == "global" else None
        alone = None if group is None else group.unaccompanied()
        experiment = ForecastExperiment(store.series(self.key), replace(config, members=1), group=alone)
        experiment.model.load_state_dict(load(weights))
        return experiment

    def path(self, subject: Subject) -> WeightsPath:
        data = training_service().store.snapshots(self.key)
        weights = {name: value.clone() for name, value in subject.model.state_dict().items()}
        return load_snapshots(data) if data else [(0, weights)]


class _UntrainedSource(Source):
    """Cells that have learned nothing, for any text; they predict the token that comes next."""

    trained = False
    known = False

    def name(self) -> str:
        return "untrained, any text"

    def words(self) -> str:
        return "Nothing is learned yet: the weights come from the seed. This is what a cell does before training."

    def reads(self) -> Typed:
        return Typed(UNTRAINED_TEXT, "Any text in any script. Each token has numbers of its own.")

    def open(self, cell: Cell) -> Subject:
        request = self.request
        tokens = read_tokens(request.text or UNTRAINED_TEXT, request.splitting)
        known = Vocabulary(tuple(dict.fromkeys(tokens)))
        model = untrained_model(cell, known.tokens, request.seed, request.hidden_size, request.forget_bias)
        sequence = known.encode(tokens)
        return Subject(model, sequence, tokens, known.tokens, known.tokens, next_tokens(sequence))


class _ClassifierSource(Source):
    """A classifier of the Classify page, reading one of its test sequences."""

    alone = True

    def _spec(self) -> ClassifySpec:
        store = classify_service().store
        try:
            store.folders.folder(self.key)  # what the store remembers outlives its folder
            return store.spec(self.key)
        except RunNotFound as error:
            raise RunNotFound(GONE.format("classifier", "Classify")) from error

    def config(self) -> StackConfig:
        spec = self._spec()
        return spec.config.network(spec.input_size, len(spec.classes))

    def name(self) -> str:
        config = self._spec().config
        sizes = "/".join(str(size) for size in config.sizes)
        return f"your classifier: {label_of(config.cell)} {sizes} ({self.key[:4]})"

    def reads(self) -> int:
        with suppress(LSTMVizError):
            return self._spec().examples[2]
        return 1

    def version(self) -> str:
        self._spec()
        return str(classify_service().store.folders.changed(self.key, WEIGHTS))

    def _classifier(self) -> Classifier:
        self._spec()
        try:
            return open_classifier(self.key)
        except RunNotFound as error:
            raise RunNotFound(SEQUENCES_GONE) from error

    def _number(self, count: int) -> int:
        """Read which test sequence is meant, counted from 0 as on the Classify page; the first where nothing is typed."""
        text = self.request.text.strip() or "0"
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) < count):
            raise SequenceError(f"There is no test sequence {text[:20]!r}. Use a whole number from 0 to {count - 1}.")
        return int(text)

    def open(self, cell: Cell) -> Subject:
        classifier = self._classifier()
        test = classifier.split.test
        number = self._number(len(test))
        scaled = classifier.scaler.applied(test.subset(np.array([number]))).sequence(0)
        return Subject(
            classifier.model,
            scaled,
            step_labels(len(scaled), "row" if test.picture else "step"),
            outputs=test.classes,
            answers=((int(test.labels[number]),),) * len(scaled),
            asks="class",
            picture=test.sequence(number) if test.picture else None,
        )

    def probes(self, subject: Subject) -> ProbeSet:
        return class_probes(self._classifier())

    def words(self) -> str:
        classifier = self._classifier()
        test, config = classifier.split.test, classifier.model.config
        number, step = self._number(len(test)), "row" if test.picture else "step"
        named = test.classes[test.labels[number]]
        words = f"Your classifier reads test sequence {number} of “{test.name}”, of class “{named}”. "
        words += f"After each {step} it predicts the class as if the sequence ended there"
        if config.bidirectional:
            return words + (
                f": the beginning up to that {step} is read anew from both ends, so nothing can be changed inside. "
                "Shown is the direction that reads forward, over the whole sequence."
            )
        pooled = POOLED[config.pooling]
        return words + f", from {pooled}what its last layer shows{' so far' if pooled else ''}."


class _WeightsSource(Source):
    """A model that somebody brought as a file of weights, reading a text or numbers."""

    alone = True
    known = False

    def unknown(self) -> tuple[UploadedState, UnknownSettings]:
        unknown = UnknownSettings(self.request.pooling, self.request.activation)
        return open_state(self.key, unknown), unknown

    @property
    def _model(self) -> SequenceModel | StackedModel:
        return self.unknown()[0].foreign.model

    def config(self) -> ModelConfig | StackConfig:
        return self._model.config

    def name(self) -> str:
        return f"imported: {training_service().uploads.name(self.key)[:LONGEST_NAME]} ({self.key[:4]})"

    def reads(self) -> Typed | Literal["seed"]:
        if self._model.embed is not None:
            return Typed(UNTRAINED_TEXT, "Any text. Its tokens are numbered as they first come.")
        if self.config().input_size > 1:
            return "seed"
        meaning = "One number per step, with commas between. Empty gives the sine again."
        return Typed("", meaning, "Numbers that it reads", "a sine, until you type 0.5, 1, −0.25, …")

    def version(self) -> str:
        return str(state_stored(self.key))

    def open(self, cell: Cell) -> Subject:
        model = self._model
        outputs = tuple(f"answer {place}" for place in range(1, model.config.output_size + 1))
        if model.embed is not None:
            tokens, vocabulary = self._tokens(model.embed.num_embeddings)
            return Subject(model, vocabulary.encode(tokens), tokens, vocabulary.tokens, outputs, asks="values")
        sequence = self._numbers(model.config.input_size)
        labels = step_labels(len(sequence))
        if sequence.shape[1] == 1:
            labels = tuple(f"{value + 0.0:.3g}".replace("-", "−") for value in sequence[:, 0])  # no −0
        return Subject(model, sequence, labels, outputs=outputs, asks="values")

    def _tokens(self, known: int) -> tuple[tuple[str, ...], Vocabulary]:
        """Cut the text into tokens and number them as they come: which token a number stood for, weights do not say."""
        tokens = read_tokens(self.request.text or UNTRAINED_TEXT, self.request.splitting)
        different = tuple(dict.fromkeys(tokens))
        if len(different) <= known:
            return tokens, Vocabulary(different)
        if not self.request.text:
            return tokens[: tokens.index(different[known])], Vocabulary(different[:known])
        raise SequenceError(
            f"The text has {len(different)} different tokens; this model knows {known}. Type one with at most {known} "
            "different ones."
        )

    def _numbers(self, size: int) -> np.ndarray:
        """Give what a model of numbers reads, (T, I): what was typed, a sine, or random numbers."""
        if size > 1:
            return np.random.default_rng(self.request.seed).standard_normal((SHORT, size)).astype(np.float32)
        if not self.request.text.strip():
            return np.sin(2 * np.pi * np.arange(SHORT) / PERIOD).round(3)[:, None].astype(np.float32)
        return _read_numbers(self.request.text)[:, None]

    def probes(self, subject: Subject) -> ProbeSet:
        return super().probes(subject) if subject.vocabulary else random_probes(subject.sequence.shape[1])

    def words(self) -> str:
        config = self.config()
        words = f"The model that you imported as “{self.unknown()[0].name}” {self._what_it_reads()}"
        if isinstance(config, ModelConfig) and config.bidirectional and config.reads == "last":
            words += " At every step its answer counts in what the backward direction made of the whole sequence."
        words += " The weights do not say what its outputs mean: they are shown as they are."
        return words + (" Shown is the direction that reads forward." if config.bidirectional else "")

    def _what_it_reads(self) -> str:
        model = self._model
        if model.embed is not None:
            return (
                f"knows {model.embed.num_embeddings:,} tokens by number. Those of the text are numbered 0, 1, 2, … as they "
                "first come: the weights do not say which token a number stood for."
            )
        if (size := model.config.input_size) > 1:
            return f"reads {size} numbers per step: here random ones, standard normal, drawn with seed {self.request.seed}."
        typed = self.request.text.strip()
        what = "the numbers above" if typed else f"a sine with a period of {PERIOD} steps, to three decimals"
        return f"reads {what}, one number per step."


KINDS: dict[str, type[Source]] = dict.fromkeys(TASKS, _TaskSource)
KINDS |= {FORECAST: _ForecastSource, UNTRAINED: _UntrainedSource}
KINDS |= {RUN: _RunSource, CLASS: _ClassifierSource, STATE: _WeightsSource}


def find_source(request: StepRequest) -> Source:
    """Find what stands behind the `source` of a request."""
    return KINDS[kind_of(request.source)](request)


def experiment_of_run(key: str) -> ForecastExperiment:
    """Open a run of the Forecast page with its best weights; a `RunError` where there are none (yet)."""
    return _RunSource(StepRequest(f"{RUN}{key}")).experiment()


def _read_numbers(text: str) -> np.ndarray:
    """Read numbers separated by commas, semicolons or white space, (T,)."""
    if len(text) > MAX_CHARACTERS:
        raise SequenceError(
            f"There are {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Take fewer numbers."
        )
    parts = [part for part in re.split(r"[,;\s]+", text) if part]
    if not 1 <= len(parts) <= MAX_TOKENS:
        raise SequenceError(f"There are {len(parts):,} numbers to read; type 1 to {MAX_TOKENS:,}, with commas between.")
    return np.array([_read_number(part) for part in parts], dtype=np.float32)


def _read_number(part: str) -> float:
    with suppress(ValueError):
        if abs(value := float(part)) <= MAX_SIZE:  # a NaN is not
            return value
    raise SequenceError(
        f"{part[:20]!r} is no number that can be read. Type numbers between −{MAX_SIZE:,.0f} and {MAX_SIZE:,.0f} with "
        "commas between, such as 0.5, 1, −0.25."
    )
