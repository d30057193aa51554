"""The saved film of a training run, read without torch, so that the first page need not wait for it."""

import json
from pathlib import Path
from typing import Any

from lstm_viz.paths import ASSETS

SAMPLE = "airline_passengers"
FOLDER = ASSETS / "models" / SAMPLE


def load_film(folder: Path = FOLDER) -> dict[str, Any]:
    """Read a film as `lstm_viz.zoo.home_film` wrote it."""
    film: dict[str, Any] = json.loads((folder / "film.json").read_text(encoding="utf-8"))
    return film
