"""Guided tours as data: what each stop says, the address it opens, and what it highlights."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Question:
    """A guess to make before the model answers."""

    words: str
    choices: Mapping[str, str]  # possible guesses, words by name
    ask: str  # the function of `asking.py` that finds the answer by running the model
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
    """What the model answered: the right choice, and the numbers that show it, ready to be read."""

    choice: str
    numbers: Mapping[str, str]


def _forecast_stop(title: str, words: str, part: str, **more: Any) -> Stop:
    return Stop(title, words, "forecast", f".st-key-{part}", **more)


FORECAST_TOUR = Tour(
    "forecast",
    "From my CSV to a forecast",
    "Bring a table, watch a network learn it, and find out when to believe what it says.",
    8,
    (
        _forecast_stop(
            "A table is enough",
            "One row for each moment: one column says when, another holds the number to forecast. Bring a file of your own "
            "here, CSV, Excel or Parquet; or go on with the sample, airline passengers month by month.",
            "uploader",
            parameters={"data": "airline_passengers"},
        ),
        _forecast_stop(
            "Look before you train",
            "This is what was read. Does it look the way you know it? Whatever had to be decided, such as gaps, odd values "
            "or rows that share a date, is told beside the chart, and you can decide otherwise.",
            "series-chart",
        ),
        _forecast_stop(
            "One number to choose",
            "The horizon is how many steps ahead you want to know. All other settings are suggested from the data. "
            "The newest steps are kept from the networks that are scored, so that they can be checked on what really came.",
            "setting-horizon",
        ),
        _forecast_stop(
            "Something to beat",
            "A forecast is worth something only if it beats a simple rule. For airline passengers one rule is: every month "
            "as one year ago. The small LSTM of the film on Home read eleven years of them and never saw the twelfth.",
            "series-chart",
            question=Question(
                "Which of them misses the twelfth year by less?",
                {"lstm": "The LSTM", "rule": "The rule", "same": "About the same: less than 5% apart"},
                "last_year_or_lstm",
                "On average of {months} months the LSTM misses by {lstm} thousand passengers, the rule by {rule}.",
            ),
        ),
        _forecast_stop(
            "Train",
            "Press the button and watch the training loss fall: the error on the rows that teach. A low training loss by "
            "itself promises nothing, since a network can learn its rows by heart. What counts is how it does on rows that "
            "it never saw. Go on when it has ended.",
            "train",
        ),
        _forecast_stop(
            "The verdict",
            "When a run has ended, one sentence says first whether the network did better than the simple rules, on steps "
            "that it had not seen. If it did not, believe the rule: that happens, and it is good to know.",
            "verdict",
        ),
        _forecast_stop(
            "Was it luck?",
            "One good stretch may be luck. So everything is repeated from earlier moments, each time with what was known "
            "then and nothing more. Look whether it wins most of the time, and whether the band held as often as it "
            "promises.",
            "fold-before",
        ),
        _forecast_stop(
            "Why this forecast?",
            "Open this to see which of the values that it read weighed most. And “Look inside this model” steps through "
            "the very network that you have trained, gate by gate.",
            "fold-why",
        ),
    ),
)


SHORT, LONG = 10, 100
NOISE = "xyzzyxxzyxzyyxzyxxzy"
LONG_NOISE = 5 * NOISE
BIAS, WIDE_BIAS = 1.0, 3.0
FLOW = ".st-key-gradient-flow >>> "


def _forget_stop(title: str, words: str, part: str, place: str, question: Question | None = None, **more: str) -> Stop:
    return Stop(title, words, "flow", f"{FLOW}{part}", {"length": str(LONG), **more}, place, question)


FORGET_TOUR = Tour(
    "forget",
    "Why do plain RNNs forget?",
    "Follow the error on its way back through time, and see where it gets lost.",
    8,
    (
        _forget_stop(
            "How an error finds its cause",
            "To learn, a network takes its error at the end and asks every earlier step: how much did you have to do with "
            "it? The answer is the gradient, and it travels from right to left. These networks have learned nothing yet "
            "and read ten random steps.",
            ".readout",
            "step=1&lane=rnn",
            Question(
                f"{LONG} steps instead of {SHORT}: how much of the RNN’s gradient gets to step 1?",
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
            "Now there are a hundred steps. The scale goes in powers of ten, and the RNN’s line falls almost straight: "
            "every step back multiplies by about the same factor, and it is smaller than 1. Halve something a hundred times "
            "and nothing is left of it. This is the vanishing gradient.",
            ".course .chart",
            "step=1&lane=rnn",
        ),
        _forget_stop(
            "Where the factor comes from",
            "One step back through an RNN means: times the slope of tanh, which is at most 1, and times the recurrent "
            "weights, which are the same at every step. As torch draws them, both make it smaller. Larger weights make it "
            "fade later; still larger ones blow it up. Try the slider “Recurrent weights ×”.",
            ".derivation",
            "step=50&lane=rnn",
        ),
        _forget_stop(
            "The LSTM has a second road",
            "An LSTM has gates, and its cell state is a road of its own. Along it the gradient is multiplied by the forget "
            "gate and by nothing else, so a gate near 1 lets it through. The forget bias sets how far the gates are open "
            f"before training; here it is {BIAS:g}.",
            ".roads",
            "step=1&lane=lstm",
            Question(
                f"Raise the forget bias to {WIDE_BIAS:g}. How much of the LSTM’s gradient gets over {LONG} steps?",
                {
                    "fades": "Less than a hundredth: it still fades",
                    "arrives": "A good part of it: a hundredth or more",
                    "explodes": "Far too much: more than a hundred times as much",
                },
                "gradient_with_open_gates",
                f"With {BIAS:g} it was {{before}} of it, with {WIDE_BIAS:g} it is {{after}}: the gates keep {{keep}} of the "
                "cell state per step, not {kept}.",
            ),
        ),
        _forget_stop(
            "The road is open",
            f"This is a forget bias of {WIDE_BIAS:g}. The LSTM’s line now runs almost level to the first step, so an error "
            "at the end can still teach what to do at the beginning. The RNN has no such setting: its line is the same as "
            "before.",
            ".verdict.lstm",
            "step=1&lane=lstm",
            forget_bias=str(WIDE_BIAS),
        ),
        _forget_stop(
            "No magic",
            "And this is an LSTM as torch makes it, with a forget bias of 0. Its gates are half open: the memory halves "
            "with every step, and the gradient vanishes too. Gates do not remember by themselves. But they can be "
            "opened, by a start value or by training.",
            ".verdict.lstm",
            "step=1&lane=lstm",
            forget_bias="0.0",
        ),
        Stop(
            "Let them learn",
            "Here an RNN, a GRU and an LSTM learn the same task: name the first letter after a long stretch of noise. The "
            "LSTM starts with its gates wide open. Press “Start race” and see who gets away from the line “guessing”, and "
            "when. A second chart shows whose gradient gets back to the first letter. The tour waits.",
            "race",
            ".st-key-race-start",
            {"task": "recall", "forget_bias": "5.0"},
        ),
        Stop(
            "After training",
            "These two were trained for the same task with the same sequences, with 20 to 40 letters of noise. This one "
            f"holds {LONG} letters of noise.",
            "step",
            ".st-key-step-diagram >>> .ribbon",
            {"source": "recall", "text": f"B{LONG_NOISE}?", "cells": "rnn-lstm"},
            "step=1&phase=whole",
            Question(
                "The first letter is A, B, C or D. Which of them names it right every time?",
                {"both": "Both", "lstm": "Only the LSTM", "rnn": "Only the RNN", "neither": "Neither"},
                "long_memory",
                "Of 4 letters the RNN names {rnn}, the LSTM {lstm}; always saying the same would get 1.",
            ),
        ),
    ),
)


COUNTED = 20
UNIT = 9  # the counter among the ten units, counted from 1 as on the screen
TEXT = "a" * COUNTED + "X" + "b" * COUNTED
DIAGRAM = ".st-key-step-diagram >>> "
ENDS = {"early": "Too early", "right": f"After exactly {COUNTED} b", "never": "Later, or not at all"}
SAYS = "It says “end” {ends}; {due} b were due."
SLIP = f"lstm.forget_gate.{UNIT}@10=0"
UNWRITTEN = f"lstm.input_gate.{UNIT}@11-15=0"


def _line_of(gate: str) -> str:
    return f".equations .line:has(.name.{gate})"


def _gates_stop(title: str, words: str, part: str, place: str, question: Question | None = None, **more: str) -> Stop:
    parameters = {"source": "counting", "text": TEXT, "cells": "lstm", **more}
    return Stop(title, words, "step", f"{DIAGRAM}{part}", parameters, f"{place}&phase=whole", question)


GATES_TOUR = Tour(
    "gates",
    "Why does the LSTM have gates?",
    "See one memory being kept, written and shown, in a cell that learned to count.",
    7,
    (
        _gates_stop(
            "A job that needs a memory",
            "Read some a, then an X. From the X on, answer b once for every a, and then “end”, drawn as ⏎. This plain "
            "recurrent network, an RNN, has practised with ten a at most. Here it reads twenty.",
            ".ribbon",
            "step=1",
            Question("When will it say “end”?", ENDS, "plain_count", SAYS),
            cells="rnn",
        ),
        _gates_stop(
            "The same job, with gates",
            "This LSTM has as many units and practised with the same ten a at most. Step back and forth with ← and →: "
            "from the X on it answers b twenty times, and at the last step “end”. It was picked as the best counter of "
            "many tries, so this is no fair race; it shows what gates make possible.",
            ".prediction",
            f"step={2 * COUNTED + 1}&unit={UNIT}",
        ),
        _gates_stop(
            "The memory",
            "This is one unit of the LSTM over the whole sequence. The solid line is its cell state, the memory: a number "
            "that only the cell itself sees. It goes one notch down with every a and one notch up with every b, so it "
            "is back at zero just when “end” is due.",
            ".story",
            f"step={COUNTED}&unit={UNIT}",
        ),
        _gates_stop(
            "Forget gate: keep it",
            "Three gates guard the memory, each a number from 0 (shut) to 1 (open). The forget gate says how much of the "
            "old memory stays. In this unit it is fully open at every step, so nothing of the count is lost.",
            _line_of("forget_gate"),
            f"step=10&unit={UNIT}",
            Question(
                "Shut this one gate at one single step, at the tenth a. When does the cell say “end” now?",
                ENDS,
                "count_with_a_slip",
                SAYS,
            ),
        ),
        _gates_stop(
            "One slip, and the count is gone",
            "Here the gate is shut at step 10 and nowhere else. The strong line jumps back to a single notch and counts "
            "on from there; the pale line is the run without the change. What was dropped does not come back.",
            ".story",
            f"step=10&unit={UNIT}",
            what_if=SLIP,
        ),
        _gates_stop(
            "Input gate: write it",
            "What could be written is called the candidate: here about −1 for an a, about +1 for a b. The input gate says "
            "how much of it is really written. It is open for both and nearly shut at the X, which must not be counted.",
            _line_of("input_gate"),
            f"step={COUNTED + 1}&unit={UNIT}",
            Question(
                "Shut this gate while five of the twenty a are read, numbers 11 to 15. When does the cell say “end”?",
                {
                    "all": f"After {COUNTED} b: it notices anyway",
                    "written": f"After {COUNTED - 5} b: what is not written does not count",
                    "other": "At another step",
                },
                "count_of_what_is_written",
                SAYS,
            ),
        ),
        _gates_stop(
            "Output gate: show it",
            "The output gate says how much of the memory the rest of the network sees. While the a come in, this unit "
            "hides its count: the gate is shut. At the X it opens, since from here on the count decides what to answer. "
            "Step over the X with → and watch it.",
            _line_of("output_gate"),
            f"step={COUNTED}&unit={UNIT}",
        ),
        Stop(
            "Keep, write, show",
            "Every gate of every unit at every step, at once. The gates turn where the job turns: at the X. Keep, write, "
            "show: each unit decides it anew at every step, by looking at the input and at the hidden states. Nobody "
            "told it when; training found it.",
            "gates",
            ".st-key-gate-maps >>> .labels",
            {"source": "counting", "text": TEXT, "cells": "lstm"},
            f"step={COUNTED + 1}&unit={UNIT}",
        ),
    ),
)


TOURS: dict[str, Tour] = {tour.key: tour for tour in (GATES_TOUR, FORGET_TOUR, FORECAST_TOUR)}
PLACE = re.compile(r"([a-z]{1,20})\.(\d{1,2})")


def read_place(text: str | None) -> tuple[Tour, int] | None:
    """Read `key.stop`, stops counted from 1.

    Returns:
        The tour and the stop counted from 0; None where the text names no place of any tour.

    Example:
        >>> read_place("gates.2")[1], read_place("gates.99"), read_place("<b>")
        (1, None, None)
    """
    found = PLACE.fullmatch(text or "")
    tour = TOURS.get(found[1]) if found else None
    if not found or not tour or not 1 <= int(found[2]) <= len(tour.stops):
        return None
    return tour, int(found[2]) - 1


def write_place(tour: Tour, stop: int) -> str:
    """Write where in a tour an address is; undoes `read_place`."""
    return f"{tour.key}.{stop + 1}"
