"""What a race is: the task, the networks that compete, and their budget, in words that need no torch."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args

from lstm_viz.errors import SettingsError
from lstm_viz.plain_values import Plain
from lstm_viz.recurrent.specification import ForgetBias, Initialization
from lstm_viz.settings import Between, Seed, require_between, require_valid
from lstm_viz.training.config import GradientClip, LearningRate

TaskName = Literal["adding", "recall", "copy", "counting", "digits"]
TASKS: tuple[TaskName, ...] = get_args(TaskName)
RacingCell = Literal["rnn", "gru", "lstm"]  # in the order in which they are drawn
RACING_CELLS: tuple[RacingCell, ...] = get_args(RacingCell)

UPDATES_PER_RECORD = 10
MAX_LENGTH = 500
MAX_RACING_SIZE = 128
MAX_RACING_BATCH = 256
MAX_UPDATES = 20_000
MAX_GRADIENT_STEPS = 60

COPIED = 5
COPY_SYMBOLS = 8
DIGIT_ROWS = 8
DIGIT_CLASSES = 10
RECALLED = 4
ADDING_TOLERANCE = 0.04
IN_A_ROW = 2

RacerStatus = Literal["racing", "solved", "unsolved", "diverged"]


@dataclass(frozen=True)
class _RaceTask:
    """Describe a task."""

    # key, title: name in code and addresses, and name on screen
    key: TaskName
    title: str
    meaning: str  # the task, for somebody who sees it for the first time
    because: str  # why `chance` is what it is
    finish: str  # when the task counts as solved, in words: by `most_loss` and `least_accuracy`
    source: str
    guess: Callable[[int], float]  # length → loss of the best constant answer
    measure: Literal["mean squared error", "cross-entropy"] = "cross-entropy"
    # what `share`, shown next to the loss, counts
    accuracy: str = "Share of the test sequences in which every answer is right."
    least_length: int = 2
    most_loss: float = math.inf
    least_accuracy: float = 0.99
    fit: Callable[[int], int] = int  # requested length → steps of a sequence
    share: str = "Accuracy"
    # the default settings, with which somebody can solve it within the budget
    usual: Mapping[str, Any] = field(default_factory=dict)

    def is_solved(self, test_loss: float, accuracy: float) -> bool:
        return test_loss <= self.most_loss and accuracy >= self.least_accuracy


def most_counted(length: int) -> int:
    """Return the largest n for which aⁿXbⁿ has at most `length` steps."""
    return (length - 1) // 2


def _counting_chance(length: int) -> float:
    """Return the entropy of an answer: one of n + 1 answers is the end, and n is (most + 1)/2 on average."""
    end = 2 / (most_counted(length) + 3)
    return -(end * math.log(end) + (1 - end) * math.log1p(-end))


RACE_TASKS: dict[TaskName, _RaceTask] = {
    task.key: task
    for task in (
        _RaceTask(
            key="adding",
            title="Adding",
            meaning=(
                "Each step brings a random number between 0 and 1 and a mark that is 0 or 1. Two numbers of the sequence "
                "are marked, one in each half; the answer after the last step is their sum."
            ),
            measure="mean squared error",
            accuracy="Share of the test sequences whose sum is missed by less than 0.04.",
            share="Within 0.04",
            because="Always answering 1 leaves the variance of a sum of two uniform numbers, 1/12 + 1/12 = 1/6.",
            finish="a mean squared error of at most 0.01 on the test sequences",
            source="Hochreiter & Schmidhuber 1997, section 5.4; sums between 0 and 2 as in Le, Jaitly & Hinton 2015",
            most_loss=0.01,
            least_accuracy=0.0,
            guess=lambda length: 1 / 6,
        ),
        _RaceTask(
            key="recall",
            title="Recall",
            meaning=(
                "The first symbol is one of four, then comes noise, and at the end a question mark; the answer is the "
                "symbol at the very start."
            ),
            because="Four symbols are equally likely: ln 4.",
            finish="99% of the test sequences answered right",
            source="after Hochreiter & Schmidhuber 1997, section 5.2",
            guess=lambda length: math.log(RECALLED),
            usual={"learning_rate": 0.005},
        ),
        _RaceTask(
            key="copy",
            title="Copy",
            meaning=(
                f"The sequence begins with {COPIED} symbols, each one of {COPY_SYMBOLS}; then come blanks and a signal. "
                "After the signal, the answers are the same symbols in the same order."
            ),
            because=f"Each of the {COPIED} answers is one of {COPY_SYMBOLS} symbols, all equally likely: ln {COPY_SYMBOLS}.",
            finish="99% of the test sequences copied without a mistake",
            source=(
                "Hochreiter & Schmidhuber 1997; in the form of Arjovsky, Shah & Bengio 2016, section 5.1, with "
                f"{COPIED} symbols, and only the copied symbols are scored"
            ),
            least_length=2 * COPIED + 1,
            guess=lambda length: math.log(COPY_SYMBOLS),
            usual={"length": 20, "hidden_size": 64, "learning_rate": 0.02},
        ),
        _RaceTask(
            key="counting",
            title="Counting",
            meaning=(
                "Some a, then X, then as many b. From the X on, the answer is what comes next: b, or the end once there "
                "were as many b as a."
            ),
            because=(
                "One answer of a sequence is the end and n are b. With every n from 1 to N equally likely the end has the "
                "share p = 2/(N + 3) of all answers, and the loss is the entropy −p·ln p − (1 − p)·ln(1 − p)."
            ),
            finish="99% of the test sequences counted without a mistake",
            source="after Gers & Schmidhuber 2001",
            least_length=3,
            guess=_counting_chance,
            fit=lambda length: 2 * most_counted(length) + 1,
        ),
        _RaceTask(
            key="digits",
            title="Digits",
            meaning=(
                "A scanned digit of 8 × 8 grey values is read row by row from the top; the answer after the last row is "
                "which digit it is."
            ),
            because="Ten digits are nearly equally likely: ln 10.",
            finish="95% of the test digits named right",
            source="Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, UCI, CC BY 4.0",
            least_accuracy=0.95,
            guess=lambda length: math.log(DIGIT_CLASSES),
            fit=lambda length: DIGIT_ROWS,
        ),
    )
}


@dataclass(frozen=True)
class RaceConfig(Plain):
    """Describe a race, each setting as `glossary.py` explains it; values out of range are refused (`SettingsError`).

    Counting takes an odd number of steps, at most `length`; a digit always has 8.
    """

    task: TaskName = "adding"
    length: Annotated[int, Between(2, MAX_LENGTH)] = 50
    hidden_size: Annotated[int, Between(1, MAX_RACING_SIZE)] = 32
    cells: tuple[RacingCell, ...] = RACING_CELLS
    forget_bias: ForgetBias = 1.0
    learning_rate: LearningRate = 0.01
    batch_size: Annotated[int, Between(1, MAX_RACING_BATCH)] = 64
    updates: Annotated[int, Between(UPDATES_PER_RECORD, MAX_UPDATES)] = 1500
    gradient_clip: GradientClip = 1.0
    seed: Seed = 0
    initialization: Initialization = "torch"

    def __post_init__(self) -> None:
        require_valid(self)
        require_between("length", self.length, RACE_TASKS[self.task].least_length, MAX_LENGTH)
        if not self.cells or len(set(self.cells)) < len(self.cells):
            named = ", ".join(self.cells) or "none"
            raise SettingsError(f"`cells` (={named}) must name one or more, each once. Use {', '.join(RACING_CELLS)}.")

    @property
    def about(self) -> _RaceTask:
        """The task in words and numbers."""
        return RACE_TASKS[self.task]

    @property
    def steps(self) -> int:
        """Steps that a sequence really has, T."""
        return self.about.fit(self.length)

    @property
    def chance(self) -> float:
        """The loss of always answering the best constant."""
        return self.about.guess(self.length)

    @property
    def records(self) -> int:
        """Records that the budget allows; a rest of less than `UPDATES_PER_RECORD` updates is not trained."""
        return self.updates // UPDATES_PER_RECORD

    @property
    def gradient_steps(self) -> tuple[int, ...]:
        """Steps, counted from 1, at which `RaceRecord.gradient_by_step` is given: all, or 60 evenly spaced ones."""
        count = min(self.steps, MAX_GRADIENT_STEPS)
        return tuple(1 + round(place * (self.steps - 1) / max(1, count - 1)) for place in range(count))


def usual_config(task: str) -> RaceConfig:
    """Return the default settings of a task; those of the first task for one that does not exist."""
    known = next((about for about in RACE_TASKS.values() if about.key == task), RACE_TASKS[TASKS[0]])
    return RaceConfig(task=known.key, **known.usual)


@dataclass(frozen=True)
class RaceRecord(Plain):
    """What ten updates gave."""

    update: int  # updates so far
    train_loss: float  # mean loss over the ten batches, measured while the weights moved
    # test_loss, accuracy: on the test sequences afterwards
    test_loss: float
    accuracy: float
    gradient_norm: float  # mean length of the whole gradient before clipping
    seconds: float  # time that this network has trained, measuring and the turns of the others left out
    # log10 ‖dL/dh_t‖ at `RaceConfig.gradient_steps`, of the loss L on a few test sequences; None where it left the range of
    # numbers
    gradient_by_step: tuple[float, ...] | None
    updates_per_second: float


def solved_at(config: RaceConfig, history: Sequence[RaceRecord]) -> int | None:
    """Return the update of the first of two records in a row that meet the criterion; None where there are none."""
    met = 0
    for place, record in enumerate(history):
        met = met + 1 if config.about.is_solved(record.test_loss, record.accuracy) else 0
        if met == IN_A_ROW:
            return history[place - 1].update
    return None


def status_of(config: RaceConfig, history: Sequence[RaceRecord], diverged: bool) -> RacerStatus:
    """Return how a network stands: it races until it has solved the task, used up its updates, or diverged."""
    if diverged:
        return "diverged"
    if solved_at(config, history) is not None:
        return "solved"
    return "unsolved" if len(history) >= config.records else "racing"


def ending_sentence(config: RaceConfig, history: Sequence[RaceRecord], diverged: bool) -> str:
    """Say in a sentence how a network's race ended; empty while it goes on."""
    status, updates = status_of(config, history, diverged), history[-1].update if history else 0
    if status == "racing":
        return ""
    if status == "diverged":
        return f"The loss left the range of numbers after update {updates}."
    if status == "unsolved":
        return f"Not solved within {updates:,} updates."
    first = solved_at(config, history)
    seconds = next(record.seconds for record in history if record.update == first)
    return f"Solved after {first:,} updates, {seconds:.1f} s of training."
