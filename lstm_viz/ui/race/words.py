"""Sentences about a race: in cards, in the table, and for those who cannot see the charts."""

from math import exp, floor, log10

from lstm_viz.glossary import label_of
from lstm_viz.phrases import counted
from lstm_viz.racing.config import RaceConfig
from lstm_viz.runs.records import Outcome, RacerView, RaceView
from lstm_viz.ui.race.controls import parameters_of_address, term_of

HELPFUL_BIAS = 3.0
ENOUGH = 0.1


def title_of(config: RaceConfig) -> str:
    """Name a race by its task and all settings that matter."""
    sentence = f"{config.about.title}, {config.steps} steps, {config.hidden_size} hidden units"
    bias = f", forget bias {config.forget_bias:g}" if "lstm" in config.cells else ""
    return f"{sentence}{bias}, seed {config.seed}{further_settings(config)}"


def further_settings(config: RaceConfig) -> str:
    """Name the folded settings that are not the usual ones."""
    shown_anyway = ("task", "length", "hidden_size", "forget_bias", "seed", "cells")
    differing = [name for name in parameters_of_address(config) if name not in shown_anyway]
    values = {name: getattr(config, name) for name in differing}
    words = {name: label_of(value) if isinstance(value, str) else f"{value:g}" for name, value in values.items()}
    return "".join(f", {label_of(term_of(name)).lower()} {word}" for name, word in words.items())


def standing_of(view: RaceView) -> str:
    """Say in a few words how far a race is."""
    newest = max((racer.history[-1].update for racer in view.racers.values() if racer.history), default=0)
    done, budget = f"{newest:,}", f"{view.config.records * 10:,}"
    status = view.state.status
    if status == "queued" and view.ahead:
        return f"Waiting: {counted(view.ahead, 'run')} before this one"
    if status == "queued" or (status == "running" and not newest):
        return "Starting …"
    if status == "running":
        return f"Racing: update {done} of {budget}"
    if status == "finished":
        return f"Finished after update {done}"
    if status == "stopped":
        return f"Stopped at update {done} of {budget}"
    return f"Paused at update {done} of {budget}"


def racer_standing(racer: RacerView, view: RaceView) -> str:
    """Say how one network does; short enough for one line of a card."""
    if racer.message:
        return racer.message.removesuffix(".").replace(" of training", "")
    if not view.state.active:
        return {"stopped": "Stopped before it had solved it"}.get(view.state.status, "Paused")
    return "Racing" if racer.history else "At the start"


def number(value: float) -> str:
    """Write a loss."""
    return f"{value:.3g}" if value < 1e4 else f"{value:.1e}"


def numbers_of(racer: RacerView) -> dict[str, str]:
    """Return the newest numbers of a network by their terms; dashes before the first."""
    numbers = dict.fromkeys(("test_loss", "accuracy", "updates_per_second"), "–")
    if racer.history:
        last = racer.history[-1]
        numbers = {
            "test_loss": number(last.test_loss),
            "accuracy": f"{last.accuracy:.1%}".replace("100.0%", "100%"),
            "updates_per_second": f"{last.update / last.seconds:,.0f}" if last.seconds else "–",
        }
    return {**numbers, "parameters": f"{racer.parameters:,}"}


def chart_in_words(view: RaceView) -> str:
    """Say what the chart of the race shows."""
    parts = [f"{label_of(cell)} {_racer_in_words(racer)}" for cell, racer in view.racers.items()]
    return f"Test loss by update; guessing has {view.config.chance:.3g}. {'; '.join(parts)}."


def _racer_in_words(racer: RacerView) -> str:
    if not racer.history:
        return "has not begun"
    last = racer.history[-1]
    solved = f", solved at {racer.solved_at}" if racer.solved_at else ""
    return f"{number(last.test_loss)} after {last.update} updates, accuracy {last.accuracy:.0%}{solved}"


def reach_in_words(view: RaceView) -> str:
    """Say what the chart of the gradients shows."""
    parts = []
    for cell, racer in view.racers.items():
        reaches = [record.gradient_by_step for record in racer.history if record.gradient_by_step]
        if reaches:
            reach = reaches[-1]
            parts.append(f"{label_of(cell)} {power(reach[0])} at the first step, {power(reach[-1])} at the last")
    return f"Norm of the gradient by step: {'; '.join(parts) or 'not yet known'}."


def power(exponent: float) -> str:
    """Write 10 to an exponent that is not whole."""
    whole = floor(exponent)
    return f"{10 ** (exponent - whole):.0f}e{whole}"


def outcome_of(outcome: Outcome | None, active: bool) -> str:
    """Say in a cell of the table how a network did, in a race that goes on or not."""
    if outcome is None:
        return "not in it"
    if outcome.solved_at:
        return f"{outcome.solved_at:,}"
    if outcome.status == "diverged":
        return "diverged"
    if outcome.status == "racing" and active:
        return "…"
    return "–"


def _sigmoid(value: float) -> float:
    return 1 / (1 + exp(-value))


def hint_of(view: RaceView) -> str:
    """Say why the LSTM may have failed, where a larger forget bias is worth trying."""
    config, racer = view.config, view.racers.get("lstm")
    if racer is None or racer.status not in ("unsolved", "diverged") or config.forget_bias >= HELPFUL_BIAS:
        return ""
    gate, larger, back = _sigmoid(config.forget_bias), _sigmoid(HELPFUL_BIAS), max(config.steps - 1, 1)
    if gate**back > ENOUGH:
        return ""
    return (
        f"Why did the LSTM not solve it? With forget bias {config.forget_bias:g}, its forget gate starts near "
        f"σ({config.forget_bias:g}) = {gate:.2f}. Over {back} steps that keeps {gate:.2f}^{back} ≈ {_tiny(gate**back)} of "
        "the memory and of the gradient, too little to learn what must be remembered. "
        f"With forget bias {HELPFUL_BIAS:g} it is {larger:.2f}^{back} ≈ {_tiny(larger**back)}."
    )


def _tiny(value: float) -> str:
    """Write a share that may be tiny.

    >>> _tiny(0.0924), _tiny(2.1e-7)
    ('0.092', '2·10⁻⁷')
    """
    if value >= 1e-3:
        return f"{value:.2g}"
    exponent = floor(log10(value))
    digits = str(-exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{value / 10**exponent:.0f}·10⁻{digits}"
