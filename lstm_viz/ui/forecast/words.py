"""Sentences on how a forecast was trained and measured, which follow from the settings of its run."""

from lstm_viz.figures.run_charts import LOSS_NAMES
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.windows import calibration_head
from lstm_viz.glossary import meaning_of

RELATIVE = {"smoothed": "relative to its smoothed level", "last": "relative to its last value"}


def unit_in_words(config: ForecastConfig) -> str:
    """Say what counts as 1 in the inputs and outputs of the networks."""
    spread = "standard deviation of the prepared series"
    return f"{spread}'s changes from one step to the next" if config.preparation.level == "smoothed" else spread


def meaning_of_number(name: str, config: ForecastConfig) -> str:
    """Explain one of the numbers that are shown while networks train."""
    built = {
        "train_loss": _train_loss_in_words,
        "validation_loss": _validation_loss_in_words,
        "learning_rate": lambda config: f"Size of the steps in this epoch. {meaning_of(config.training.schedule)}",
        "remaining": _remaining_in_words,
    }
    return built[name](config) if name in built else meaning_of(name)


def _train_loss_in_words(config: ForecastConfig) -> str:
    error = LOSS_NAMES[config.training.loss].capitalize()
    whose = "" if config.members == 1 else " of the first network"
    where = meaning_of("train_loss").removeprefix("Loss ")
    squared = ", squared" if config.training.loss == "mse" else ""
    return f"{error}{whose} {where} 1 is the {unit_in_words(config)}{squared}."


def _validation_loss_in_words(config: ForecastConfig) -> str:
    if not config.validation:
        return "None: with a validation share of 0, the networks train on all rows before the held-out part."
    best = "The weights of the epoch with the lowest value are kept."
    kept = best if config.training.keep == "best" else "The last weights are kept in any case."
    return f"{meaning_of('validation_loss')} {kept}"


def _remaining_in_words(config: ForecastConfig) -> str:
    patience = config.training.patience
    if not patience:
        return meaning_of("remaining")
    loss = "validation" if config.validation else "training"
    return f"{meaning_of('remaining')} Training may stop earlier, {patience} epochs after the lowest {loss} loss."


def stop_in_words(config: ForecastConfig) -> str:
    """Say what stopping keeps."""
    return f"Stop now and keep the {'best' if config.training.keep == 'best' else 'latest'} weights so far."


def kept_in_words(config: ForecastConfig, best: int, loss: str) -> str:
    """Say which weights were kept; `best` is the epoch where the `loss` of the first network was lowest."""
    if config.training.keep == "last":
        return "The last weights were kept."
    if config.members == 1:
        return f"The weights of epoch {best} were kept, where the {loss} was lowest."
    return f"Each network kept the weights of the epoch where its {loss} was lowest, the first those of epoch {best}."


def shrinkage_in_words(config: ForecastConfig, rows: int) -> str:
    """Explain the weight of the networks in a forecast after so many rows."""
    reason = "A calibration run on older rows decides."
    if not config.shrink:
        reason = "Shrinkage is off, so their forecast counts in full."
    elif calibration_head(rows, config) is None:
        reason = "There are too few rows for a calibration run, so their forecast counts in full."
    return f"{meaning_of('shrinkage')} {reason}"


def judged_in_words(config: ForecastConfig, rows: int) -> str:
    """Say which errors the intervals and *Residuals* come from, after so many rows."""
    if calibration_head(rows, config) is None:
        return "of the level alone, since there are too few rows for a calibration run"
    return "in a calibration run on held-out rows"


def interval_in_words(config: ForecastConfig, rows: int) -> str:
    """Explain the interval of a forecast after so many rows."""
    return f"{meaning_of('interval')} It comes from the errors of forecasts {judged_in_words(config, rows)}."


def recipe_in_words(config: ForecastConfig) -> str:
    """Describe the model that is compared with other methods."""
    several = f"the mean of {config.members} networks, which read"
    networks = "one network, which reads" if config.members == 1 else several
    season = "" if config.preparation.season == "none" else ", the season put back where there is one"
    level = f" {RELATIVE[config.preparation.level]}" if config.preparation.level in RELATIVE else ""
    shrunk = ", shrunk towards the level as far as a calibration run recommends" if config.shrink else ""
    return f"The whole recipe: {networks} the series{level}{shrunk}{season}."
