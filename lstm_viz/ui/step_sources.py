"""What can be stepped: its name in the menu, how many layers it has, and what it does in a line of words."""

from contextlib import suppress

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import label_of
from lstm_viz.runs.classify_service import classify_service
from lstm_viz.runs.service import training_service
from lstm_viz.sequences.tasks import TASKS
from lstm_viz.stepping.request import CLASS, FORECAST, RUN, STATE, UNTRAINED, StepRequest
from lstm_viz.ui.session import current_session

LONGEST_NAME = 40


def forecast_names() -> dict[str, str]:
    """Name the cells that ship, and the runs of the Forecast page in this session, newest first."""
    names = {key: f"trained: {task.title}" for key, task in TASKS.items()}
    names |= {FORECAST: "trained: airline passengers", UNTRAINED: "untrained, any text"}
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
                names[CLASS + key] = _name_of_classifier(key)
    if asked not in names:
        names[asked] = _name_of(asked)
    return names


def _name_of(source: str) -> str:
    with suppress(LSTMVizError):
        if source.startswith(CLASS):
            return _name_of_classifier(source.removeprefix(CLASS))
        if source.startswith(STATE):
            key = source.removeprefix(STATE)
            return f"brought: {training_service().uploads.name(key)[:LONGEST_NAME]} ({key[:4]})"
    return "this run"


def _name_of_classifier(key: str) -> str:
    """Name a classifier by its cell and its layers.

    Raises:
        LSTMVizError: it is gone or damaged.
    """
    spec = classify_service().store.spec(key)
    sizes = "/".join(str(size) for size in spec.config.sizes)
    return f"your classifier: {label_of(spec.config.cell)} {sizes} ({key[:4]})"


def count_layers(request: StepRequest) -> int:
    """Count the layers that can be chosen; 1 where the model cannot be opened."""
    with suppress(LSTMVizError):
        if request.source.startswith(RUN):
            return training_service().store.spec(request.source.removeprefix(RUN)).config.num_layers
        if request.source.startswith(CLASS):
            return len(classify_service().store.spec(request.source.removeprefix(CLASS)).config.sizes)
        if request.source.startswith(STATE):
            from lstm_viz.stepping.state_subject import state_of

            return state_of(request).foreign.model.config.num_layers
    return 1


def has_one_cell(source: str) -> bool:
    """Tell whether a source is one model, so that no other cell can run beside it."""
    return source.startswith((RUN, CLASS, STATE))


def words_of_source(request: StepRequest) -> str:
    """Say what the cell does; little where it cannot be opened."""
    source = request.source
    if source in TASKS:
        meaning = TASKS[source].meaning
        return f"This cell was trained to {meaning[0].lower()}{meaning[1:]}"
    if source == UNTRAINED:
        return "Nothing is learned yet: the weights come from the seed. This is what a cell does before training."
    if source.startswith((CLASS, STATE)):
        return _words_of_model(request)
    words = "The cell reads the rows before the held-out ones step by step, and forecasts after each."
    return words + _told_of_run(source)


def _words_of_model(request: StepRequest) -> str:
    """Say what a classifier, or a model that was brought, reads and answers; nothing where it cannot be opened."""
    from lstm_viz.stepping.class_subject import words_of_class
    from lstm_viz.stepping.state_subject import words_of_state

    with suppress(LSTMVizError):
        return words_of_class(request) if request.source.startswith(CLASS) else words_of_state(request)
    return ""


def _told_of_run(source: str) -> str:
    """Say how what is shown differs from the forecast of its run; nothing where it does not, or it cannot be opened."""
    if not source.startswith(RUN):
        return ""
    try:
        config = training_service().store.spec(source.removeprefix(RUN)).config
    except LSTMVizError:
        return ""
    if config.members == 1 and not config.shrink:
        return ""
    network = f"one network of the {config.members} that the forecast averages" if config.members > 1 else "the network"
    shrink = ", before its answer is drawn towards the level" if config.shrink else ""
    return f" This is {network}{shrink}."


def count_test_sequences(source: str) -> int:
    """Count the test sequences of a classifier; 1 where it cannot be opened."""
    with suppress(LSTMVizError):
        return classify_service().store.spec(source.removeprefix(CLASS)).examples[2]
    return 1


def reads_of_state(request: StepRequest) -> str:
    """Tell what a model that was brought reads: `tokens`, `numbers`, or `random` ones where a step has several."""
    from lstm_viz.stepping.state_subject import state_of

    with suppress(LSTMVizError):
        model = state_of(request).foreign.model
        return "tokens" if model.embed is not None else "numbers" if model.config.input_size == 1 else "random"
    return "nothing"
