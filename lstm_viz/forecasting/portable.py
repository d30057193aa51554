"""A fitted recipe as bytes: all that is needed to forecast again, also from newer rows."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from lstm_viz.errors import RunError
from lstm_viz.forecasting.company import Company
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.effects import Effects
from lstm_viz.forecasting.intervals import Intervals
from lstm_viz.forecasting.preparation import Preparation
from lstm_viz.forecasting.prepared import moments
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.tables import Series

FACTS = "facts"


def save_recipe(recipe: Recipe, others: Mapping[str, Recipe] | None = None) -> bytes:
    """Write a fitted recipe.

    Tensors are named `member/<number>/<parameter>`; the rest is one JSON text in the tensor `facts`.

    Args:
        others: the same networks speaking of other series, by name.
    """
    tensors = {
        f"member/{number}/{name}": value.detach().contiguous().clone()
        for number, member in enumerate(recipe.experiment.members)
        if member.best_weights
        for name, value in member.best_weights.items()
    }
    facts = _facts_of(recipe)
    facts["others"] = {name: _facts_of_series(other) for name, other in (others or {}).items()}
    tensors[FACTS] = torch.frombuffer(bytearray(json.dumps(facts).encode()), dtype=torch.uint8)
    data: bytes = save(tensors)
    return data


def _facts_of(recipe: Recipe) -> dict[str, Any]:
    """Say in plain values what the weights alone do not: how networks are built, and how values are prepared."""
    experiment = recipe.experiment
    return {
        "config": experiment.config.to_dict(),
        "network": asdict(experiment.network),
        "members": [number for number, member in enumerate(experiment.members) if member.best_weights],
        "masked": experiment.masked,
        **_facts_of_series(recipe),
    }


def _facts_of_series(recipe: Recipe) -> dict[str, Any]:
    """Say in plain values what belongs to one series: its preparation, how far the networks count, the intervals."""
    experiment, intervals, series = recipe.experiment, recipe.advice.intervals, recipe.experiment.series
    company = experiment.company
    return {
        "preparation": experiment.preparation.to_dict(),
        "train_end": recipe.end,
        "shrinkage": experiment.shrinkage,
        "intervals": None if intervals is None else intervals.to_dict(),
        "company": None if company is None else {"names": list(company.names), "place": company.place},
        "known": [feature.name for feature in series.features if feature.known],
        "past": [
            [feature.name, *moments(feature.values[: recipe.end])] for feature in series.features if not feature.known
        ],
    }


def read_facts(data: bytes, of: str = "") -> dict[str, Any]:
    """Read the plain values of a saved recipe.

    Args:
        of: the series that they are wanted of; the one that the recipe was fitted for where it is not named.

    Raises:
        RunError: the bytes are no recipe.
    """
    facts: dict[str, Any] = json.loads(bytes(_tensors(data)[FACTS].tolist()))
    others = facts.pop("others", {})
    return {**facts, **others.get(of, {})}


def load_recipe(data: bytes, series: Series) -> Recipe:
    """Bring a saved recipe back, to forecast the series that it was fitted to, or the same with newer rows behind it.

    Raises:
        RunError: the bytes are no recipe, or the series has fewer rows than it was fitted to.
    """
    tensors, facts = _tensors(data), read_facts(data, series.unique_id)
    if len(series.y) < facts["train_end"]:
        raise RunError(
            f"The new series has {len(series.y):,} rows; the model was trained on {facts['train_end']:,}. Bring the old "
            "rows with the new ones behind them."
        )
    company = facts.get("company")
    known = None if company is None else Company(tuple(company["names"]), company["place"])
    recipe = Recipe(series, ForecastConfig.from_dict(facts["config"]), facts["train_end"], known)
    recipe.experiment.use_preparation(_preparation(facts["preparation"]))
    for number in facts["members"]:
        prefix = f"member/{number}/"
        weights = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
        recipe.experiment.members[number].best_weights = weights
    recipe.experiment.load_best()
    recipe.take(facts["shrinkage"], _intervals(facts["intervals"]))
    return recipe


def _preparation(values: dict[str, Any]) -> Preparation:
    effects = Effects(**{name: np.array(numbers) for name, numbers in values["effects"].items()})
    return Preparation(**{**values, "season": np.array(values["season"]), "effects": effects})


def _intervals(values: dict[str, Any] | None) -> Intervals | None:
    return None if values is None else Intervals(np.array(values["half_widths"]), values["windows"])


def _tensors(data: bytes) -> dict[str, torch.Tensor]:
    try:
        tensors: dict[str, torch.Tensor] = load(data)
        tensors[FACTS]
    except (SafetensorError, KeyError) as error:
        raise RunError("The stored model cannot be read. Train it again.") from error
    return tensors
