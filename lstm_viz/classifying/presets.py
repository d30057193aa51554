"""Settings by the name of what they repeat."""

from dataclasses import dataclass

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.training.config import TrainingConfig


@dataclass(frozen=True)
class _ClassifyPreset:
    """A set of settings with a name.

    Args:
        key: names it in addresses and on the command line.
        title: names it on the screen.
        meaning: what it repeats, in one sentence.
    """

    key: str
    title: str
    meaning: str
    config: ClassifyConfig


def _keras_training(batch_size: int, epochs: int) -> TrainingConfig:
    return TrainingConfig(
        optimizer="adam",
        learning_rate=0.001,
        schedule="constant",
        batch_size=batch_size,
        epochs=epochs,
        patience=0,
        gradient_clip=0.0,
        keep="last",
    )


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
