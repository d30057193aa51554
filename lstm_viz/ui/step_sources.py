"""What can be stepped, for the menu: what ships, and what was trained in this session."""

from contextlib import suppress

from lstm_viz.errors import LSTMVizError
from lstm_viz.runs.classify_service import classify_service
from lstm_viz.runs.service import training_service
from lstm_viz.stepping.request import CLASS, RUN, SOURCES, StepRequest
from lstm_viz.stepping.sources import find_source
from lstm_viz.ui.session import current_session


def forecast_names() -> dict[str, str]:
    """Name the cells that ship, and the runs of the Forecast page in this session, newest first."""
    names = {source: find_source(StepRequest(source)).name() for source in SOURCES}
    for run in reversed(current_session().runs):
        with suppress(LSTMVizError):  # a run that is gone cannot be offered
            series = training_service().store.series(run)
            names[RUN + run] = f"your run: {series.unique_id or series.name} ({run[:4]})"
    return names


def source_names(asked: str) -> dict[str, str]:
    """Name what can be stepped; what is asked for is among it, whatever it is."""
    names = forecast_names()
    for key in reversed(current_session().classifiers):
        with suppress(LSTMVizError):
            if classify_service().store.weights(key) is not None:
                names[CLASS + key] = find_source(StepRequest(CLASS + key)).name()
    if asked not in names:
        names[asked] = "this run"
        with suppress(LSTMVizError):
            names[asked] = find_source(StepRequest(asked)).name()
    return names


def count_layers(request: StepRequest) -> int:
    """Count the layers that can be chosen; 1 where the model cannot be opened."""
    with suppress(LSTMVizError):
        return find_source(request).layers()
    return 1


def words_of_source(request: StepRequest) -> str:
    """Say what the cell does; nothing where it cannot be opened."""
    with suppress(LSTMVizError):
        return find_source(request).words()
    return ""
