"""Why plain RNNs forget: the gradient on its way back through time, and the road that gates open for it."""

from lstm_viz.tours.tour import Question, Stop, Tour

SHORT, LONG = 10, 100
NOISE = "xyzzyxxzyxzyyxzyxxzy"
LONG_NOISE = 5 * NOISE
BIAS, WIDE_BIAS = 1.0, 3.0
FLOW = ".st-key-gradient-flow >>> "


def _forget_stop(title: str, words: str, part: str, place: str, question: Question | None = None, **more: str) -> Stop:
    """Open the gradient flow, of the long sequence where nothing else is said."""
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
