"""A model and a sequence, ready to be traced."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lstm_viz.errors import RunError, RunNotFound, SettingsError
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.recurrent.layered import LayeredModel
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.service import training_service
from lstm_viz.sequences.task import Task
from lstm_viz.sequences.tasks import TASKS
from lstm_viz.sequences.tokens import Vocabulary, read_tokens
from lstm_viz.stepping.request import CLASS, FORECAST, RUN, STATE, UNTRAINED, UNTRAINED_TEXT, StepRequest
from lstm_viz.stepping.untrained import untrained_model

Asks = Literal["token", "class", "values"]
MAX_SHOWN = 262_144  # steps × units × lanes: about 20 MB
TABLES = 20  # numbers per step of each unit; what is read and answered may take as many bytes as all units


@dataclass(frozen=True, eq=False)
class _SeriesView:
    """What a forecasting model reads and is asked, in the unit of the file.

    Args:
        name: of the series.
        stamps: of the rows read (W) and of the rows asked for (H), as text.
        read: the rows read, (W,).
        truth: what came, (H,); NaN where nobody knows.
    """

    name: str
    stamps: tuple[str, ...]
    read: np.ndarray
    truth: np.ndarray


@dataclass(frozen=True, eq=False)
class Subject:
    """One model over one sequence.

    Args:
        model: in evaluation mode.
        sequence: token indices (T,), or features (T, I).
        labels: what stands on the ribbon, (T,).
        vocabulary: tokens that it can read; empty where it reads numbers.
        outputs: names of the head's outputs; empty where it forecasts.
        answers: places in `outputs` that are right after each step; empty where nothing is asked.
        trained: whether the weights have learned anything.
        experiment: of a forecasting model, to bring its answers into the unit of the file.
        series: what a forecasting model reads and is asked.
        asks: whether the outputs are tokens that may come next, classes of the sequence, or plain values.
        picture: grey values from 0 (paper) to 1 (ink), (T, I), where the steps are the rows of a picture.
    """

    model: LayeredModel
    sequence: np.ndarray
    labels: tuple[str, ...]
    vocabulary: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    answers: tuple[tuple[int, ...], ...] = ()
    trained: bool = True
    experiment: ForecastExperiment | None = None
    series: _SeriesView | None = None
    asks: Asks = "token"
    picture: np.ndarray | None = None

    @property
    def chooses(self) -> bool:
        """Whether it gives each of its outputs a probability."""
        return bool(self.outputs) and self.asks != "values"


def open_subject(request: StepRequest, cell: Cell) -> Subject:
    """Find the model of one lane and give it the sequence.

    Raises:
        LSTMVizError: the text cannot be read by this model, or the run cannot be opened.
    """
    if request.source == UNTRAINED:
        return _untrained_subject(request, cell)
    if request.source == FORECAST:
        from lstm_viz.zoo.models import load_forecast

        return _forecast_subject(load_forecast(cell))
    if request.source.startswith(RUN):
        return _forecast_subject(experiment_of_run(request.source.removeprefix(RUN)))
    if request.source.startswith(CLASS):
        from lstm_viz.stepping.class_subject import class_subject

        return class_subject(request)
    if request.source.startswith(STATE):
        from lstm_viz.stepping.state_subject import state_subject

        return state_subject(request)
    return _task_subject(TASKS[request.source], request, cell)


def _task_subject(task: Task, request: StepRequest, cell: Cell) -> Subject:
    from lstm_viz.zoo.models import load_zoo_model

    tokens = task.read(request.text or task.example)
    model = load_zoo_model(task.key, cell).model
    sequence = task.input_vocabulary.encode(tokens)
    return Subject(model, sequence, tokens, task.inputs, task.outputs, task_answers(task, tokens))


def task_answers(task: Task, tokens: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Give the places of the right outputs after each step."""
    place = task.output_vocabulary.index
    return tuple(tuple(sorted(place(name) for name in right)) for right in task.annotate(tokens).answers)


