"""How many numbers a model learns, counted step by step from the formula of each part.

An LSTM layer of u units with i inputs has four gates, each with an input matrix (u·i), a recurrent matrix (u·u) and a bias
(u): 4·(u·(u + i) + u). PyTorch keeps a second, redundant bias per gate, 4·u more, as cuDNN does. Only the candidate of a GRU
needs it, since the reset gate scales it.
"""

from dataclasses import dataclass

from lstm_viz.anatomy.parts import GATES, Blueprint, Config, Framework, Part, blueprint_of, parts_of, tensors_of_part


@dataclass(frozen=True)
class CountStep:
    """One line of a count."""

    words: str  # what is counted
    symbols: str  # in letters: u units, i inputs, d = u or 2u numbers that a later part reads, o outputs, V tokens
    numbers: str  # the same formula with this model's numbers
    value: int  # the result


@dataclass(frozen=True)
class PartCount:
    """A part of the model, counted."""

    title: str  # in words
    part: Part
    steps: tuple[CountStep, ...]  # the last one is the total
    kept: int = 0  # of these, numbers tracked in training but not learned by gradients

    @property
    def value(self) -> int:
        """Numbers in this part."""
        return self.steps[-1].value


@dataclass(frozen=True)
class Count:
    """All parts of a model, counted for one framework."""

    framework: Framework
    parts: tuple[PartCount, ...]

    @property
    def everything(self) -> int:
        """All numbers, as Keras' `count_params()` does: the statistics of batch norms are among them."""
        return sum(part.value for part in self.parts)

    @property
    def trained(self) -> int:
        """Numbers that training changes by gradients: `sum(p.numel() for p in model.parameters())` in torch."""
        return self.everything - sum(part.kept for part in self.parts)


def count_parameters_of(config: Config, framework: Framework) -> Count:
    """Count the numbers of a model, part by part.

    >>> from lstm_viz.recurrent.specification import StackConfig
    >>> first = count_parameters_of(StackConfig("lstm", 28, (75,), 10), "keras").parts[0]
    >>> first.steps[-1].symbols, first.steps[-1].numbers, first.value
    ('4·(u·(u + i) + u)', '4·(75·(75 + 28) + 75)', 31200)
    """
    blueprint = blueprint_of(config)
    return Count(framework, tuple(count_part(blueprint, part, framework) for part in parts_of(blueprint)))


def count_part(blueprint: Blueprint, part: Part, framework: Framework) -> PartCount:
    """Count one part."""
    if part.kind == "recurrent":
        return PartCount(layer_title(blueprint, part), part, _recurrent_steps(blueprint, part, framework))
    if part.kind == "norm":
        return _count_norm(blueprint, part, framework)
    inputs, outputs = part.inputs, part.outputs
    if part.kind == "embedding":
        step = CountStep("One row of numbers per token", "V·i", f"{inputs}·{outputs}", inputs * outputs)
        return PartCount("Embedding", part, (step,))
    if part.kind == "attention_score":
        step = CountStep("One weight per number, no bias", "d", f"{inputs}", inputs)
        return PartCount("Attention: score", part, (step,))
    title, out = ("Head", "o") if part.kind == "head" else ("Attention: look", "d")
    words = "A weight for each input of each output, and a bias per output"
    step = CountStep(words, f"{out}·(d + 1)", f"{outputs}·({inputs} + 1)", outputs * (inputs + 1))
    return PartCount(title, part, (step,))


def layer_title(blueprint: Blueprint, part: Part) -> str:
    """Name a recurrent layer for a person: `Layer 2, backward`."""
    return f"Layer {part.layer + 1}" + (f", {part.direction}" if blueprint.stack.bidirectional else "")


def _recurrent_steps(blueprint: Blueprint, part: Part, framework: Framework) -> tuple[CountStep, ...]:
    cell, bias = blueprint.stack.cell, blueprint.stack.bias
    gates, u, i = GATES[cell], part.outputs, part.inputs
    letters, digits = f"u·(u + i){' + u' * bias}", f"{u}·({u} + {i}){f' + {u}' * bias}"
    gate = u * (u + i) + u * bias
    steps = [
        CountStep("W of one gate: a weight for each unit and each number read", "u·i", f"{u}·{i}", u * i),
        CountStep("U of one gate: a weight for each unit and each unit remembered", "u·u", f"{u}·{u}", u * u),
        *[CountStep("The bias of one gate", "u", f"{u}", u)] * bias,
        CountStep("One gate", letters, digits, gate),
    ]
    if gates > 1:
        words = f"All {gates}: the candidate is built like a gate"
        steps.append(CountStep(words, f"{gates}·({letters})", f"{gates}·({digits})", gates * gate))
    if bias and (framework == "torch" or cell == "gru"):  # a Keras GRU has it as well (`reset_after=True`)
        why = "it is added to the first and could be left out"
        if cell == "gru":
            why = "only the candidate needs it, where the reset gate scales it"
        times = f"{gates}·" * (gates > 1)
        second = CountStep(f"The second bias, beside U: {why}", f"{times}u", f"{times}{u}", gates * u)
        steps += [second, _together(steps[-1], second)]
    return tuple(steps)


def _together(one: CountStep, other: CountStep) -> CountStep:
    symbols, numbers = f"{one.symbols} + {other.symbols}", f"{one.numbers} + {other.numbers}"
    return CountStep("Together", symbols, numbers, one.value + other.value)


def _count_norm(blueprint: Blueprint, part: Part, framework: Framework) -> PartCount:
    """Count the scale and shift of a norm; batch statistics are weights in Keras and buffers in PyTorch."""
    width, title = part.outputs, f"Norm {part.layer + 1}"
    trained = CountStep("Scale and shift of each number", "2·d", f"2·{width}", 2 * width)
    kept = sum(fact.count for fact in tensors_of_part(blueprint, part, framework) if not fact.trained)
    if not kept:
        return PartCount(title, part, (trained,))
    statistics = CountStep("Mean and variance kept, not trained", "2·d", f"2·{width}", kept)
    return PartCount(title, part, (trained, statistics, _together(trained, statistics)), kept)
