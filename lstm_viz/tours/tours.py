"""Guided tours as data: the text of each stop, the address it opens, and what it highlights."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHORT, LONG = 10, 100
LONG_NOISE = 5 * "xyzzyxxzyxzyyxzyxxzy"
BIAS, WIDE_BIAS = 1.0, 3.0
COUNTED = 20
UNIT = 9  # the counter among the ten units, counted from 1 as on the screen
TEXT = "a" * COUNTED + "X" + "b" * COUNTED
SLIP = f"lstm.forget_gate.{UNIT}@10=0"
UNWRITTEN = f"lstm.input_gate.{UNIT}@11-15=0"
_ENDS = {"early": "Too early", "right": f"After exactly {COUNTED} b’s", "never": "Later, or not at all"}
_ANSWER = "It says “end” {ends}; {due} b’s were due."
_DIAGRAM = ".st-key-step-diagram >>> "
_PLACE = re.compile(r"([a-z]{1,20})\.(\d{1,2})")


@dataclass(frozen=True)
class Question:
    """A guess to make before the model answers."""

    words: str
    choices: Mapping[str, str]  # possible guesses, words by name
    ask: str  # key in `asking.ASKS` of what finds the answer by running the model
    reveal: str  # shown afterwards; `{name}` is filled with the numbers found


@dataclass(frozen=True)
class Stop:
    """One place of a tour."""

    title: str
    words: str  # two to four plain sentences
    page: str  # its name in the navigation
    highlight: str  # CSS selector; after `>>>` it goes on inside a component
    parameters: Mapping[str, str] | None = None  # of the address; None leaves the page as it is
    place: str = ""  # the part of the address after `#`, if any
    question: Question | None = None


@dataclass(frozen=True)
class Tour:
    """A way through the pages that answers one question."""

    key: str  # its name in the address
    title: str  # the question
    promise: str  # what one will have seen, in a sentence
    minutes: int
    stops: tuple[Stop, ...] = field(repr=False)


@dataclass(frozen=True)
class Found:
    """What the model answered: the right choice, and the formatted numbers that show it."""

    choice: str
    numbers: Mapping[str, str]


def _forecast_stop(title: str, words: str, part: str, **more: Any) -> Stop:
    return Stop(title, words, "forecast", f".st-key-{part}", **more)


_FORECAST_TOUR = Tour(
    "forecast",
    "From my CSV to a forecast",
    "Upload a table, watch a network learn from it, and find out when to trust its forecast.",
    8,
    (
        _forecast_stop(
            "A table is enough",
            "One row per point in time: one column holds the date, another the number to forecast. Upload your own "
            "file here (CSV, Excel or Parquet), or continue with the sample, monthly airline passengers.",
            "uploader",
            parameters={"data": "airline_passengers"},
        ),
        _forecast_stop(
            "Look before you train",
            "This is how your data was read. Does it look right? Anything that had to be decided, such as gaps, "
            "outliers or rows that share a date, is listed beside the chart, and you can change it.",
            "series-chart",
        ),
        _forecast_stop(
            "One number to choose",
            "The horizon is how many steps ahead you want to forecast. All other settings are suggested from the data. The "
            "latest steps are held out from the networks that are scored, to check their forecasts against what happened.",
            "setting-horizon",
        ),
        _forecast_stop(
            "Something to beat",
            "A forecast is only worth something if it beats a simple rule. For airline passengers one such rule is: "
            "each month repeats last year’s. The small LSTM in the film on Home was trained on eleven years and never "
            "saw the twelfth.",
            "series-chart",
            question=Question(
                "Which of them is closer to the twelfth year?",
                {"lstm": "The LSTM", "rule": "The rule", "same": "About the same: less than 5% apart"},
                "last_year_or_lstm",
                "Over {months} months the LSTM is off by {lstm} thousand passengers on average, the rule by {rule}.",
            ),
        ),
        _forecast_stop(
            "Train",
            "Press the button and watch the training loss fall: the error on the training data. A low training loss "
            "alone proves nothing, since a network can memorize its data. What counts is how well it does on data it "
            "has never seen. Continue once training has finished.",
            "train",
        ),
        _forecast_stop(
            "The verdict",
            "Each finished run starts with one sentence: whether the network beat the simple rules on data it had not "
            "seen. If it did not, trust the rule. That happens, and it is good to know.",
            "verdict",
        ),
        _forecast_stop(
            "Was it luck?",
            "One good test period may be luck. So the forecast is repeated from earlier starting points, each time "
            "with only the data known at that time. See whether it wins most of the time, and whether the prediction "
            "band covers as often as it promises.",
            "fold-before",
        ),
        _forecast_stop(
            "Why this forecast?",
            "Open this to see which inputs mattered most. “Look inside this model” then steps through the network you "
            "have just trained, gate by gate.",
            "fold-why",
        ),
    ),
)


def _forget_stop(title: str, words: str, part: str, place: str, question: Question | None = None, **more: str) -> Stop:
    return Stop(
        title, words, "flow", f".st-key-gradient-flow >>> {part}", {"length": str(LONG), **more}, place, question
    )


_FORGET_TOUR = Tour(
    "forget",
    "Why do plain RNNs forget?",
    "Follow the gradient back through time, and see where it vanishes.",
    8,
    (
        _forget_stop(
            "How an error finds its cause",
            "To learn, a network takes its error at the end and asks of every earlier step: how much did you "
            "contribute? The answer is the gradient, and it travels from right to left. These networks are untrained "
            "and read ten random inputs.",
            ".readout",
            "step=1&lane=rnn",
            Question(
                f"With {LONG} steps instead of {SHORT}, how much of the RNN’s gradient reaches step 1?",
                {
                    "tenth": "About a tenth of what arrives now",
                    "thousandth": "About a thousandth of what arrives now",
                    "nothing": "Less than a millionth of what arrives now",
                },
                "gradient_of_a_long_way",
                f"Over {SHORT} steps {{short}} of it arrives, over {LONG} steps {{long}}: {{ratio}} times as much.",
            ),
            length=str(SHORT),
        ),
        _forget_stop(
            "A straight line down",
            "Now there are a hundred steps. On this logarithmic scale the RNN’s line is almost straight: every step "
            "back multiplies the gradient by about the same factor, which is below 1. Halve something a hundred times "
            "and nothing is left. This is the vanishing gradient.",
            ".course .chart",
            "step=1&lane=rnn",
        ),
        _forget_stop(
            "Where the factor comes from",
            "Each step back through an RNN multiplies by the slope of tanh, which is at most 1, and by the recurrent "
            "weights, which are the same at every step. With torch’s initialization both shrink the gradient. Larger "
            "weights make it fade later; still larger ones make it explode. Try the slider “Recurrent weights ×”.",
            ".derivation",
            "step=50&lane=rnn",
        ),
        _forget_stop(
            "The LSTM has a second path",
            "An LSTM has gates, and its cell state is a path of its own. Along it the gradient is multiplied by the forget "
            "gate and nothing else, so a gate near 1 lets it through. The forget bias sets how far the gates are open "
            f"before training; here it is {BIAS:g}.",
            ".paths",
            "step=1&lane=lstm",
            Question(
                f"Raise the forget bias to {WIDE_BIAS:g}. How much of the LSTM’s gradient survives {LONG} steps?",
                {
                    "fades": "Less than a hundredth: it still vanishes",
                    "arrives": "A good part: a hundredth or more",
                    "explodes": "Far too much: more than a hundred times as much",
                },
                "gradient_with_open_gates",
                f"With {BIAS:g} it was {{before}}, with {WIDE_BIAS:g} it is {{after}}: the gates keep {{keep}} of the cell "
                "state per step instead of {kept}.",
            ),
        ),
        _forget_stop(
            "The path is open",
            f"With a forget bias of {WIDE_BIAS:g} the LSTM’s line stays almost level back to the first step, so an error at "
            "the end can still change what happens at the beginning. The RNN has no such setting: its line is unchanged.",
            ".verdict.lstm",
            "step=1&lane=lstm",
            forget_bias=str(WIDE_BIAS),
        ),
        _forget_stop(
            "No magic",
            "This is an LSTM as torch initializes it, with a forget bias of 0. Its gates are half open: the memory "
            "halves at every step, and its gradient vanishes too. Gates do not remember by themselves, but they can "
            "be opened, by initialization or by training.",
            ".verdict.lstm",
            "step=1&lane=lstm",
            forget_bias="0.0",
        ),
        Stop(
            "Let them learn",
            "An RNN, a GRU and an LSTM learn the same task: name the first letter after a long stretch of noise. The "
            "LSTM starts with its forget gates wide open. Press “Start race” and see which of them beats the line "
            "“guessing”, and when. A second chart shows whose gradient reaches the first letter. The tour waits.",
            "race",
            ".st-key-race-start",
            {"task": "recall", "forget_bias": "5.0"},
        ),
        Stop(
            "After training",
            "These two were trained on the same sequences of that task, with 20 to 40 letters of noise. This one has "
            f"{LONG} letters of noise.",
            "step",
            f"{_DIAGRAM}.ribbon",
            {"source": "recall", "text": f"B{LONG_NOISE}?", "cells": "rnn-lstm"},
            "step=1&phase=whole",
            Question(
                "The first letter is A, B, C or D. Which network gets it right every time?",
                {"both": "Both", "lstm": "Only the LSTM", "rnn": "Only the RNN", "neither": "Neither"},
                "long_memory",
                "Of 4 letters the RNN gets {rnn} right and the LSTM {lstm}; always giving the same answer would get 1.",
            ),
        ),
    ),
)


def _line_of(gate: str) -> str:
    return f".equations .line:has(.name.{gate})"


def _gates_stop(title: str, words: str, part: str, place: str, question: Question | None = None, **more: str) -> Stop:
    parameters = {"source": "counting", "text": TEXT, "cells": "lstm", **more}
    return Stop(title, words, "step", f"{_DIAGRAM}{part}", parameters, f"{place}&phase=whole", question)


_GATES_TOUR = Tour(
    "gates",
    "Why does the LSTM have gates?",
    "Watch a memory being kept, written and read, in a cell that learned to count.",
    7,
    (
        _gates_stop(
            "A job that needs a memory",
            "Read some a’s, then an X. From the X on, answer one b for every a, and then “end”, drawn as ⏎. This "
            "plain recurrent network, an RNN, was trained on at most ten a’s. Here it reads twenty.",
            ".ribbon",
            "step=1",
            Question("When will it say “end”?", _ENDS, "plain_count", _ANSWER),
            cells="rnn",
        ),
        _gates_stop(
            "The same job, with gates",
            "This LSTM has as many units and was also trained on at most ten a’s. Step back and forth with ← and →: "
            "from the X on it answers b twenty times, and “end” at the last step. It is the best counter of many "
            "training runs, so this is no fair race; it shows what gates make possible.",
            ".prediction",
            f"step={2 * COUNTED + 1}&unit={UNIT}",
        ),
        _gates_stop(
            "The memory",
            "This is one unit of the LSTM over the whole sequence. The solid line is its cell state, the memory: a "
            "number that only the cell itself sees. It goes down by one with every a and up by one with every b, so "
            "it is back at zero exactly when “end” is due.",
            ".story",
            f"step={COUNTED}&unit={UNIT}",
        ),
        _gates_stop(
            "Forget gate: keep it",
            "Three gates control the memory, each a number from 0 (closed) to 1 (open). The forget gate says how much "
            "of the old memory is kept. In this unit it is fully open at every step, so the count is never lost.",
            _line_of("forget_gate"),
            f"step=10&unit={UNIT}",
            Question(
                "Close this one gate at a single step, at the tenth a. When does the cell say “end” now?",
                _ENDS,
                "count_with_a_slip",
                _ANSWER,
            ),
        ),
        _gates_stop(
            "One slip, and the count is gone",
            "Here the gate is closed at step 10 only. The strong line drops back to a count of one and continues from "
            "there; the pale line is the run without the change. What is forgotten does not come back.",
            ".story",
            f"step=10&unit={UNIT}",
            what_if=SLIP,
        ),
        _gates_stop(
            "Input gate: write it",
            "What could be written is called the candidate: here about −1 for an a and +1 for a b. The input gate says how "
            "much of it is written. It is open for both and nearly closed at the X, which must not be counted.",
            _line_of("input_gate"),
            f"step={COUNTED + 1}&unit={UNIT}",
            Question(
                "Close this gate for five of the twenty a’s, numbers 11 to 15. When does the cell say “end”?",
                {
                    "all": f"After {COUNTED} b’s: it notices anyway",
                    "written": f"After {COUNTED - 5} b’s: what is not written does not count",
                    "other": "At another step",
                },
                "count_of_what_is_written",
                _ANSWER,
            ),
        ),
        _gates_stop(
            "Output gate: show it",
            "The output gate says how much of the memory the rest of the network sees. While the a’s come in it is "
            "closed, and the unit hides its count. At the X it opens, since from here on the count decides the "
            "answer. Step over the X with → and watch it.",
            _line_of("output_gate"),
            f"step={COUNTED}&unit={UNIT}",
        ),
        Stop(
            "Keep, write, show",
            "Every gate of every unit at every step. The gates change where the task changes: at the X. Each unit "
            "decides anew at every step what to keep, write and show, from the input and the hidden states. Nobody "
            "programmed this; it was learned in training.",
            "gates",
            ".st-key-gate-maps >>> .labels",
            {"source": "counting", "text": TEXT, "cells": "lstm"},
            f"step={COUNTED + 1}&unit={UNIT}",
        ),
    ),
)


TOURS: dict[str, Tour] = {tour.key: tour for tour in (_GATES_TOUR, _FORGET_TOUR, _FORECAST_TOUR)}


def read_place(text: str | None) -> tuple[Tour, int] | None:
    """Read `key.stop`, counted from 1: the tour and the stop counted from 0, or None where there is no such place.

    >>> read_place("gates.2")[1], read_place("gates.99"), read_place("<b>")
    (1, None, None)
    """
    found = _PLACE.fullmatch(text or "")
    tour = TOURS.get(found[1]) if found else None
    if not found or not tour or not 1 <= int(found[2]) <= len(tour.stops):
        return None
    return tour, int(found[2]) - 1


def write_place(tour: Tour, stop: int) -> str:
    """Write where in a tour an address is; undoes `read_place`."""
    return f"{tour.key}.{stop + 1}"
