"""Why the LSTM has gates: one memory that is kept, written and shown, in a cell that learned to count."""

from lstm_viz.tours.tour import Question, Stop, Tour

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
    """Open the counting cell, an LSTM where nothing else is said, with all of a step shown."""
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