def _untrained_subject(request: StepRequest, cell: Cell) -> Subject:
    """Build an untrained model for the tokens of any text; it is asked for the token that comes next."""
    tokens = read_tokens(request.text or UNTRAINED_TEXT, request.splitting)
    vocabulary = Vocabulary(tuple(dict.fromkeys(tokens)))
    model = untrained_model(cell, vocabulary.tokens, request.seed, request.hidden_size, request.forget_bias)
    sequence = vocabulary.encode(tokens)
    return Subject(model, sequence, tokens, vocabulary.tokens, vocabulary.tokens, next_tokens(sequence), trained=False)


def next_tokens(sequence: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Give the token after each step as the one right answer; after the last nothing is known."""
    return (*((int(token),) for token in sequence[1:]), ())


def _forecast_subject(experiment: ForecastExperiment) -> Subject:
    """Let a trained forecaster read the window before the held-out rows, the first whose answer can be checked."""
    config, split, series = experiment.config, experiment.split, experiment.series
    rows = slice(split.train_end - config.window, split.train_end)
    stamps = tuple(str(stamp) for stamp in shortened(series.ds[rows.start : rows.stop + config.horizon]))
    truth = np.full(config.steps_answered, np.nan)
    known = series.y[split.train_end : split.train_end + config.steps_answered]
    truth[: len(known)] = known
    view = _SeriesView(series.name, stamps[: config.window + len(truth)], series.y[rows], truth)
    inputs = experiment.window_read(split.train_end)
    return Subject(experiment.model.eval(), inputs, stamps[: config.window], experiment=experiment, series=view)


def shortened(stamps: np.ndarray) -> np.ndarray:
    """Write stamps as short as they can be told apart: whole days without hours, whole months without days."""
    if not np.issubdtype(stamps.dtype, np.datetime64):
        return stamps
    for unit in ("Y", "M", "D", "m", "s"):
        coarse = stamps.astype(f"datetime64[{unit}]")
        if (coarse.astype(stamps.dtype) == stamps).all():
            return np.datetime_as_string(coarse)
    return np.datetime_as_string(stamps)


def config_of_run(key: str) -> ForecastConfig:
    """Read how a run of the Forecast page was set up.

    Raises:
        RunNotFound: there is no such run.
    """
    try:
        return training_service().store.spec(key).config
    except RunNotFound as error:
        raise RunNotFound(
            "This run is not on this server: the address may be mistyped, or the run is older than what is kept. Train "
            "it on the Forecast page and open it from there."
        ) from error


def experiment_of_run(key: str) -> ForecastExperiment:
    """Open a run of the Forecast page with its best weights.

    Raises:
        RunError: there is no such run, or it has no weights yet.
    """
    from safetensors.torch import load

    config, store = config_of_run(key), training_service().store
    weights = store.weights(key)
    if weights is None:
        raise RunError("This run has no model yet. Let it train to its end, then look inside.")
    company = store.company(key) if config.scope == "global" else None
    alone = None if company is None else company.unaccompanied()
    experiment = ForecastExperiment(store.series(key), replace(config, members=1), company=alone)
    experiment.model.load_state_dict(load(weights))
    return experiment


def require_drawable(subject: Subject, lanes: int, layer: int = 0) -> None:
    """Refuse more numbers of a layer than a browser should be given at once.

    Raises:
        SettingsError: steps × units × lanes are too many, or what is read and answered at all steps is.
    """
    config, steps = subject.model.config, len(subject.sequence)
    units, most = config.sizes[layer], MAX_SHOWN // lanes
    if steps * units > most:
        raise SettingsError(
            f"{steps} steps × {units} units in {lanes} lanes are more than can be shown at once. Use at most "
            f"{most // units} steps, {most // steps} units, or fewer lanes."
        )
    read, answered = subject.model.layers_at(layer)[0].W.shape[1], config.output_size
    if steps * (read + answered) > most * TABLES:
        raise SettingsError(
            f"{steps} steps of {read:,} numbers that are read and {answered:,} answers in {lanes} lanes are more than can "
            f"be shown at once. Use at most {most * TABLES // (read + answered)} steps, a smaller model, or fewer lanes."
        )
