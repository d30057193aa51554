"""What is asked of a forecast, and good answers for a series nobody has looked at yet."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lstm_viz.errors import SeriesError, SettingsError
from lstm_viz.recurrent.specification import Cell, ModelConfig, require_between
from lstm_viz.training.config import TrainingConfig

MAX_HORIZON = 512
MAX_WINDOW = 512
MIN_TRAINING_WINDOWS = 4
MIN_ROWS = 7
VALIDATION_SHARE = 0.15
MAX_WINDOWS_PER_EPOCH = 20_000
STEP_BUDGET = 30_000_000


@dataclass(frozen=True)
class ForecastConfig:
    """Describe a forecast.

    Args:
        horizon: steps forecast at once, H.
        window: steps that the network reads before each forecast, W.
        holdout: last steps of the series that nothing is fitted to; the scores come from them.
        cell, hidden_size, num_layers, dropout, forget_bias: see `ModelConfig`.
        training: see `TrainingConfig`.

    Raises:
        SettingsError: a value lies outside what is possible for any series.
    """

    horizon: int = 12
    window: int = 24
    holdout: int = 12
    cell: Cell = "lstm"
    hidden_size: int = 32
    num_layers: int = 1
    dropout: float = 0.0
    forget_bias: float = 1.0
    training: TrainingConfig = field(default_factory=TrainingConfig)

    def __post_init__(self) -> None:
        require_between("horizon", self.horizon, 1, MAX_HORIZON)
        require_between("window", self.window, 1, MAX_WINDOW)
        require_between("holdout", self.holdout, 1, 100_000)
        self.model  # noqa: B018  refuses what ModelConfig refuses

    @property
    def model(self) -> ModelConfig:
        """The network that reads one number per step and answers the whole horizon at once."""
        return ModelConfig(
            self.cell, 1, self.hidden_size, self.num_layers, self.dropout, self.horizon, self.forget_bias
        )

    @property
    def rows_needed(self) -> int:
        """Rows that a series must have: a few training windows, one validation window, the held-out part."""
        return self.holdout + 2 * self.horizon + self.window + MIN_TRAINING_WINDOWS - 1

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ForecastConfig":
        """Undo `to_dict`."""
        return cls(**{**values, "training": TrainingConfig(**values["training"])})


def with_values(config: ForecastConfig, values: dict[str, Any]) -> ForecastConfig:
    """Change fields of a forecast's config and of its training config.

    Raises:
        SettingsError: a value is out of range.
    """
    own = {name: value for name, value in values.items() if hasattr(config, name)}
    training = {name: value for name, value in values.items() if name not in own}
    return replace(config, **own, training=replace(config.training, **training))


def suggest_config(rows: int, season_length: int, horizon: int | None = None) -> ForecastConfig:
    """Choose settings that work for a series of this length and season.

    The horizon is one season, the window two; without a season, a tenth of the rows (at most 12) and twice that. All shrink
    until the series is long enough.

    Args:
        rows: length of the series, gaps included.
        season_length: steps after which the pattern is expected to repeat; 1 for none.
        horizon: the horizon that the person asked for; None chooses it.

    Raises:
        SeriesError: the series is too short for any forecast.
        SettingsError: the series is too short for the horizon asked for.
    """
    if rows < MIN_ROWS:
        raise SeriesError(f"The series has {rows} rows; training needs at least {MIN_ROWS}. Bring a longer file.")
    longest = (rows - MIN_TRAINING_WINDOWS) // 3
    if horizon is not None and horizon > longest:
        raise SettingsError(
            f"`horizon` (={horizon}) is too long for a series of {rows} rows, of which one horizon is held out and one "
            f"validates. Use at most {longest}."
        )
    chosen = horizon or default_horizon(rows, season_length)
    window = default_window(rows, season_length, chosen)
    config = ForecastConfig(horizon=chosen, window=window, holdout=chosen)
    check_config(config, rows)
    return replace(config, training=suggest_training(rows, config))


def default_horizon(rows: int, season_length: int) -> int:
    """Choose one season, or a tenth of the rows (at most 12) where there is none; never more than fits."""
    wished = season_length if season_length > 1 else min(12, rows // 10)
    return max(1, min(wished, (rows - MIN_TRAINING_WINDOWS) // 5, MAX_HORIZON))


def default_window(rows: int, season_length: int, horizon: int) -> int:
    """Choose two seasons, or twice the horizon where there is none, at least 8; never more than fits."""
    wished = max(8, 2 * (season_length if season_length > 1 else horizon))
    fits = (rows - 3 * horizon - MIN_TRAINING_WINDOWS + 1) // 2
    return max(1, min(wished, fits, MAX_WINDOW))


def suggest_training(rows: int, config: ForecastConfig) -> TrainingConfig:
    """Choose batch size and epochs so that an epoch has about 16 batches and the whole run stays within a minute or so."""
    windows = min(MAX_WINDOWS_PER_EPOCH, max(1, rows - config.holdout - config.window))
    batch_size = min(256, max(32, windows // 16))
    epochs = max(20, min(200, STEP_BUDGET // (windows * config.window)))
    return TrainingConfig(batch_size=batch_size, epochs=epochs)


def check_config(config: ForecastConfig, rows: int) -> None:
    """Refuse settings for which the series is too short, naming the largest value that works.

    Raises:
        SettingsError: too few rows are left for training and validation.
    """
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
