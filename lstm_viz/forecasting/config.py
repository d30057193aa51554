"""The settings of a forecast, and good ones for a series nobody has looked at yet."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, get_args

import numpy as np

from lstm_viz.errors import SeriesError, SettingsError
from lstm_viz.forecasting.preparation import PreparationConfig
from lstm_viz.plain_values import Plain
from lstm_viz.recurrent.specification import Cell, Dropout, ForgetBias, HiddenSize, Layers, ModelConfig
from lstm_viz.settings import Between, require_valid
from lstm_viz.training.config import TrainingConfig

MAX_HORIZON = 512
MAX_WINDOW = 512
MAX_MEMBERS = 16
MAX_ORIGINS = 20
MAX_SERIES = 100
MIN_TRAINING_WINDOWS = 4
MIN_ROWS = 7
VALIDATION_SHARE = 0.15
MAX_WINDOWS_PER_EPOCH = 1024
UPDATES = 150
UPDATES_OF_LONG = 400
LONG = 2000
SHORT_SHARE = 0.4
STEPS_PER_UPDATE = 16_384
SMALLEST_BATCH, LARGEST_BATCH = 32, 256
USUAL_ORIGINS = 4
WORK_BUDGET = 100_000_000
TUTORIAL_WINDOW = 12

Strategy = Literal["direct", "recursive"]
Fill = Literal["mask", "interpolate", "carry"]
Scope = Literal["one", "each", "global"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
RECOMMENDED = TrainingConfig(
    optimizer="adamw",
    schedule="one_cycle",
    batch_size=256,
    epochs=UPDATES,
    patience=0,
    loss="mae",
    keep="last",
)


@dataclass(frozen=True)
class ForecastConfig(Plain):
    """Describe a forecast, each setting as `glossary.py` explains it; values out of range are refused (`SettingsError`).

    H is short for the horizon, W for the window. The second half of the members trains for 40% of the epochs.
    """

    horizon: Annotated[int, Between(1, MAX_HORIZON)] = 12
    window: Annotated[int, Between(1, MAX_WINDOW)] = 24
    holdout: Annotated[int, Between(1, 100_000)] = 12
    cell: Cell = "lstm"
    hidden_size: HiddenSize = 32
    num_layers: Layers = 1
    dropout: Dropout = 0.0
    forget_bias: ForgetBias = 1.0
    members: Annotated[int, Between(1, MAX_MEMBERS)] = 4
    origins: Annotated[int, Between(1, MAX_ORIGINS)] = USUAL_ORIGINS
    validation: Annotated[float, Between(0.0, 0.5, 0.05)] = 0.0
    strategy: Strategy = "direct"
    shrink: bool = True
    fill: Fill = "mask"
    scope: Scope = "one"
    preparation: PreparationConfig = field(default_factory=PreparationConfig)
    training: TrainingConfig = RECOMMENDED

    def __post_init__(self) -> None:
        require_valid(self)

    @property
    def steps_answered(self) -> int:
        """Steps that the network answers at once."""
        return self.horizon if self.strategy == "direct" else 1

    def network(self, channels: int = 1) -> ModelConfig:
        """Describe the network that reads `channels` numbers per step."""
        sizes = (channels, self.hidden_size, self.num_layers)
        return ModelConfig(self.cell, *sizes, self.dropout, self.steps_answered, self.forget_bias)

    def member_training(self, member: int) -> TrainingConfig:
        """Describe the training of a member: a seed of its own, and fewer epochs in the second half."""
        short = member >= (self.members + 1) // 2
        epochs = max(1, round(SHORT_SHARE * self.training.epochs)) if short else self.training.epochs
        return replace(self.training, seed=(self.training.seed + 7919 * member) % 2**31, epochs=epochs)

    @property
    def rows_needed(self) -> int:
        """Rows that a series must have: a few training windows, one validation window, the held-out part."""
        return self.holdout + 2 * self.horizon + self.window + MIN_TRAINING_WINDOWS - 1


def suggest_config(rows: int, season_length: int, horizon: int | None = None) -> ForecastConfig:
    """Choose settings that work for a series of this length and season.

    The horizon is one season, the window two; without a season, a tenth of the rows (at most 12) and twice that. All shrink
    until the series is long enough.

    Args:
        season_length: steps after which the pattern is expected to repeat; 1 for none.
        horizon: the requested horizon; None chooses it.

    Raises:
        SeriesError: the series is too short for any forecast.
        SettingsError: the series is too short for the requested horizon.
    """
    if rows < MIN_ROWS:
        raise SeriesError(f"The series has {rows} rows; training needs at least {MIN_ROWS}. Bring a longer file.")
    longest = (rows - MIN_TRAINING_WINDOWS) // 3
    if horizon is not None and horizon > longest:
        raise SettingsError(
            f"`horizon` (={horizon}) is too long for a series of {rows} rows, of which one horizon is held out and one "
            f"validates. Use at most {longest}."
        )
    chosen = horizon or _default_horizon(rows, season_length)
    window = _default_window(rows, season_length, chosen)
    config = ForecastConfig(horizon=chosen, window=window, holdout=chosen)
    check_config(config, rows)
    config = replace(config, training=suggest_training(rows, config))
    return replace(config, origins=_suggest_origins(rows, config))


def _default_horizon(rows: int, season_length: int) -> int:
    requested = season_length if season_length > 1 else min(12, rows // 10)
    return max(1, min(requested, (rows - MIN_TRAINING_WINDOWS) // 5, MAX_HORIZON))


def _default_window(rows: int, season_length: int, horizon: int) -> int:
    requested = max(8, 2 * (season_length if season_length > 1 else horizon))
    fits = (rows - 3 * horizon - MIN_TRAINING_WINDOWS + 1) // 2
    return max(1, min(requested, fits, MAX_WINDOW))


def suggest_training(rows: int, config: ForecastConfig) -> TrainingConfig:
    """Choose so many epochs that there are 150 updates of all windows at once, or 400 of some where there are many."""
    windows = min(MAX_WINDOWS_PER_EPOCH, max(1, rows - config.holdout - config.window - config.horizon + 1))
    fitting = 2 ** np.floor(np.log2(STEPS_PER_UPDATE / config.window))  # so that an update reads 16,000 steps at most
    batch_size = int(max(SMALLEST_BATCH, min(LARGEST_BATCH, fitting)))
    batches = -(-windows // batch_size)
    updates = UPDATES if rows < LONG else UPDATES_OF_LONG
    return replace(config.training, batch_size=batch_size, epochs=max(2, -(-updates // batches)))


def _suggest_origins(rows: int, config: ForecastConfig) -> int:
    """Choose four origins, or fewer where the rows or the patience of a person do not allow more."""
    possible = 1 + max(0, rows - config.rows_needed) // config.horizon
    windows = min(MAX_WINDOWS_PER_EPOCH, max(1, rows - config.holdout - config.window))
    work = config.members * config.training.epochs * windows * config.window
    return max(1, min(USUAL_ORIGINS, possible, WORK_BUDGET // max(1, work)))


def check_config(config: ForecastConfig, rows: int) -> None:
    """Refuse settings for which the series is too short (`SettingsError`), naming the largest value that works."""
    missing = config.rows_needed - rows
    if missing <= 0:
        return
    spare = {
        "window": config.window - missing,
        "holdout": config.holdout - missing,
        "horizon": config.horizon - -(-missing // 2),
    }
    ways = [f"`{name}` at most {value}" for name, value in spare.items() if value >= 1]
    advice = f"Use {' or '.join(ways)}" if ways else "Lower all three"
    raise SettingsError(
        f"`horizon` (={config.horizon}), `window` (={config.window}) and `holdout` (={config.holdout}) need "
        f"{config.rows_needed} rows; the series has {rows}. {advice}."
    )


@dataclass(frozen=True)
class _Preset:
    """A way to forecast; `apply` turns settings that suit a series into those of this way."""

    key: str
    label: str
    meaning: str
    apply: Callable[[ForecastConfig], ForecastConfig]


def recommended(config: ForecastConfig) -> ForecastConfig:
    """Take the recipe that was best in measurement; what follows from the length of the series stays."""
    now = config.training
    training = replace(RECOMMENDED, epochs=now.epochs, batch_size=now.batch_size, seed=now.seed)
    recipe = replace(config, members=4, validation=0.0, strategy="direct", shrink=True)
    return replace(recipe, preparation=PreparationConfig(), training=training)


def one_network(config: ForecastConfig) -> ForecastConfig:
    """Train one network that reads the season itself, and keep the weights where its validation loss is lowest."""
    network = replace(config, members=1, validation=VALIDATION_SHARE, strategy="direct", shrink=False)
    preparation, training = PreparationConfig(season="none", level="last"), TrainingConfig(seed=config.training.seed)
    return replace(network, preparation=preparation, training=training)


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
