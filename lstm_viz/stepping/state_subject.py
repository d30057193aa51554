"""A model that somebody brought as a file of weights, reading a text or numbers."""

import math
import re

import numpy as np

from lstm_viz.anatomy.foreign import Untold
from lstm_viz.errors import SequenceError
from lstm_viz.recurrent.specification import ModelConfig
from lstm_viz.runs.states import BroughtState, open_state
from lstm_viz.sequences.tokens import MAX_CHARACTERS, MAX_TOKENS, Vocabulary, read_tokens
from lstm_viz.stepping.request import STATE, UNTRAINED_TEXT, StepRequest
from lstm_viz.stepping.subject import Subject

SHORT, PERIOD = 24, 12  # the sequence where nothing is typed
MAX_SIZE = 1e6


def state_of(request: StepRequest) -> BroughtState:
    """Open the model that somebody brought.

    Raises:
        RunNotFound: its file is not here.
        WeightsError: the file is no model that can be shown.
    """
    return open_state(request.source.removeprefix(STATE), untold_of(request))


def untold_of(request: StepRequest) -> Untold:
    """Give what somebody says that the weights do not tell."""
    return Untold(request.pooling, request.activation)


def state_subject(request: StepRequest) -> Subject:
    """Let a model that was brought read a text, where it embeds tokens, or numbers.

    Raises:
        LSTMVizError: the model cannot be opened, or cannot read this.
    """
    model = state_of(request).foreign.model
    outputs = tuple(f"answer {place}" for place in range(1, model.config.output_size + 1))
    if model.embed is not None:
        tokens, vocabulary = _tokens_for(request, model.embed.num_embeddings)
        return Subject(model, vocabulary.encode(tokens), tokens, vocabulary.tokens, outputs, asks="values")
    sequence = _numbers_for(request, model.config.input_size)
    return Subject(model, sequence, _labels_of(sequence), outputs=outputs, asks="values")


def _tokens_for(request: StepRequest, known: int) -> tuple[tuple[str, ...], Vocabulary]:
    """Cut the text into tokens and number them as they come: which token a number stood for, weights do not tell.

    Raises:
        SequenceError: nothing can be read, or there are more different tokens than the model knows.
    """
    tokens = read_tokens(request.text or UNTRAINED_TEXT, request.splitting)
    different = tuple(dict.fromkeys(tokens))
    if not request.text and len(different) > known:
        tokens = tokens[: tokens.index(different[known])]
        different = different[:known]
    if len(different) > known:
        raise SequenceError(
            f"The text has {len(different)} different tokens; this model knows {known}. Type one with at most {known} "
            "different ones."
        )
    return tokens, Vocabulary(different)


def _numbers_for(request: StepRequest, size: int) -> np.ndarray:
    """Give what a model of numbers reads, (T, I): what was typed, a sine, or random numbers where a step has several.

    Raises:
        SequenceError: what was typed cannot be read.
    """
    if size > 1:
        return np.random.default_rng(request.seed).standard_normal((SHORT, size)).astype(np.float32)
    if not request.text.strip():
        return np.sin(2 * np.pi * np.arange(SHORT) / PERIOD).round(3)[:, None].astype(np.float32)
    return _read_numbers(request.text)[:, None]


def _read_numbers(text: str) -> np.ndarray:
    """Read numbers separated by commas, semicolons or white space, (T,).

    Raises:
        SequenceError: a part is no number or too large, or there are none or too many.
    """
    if len(text) > MAX_CHARACTERS:
        raise SequenceError(
            f"There are {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Take fewer numbers."
        )
    parts = [part for part in re.split(r"[,;\s]+", text) if part]
    if not 1 <= len(parts) <= MAX_TOKENS:
        raise SequenceError(f"There are {len(parts):,} numbers to read; type 1 to {MAX_TOKENS:,}, with commas between.")
    return np.array([_read_number(part) for part in parts], dtype=np.float32)


def _read_number(part: str) -> float:
    """Read one number.

    Raises:
        SequenceError: it is none, or too large.
    """
    try:
        value = float(part)
    except ValueError:
        value = math.nan
    if not abs(value) <= MAX_SIZE:  # a NaN fails this too
        raise SequenceError(
            f"{part[:20]!r} is no number that can be read. Type numbers between −{MAX_SIZE:,.0f} and {MAX_SIZE:,.0f} with "
            "commas between, such as 0.5, 1, −0.25."
        )
    return value


def _labels_of(sequence: np.ndarray) -> tuple[str, ...]:
    """Write what is read at each step: the number, or which step it is."""
    if sequence.shape[1] == 1:
        return tuple(f"{value + 0.0:.3g}".replace("-", "−") for value in sequence[:, 0])  # no −0
    return tuple(f"step {step}" for step in range(1, len(sequence) + 1))


def words_of_state(request: StepRequest) -> str:
    """Say what the model is and what it reads.

    Raises:
        LSTMVizError: the model cannot be opened.
    """
    state = state_of(request)
    model = state.foreign.model
    words = f"The model that you brought as “{state.name}” {_what_it_reads(request)}"
    if isinstance(model.config, ModelConfig) and model.config.bidirectional and model.config.reads == "last":
        words += " At every step its answer counts in what the backward direction made of the whole sequence."
    words += " What its answers mean, weights do not tell: they are shown as they are."
    if model.config.bidirectional:
        words += " Shown is the direction that reads forward."
    return words


def _what_it_reads(request: StepRequest) -> str:
    model = state_of(request).foreign.model
    if model.embed is not None:
        return (
            f"knows {model.embed.num_embeddings:,} tokens by number. Those of the text are numbered 0, 1, 2, … as they "
            "first come: which token a number stood for, weights do not tell."
        )
    size = model.config.input_size
    if size > 1:
        return f"reads {size} numbers per step: here random ones, standard normal, drawn with seed {request.seed}."
    typed = (
        "the numbers above" if request.text.strip() else f"a sine with a period of {PERIOD} steps, in three decimals"
    )
    return f"reads {typed}, one number per step."
