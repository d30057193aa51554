"""All services of this process, started together; `discard_service` ends them with the worker processes that they share."""

from lstm_viz.runs.classify_service import classify_service
from lstm_viz.runs.races import race_service
from lstm_viz.runs.service import training_service


def start_services() -> None:
    """Start the worker processes, and take up what a former server left in the middle."""
    training_service().start()
    race_service().start()
    classify_service().start()
