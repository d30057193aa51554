"""The trained models that ship, ready to be looked into."""

from dataclasses import dataclass

from safetensors.torch import load

from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import Cell
from lstm_viz.training.snapshots import WeightsPath, load_snapshots
from lstm_viz.zoo.catalogue import FORECAST, Card, load_card, snapshots_path, weights_path
from lstm_viz.zoo.home_film import home_experiment


@dataclass(frozen=True, eq=False)
class ZooModel:
    """Hold a trained model and what is written about it.

    Args:
        model: in evaluation mode; a new one for every call, so that nobody changes another's.
        card: what it is, how it was trained, how good it is.
    """

    model: SequenceModel
    card: Card


def load_zoo_model(task: str, cell: Cell) -> ZooModel:
    """Load a model by its task (a key of `TASKS`, or `forecast`) and its cell."""
    card = load_card(task, cell)
    model = build_model(card.model, seed=0)
    model.load_state_dict(load(weights_path(task, cell).read_bytes()))
    model.eval()
    return ZooModel(model, card)


def load_path(task: str, cell: Cell) -> WeightsPath:
    """Load the weights along a model's training as `(epoch, weights)`: before the first update, …, the ones that ship."""
    return load_snapshots(snapshots_path(task, cell).read_bytes())


def load_forecast(cell: Cell) -> ForecastExperiment:
    """Set up the forecast of the airline passengers with the trained weights that ship."""
    experiment = home_experiment(load_card(FORECAST, cell).forecast)
    experiment.model.load_state_dict(load(weights_path(FORECAST, cell).read_bytes()))
    experiment.model.eval()
    return experiment
