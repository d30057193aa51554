"""The errors that a user can fix.

The text says what is wrong, what was found and what to do. Pages show it beside the control that caused it; the command
line prints it on stderr and exits with 2. Every other exception is a defect: it is logged and not shown as this is.
"""


class LSTMVizError(Exception):
    """An error that the user can fix: its text is one sentence for that person."""


class TableError(LSTMVizError):
    """The file is not a table that can be used."""


class FileTooLarge(TableError):
    """The file has more bytes or rows than are read."""


class NotATable(TableError):
    """The file is empty, binary, damaged, or has no rows and columns."""


class ColumnError(LSTMVizError):
    """The chosen column does not exist or cannot be used that way."""


class SeriesError(LSTMVizError):
    """The series is too short, constant, or has no usable time."""


class SequenceError(LSTMVizError):
    """A typed sequence is empty or too long."""


class UnknownTokens(SequenceError):
    """A typed sequence holds tokens that the model does not know."""


class LabelledError(LSTMVizError):
    """Labelled sequences cannot be learned from as they are."""


class OneClass(LabelledError):
    """All labelled sequences have the same class."""


class UnseenClass(LabelledError):
    """A class of the test was never shown in training."""


class IdxError(LabelledError):
    """The file is not IDX, or is damaged."""


class DownloadError(LSTMVizError):
    """What was asked for cannot be fetched."""


class SettingsError(LSTMVizError):
    """An option lies outside what the series or the model allows."""


class WeightsError(LSTMVizError):
    """A file of weights is no model that can be shown."""


class RunError(LSTMVizError):
    """A stored run is missing, damaged, or cannot go on."""


class RunNotFound(RunError):
    """No run is stored under this address."""


class TrainingUnavailable(RunError):
    """No worker process can be reached."""
