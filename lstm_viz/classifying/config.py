"""How a classifier is built and trained, in words that need no torch."""

import math
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from lstm_viz.plain_values import Plain
from lstm_viz.recurrent.specification import (
    Cell,
    Dropout,
    ForgetBias,
    Initialization,
    Normalization,
    Sizes,
    StackConfig,
)
from lstm_viz.settings import Between, require_valid
from lstm_viz.training.config import TrainingConfig

ClassWeights = Literal["none", "balanced"]
ClassifyPooling = Literal["last", "mean", "attention"]

UPDATES = 850
SHORT = 64
USUAL_TRAINING = TrainingConfig(
    learning_rate=0.02, schedule="one_cycle", batch_size=64, epochs=40, patience=0, keep="last"
)


@dataclass(frozen=True)
class ClassifyConfig(Plain):
    """Describe a classifier, each setting as `glossary.py` explains it; values out of range are refused (`SettingsError`).

    With `balanced` class weights an example weighs N / (classes · examples of its class), as scikit-learn counts.
    """

    cell: Cell = "lstm"
    sizes: Sizes = (64,)
    bidirectional: bool = False
    dropout: Dropout = 0.0
    normalization: Normalization = "none"
    pooling: ClassifyPooling = "last"
    forget_bias: ForgetBias = 1.0
    initialization: Initialization = "torch"
    class_weights: ClassWeights = "none"
    validation_share: Annotated[float, Between(0.01, 0.5, 0.05)] = 0.1
    training: TrainingConfig = field(default_factory=lambda: USUAL_TRAINING)

    def __post_init__(self) -> None:
        require_valid(self)
        self.network(1, 2)

    def network(self, input_size: int, classes: int) -> StackConfig:
        """Describe the network for sequences of `input_size` numbers per step."""
        return StackConfig(
            cell=self.cell,
            input_size=input_size,
            sizes=self.sizes,
            output_size=classes,
            bidirectional=self.bidirectional,
            dropout=self.dropout,
            normalization=self.normalization,
            pooling=self.pooling,
            forget_bias=self.forget_bias,
            initialization=self.initialization,
        )


def suggest_config(examples: int, steps: int) -> ClassifyConfig:
    """Return good settings for so many training examples, the longest of so many steps.

    Some 850 updates were enough for all that was tried: few examples need many epochs for that, many need few. Batches grow
    with the square root of the examples. The newest weights are kept, since the learning rate has fallen to nothing by then:
    on parts of the digits that are trained on, that was right more often (97.4%) than the epoch that a few validation
    examples liked best (96.7%).
    """
    batch = 2 ** round(math.log2(min(128, max(8, 1.75 * math.sqrt(examples)))))
    epochs = min(150, max(2, round(UPDATES * batch / examples)))
    rate = USUAL_TRAINING.learning_rate if steps <= SHORT else USUAL_TRAINING.learning_rate / 2
    return ClassifyConfig(training=replace(USUAL_TRAINING, batch_size=batch, epochs=epochs, learning_rate=rate))


@dataclass(frozen=True)
class _ClassifyPreset:
    """A set of settings: its name in addresses and on the command line, its name on screen, and what it repeats."""

    key: str
    title: str
    meaning: str
    config: ClassifyConfig


def _keras_training(batch_size: int, epochs: int) -> TrainingConfig:
    usual = TrainingConfig(learning_rate=0.001, schedule="constant", patience=0, gradient_clip=0.0, keep="last")
    return replace(usual, batch_size=batch_size, epochs=epochs)


CLASSIFY_PRESETS: dict[str, _ClassifyPreset] = {
    preset.key: preset
    for preset in (
        _ClassifyPreset(
            "keras-mnist-rows",
            "Keras MNIST rows",
            "What many tutorials train on the 28 rows of an MNIST digit: one LSTM of 75 units, batches of 50, Adam with a "
            "learning rate of 0.001, and Keras' start weights.",
            ClassifyConfig(sizes=(75,), initialization="keras", training=_keras_training(50, 3)),
        ),
        _ClassifyPreset(
            "stacked-softmax",
            "Stacked 128/64/32",
            "Three LSTM layers that grow narrower, with a softmax at the end: batches of 256, Adam with a learning rate of "
            "0.001, and Keras' start weights.",
            ClassifyConfig(sizes=(128, 64, 32), initialization="keras", training=_keras_training(256, 5)),
        ),
    )
}
