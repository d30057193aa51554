"""Ways to forecast that can be chosen as a whole: the recommended recipe, one network, the loop of tutorials."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lstm_viz.forecasting.config import RECOMMENDED, VALIDATION_SHARE, ForecastConfig
from lstm_viz.forecasting.preparation import PreparationConfig
from lstm_viz.training.config import TrainingConfig

TUTORIAL_WINDOW = 12


@dataclass(frozen=True)
class _Preset:
    """A way to forecast.

    Args:
        key: its name in addresses and on the command line.
        label: its name on screen.
        meaning: what it is, and what to expect of it, in a sentence or two.
        apply: turns settings that suit a series into those of this way.
    """

    key: str
    label: str
    meaning: str
    apply: Callable[[ForecastConfig], ForecastConfig]


def recommended(config: ForecastConfig) -> ForecastConfig:
    """Take the recipe that was best in measurement; what follows from the length of the series stays."""
    now = config.training
    training = replace(RECOMMENDED, epochs=now.epochs, batch_size=now.batch_size, seed=now.seed)
    return replace(
        config,
        members=4,
        validation=0.0,
        strategy="direct",
        shrink=True,
        preparation=PreparationConfig(),
        training=training,
    )


def one_network(config: ForecastConfig) -> ForecastConfig:
    """Train one network that reads the season itself, and keep the weights where its validation loss is lowest."""
    return replace(
        config,
        members=1,
        validation=VALIDATION_SHARE,
        strategy="direct",
        shrink=False,
        preparation=PreparationConfig(season="none", level="last"),
        training=TrainingConfig(seed=config.training.seed),
    )


def tutorial(config: ForecastConfig) -> ForecastConfig:
    """Train as most tutorials do: 12 values in, one out, one window at a time, 300 epochs, each answer read again."""
    return replace(
        config,
        window=min(config.window, TUTORIAL_WINDOW),
        members=1,
        validation=0.0,
        strategy="recursive",
        shrink=False,
        preparation=PreparationConfig(scale="linear", season="none", level="none"),
        training=TrainingConfig(
            optimizer="adam",
            learning_rate=0.001,
            schedule="constant",
            batch_size=1,
            epochs=300,
            patience=0,
            gradient_clip=0.0,
            seed=config.training.seed,
            keep="last",
        ),
    )


PRESETS = (
    _Preset(
        "recommended",
        "Recommended",
        "Season (if any) and level are removed, four networks learn the rest, and a calibration run decides how much they "
        "count. The most accurate of the three in our benchmarks.",
        recommended,
    ),
    _Preset(
        "one_network",
        "One network",
        "A single network learns the season too, and keeps the weights of the epoch where its validation loss is lowest: "
        "good to watch a network learn, less accurate.",
        one_network,
    ),
    _Preset(
        "tutorial",
        "Classic tutorial",
        "The loop of most tutorials: 12 values in, one out, one window at a time, 300 epochs, each answer read again as "
        "input. Slow, and its error depends much on the seed.",
        tutorial,
    ),
)
