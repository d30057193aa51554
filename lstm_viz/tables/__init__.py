"""An uploaded file becomes a clean regular series, or one clear error."""

from lstm_viz.tables.choices import ROW_NUMBER
from lstm_viz.tables.describe import describe_table
from lstm_viz.tables.frequency import ROWS, Frequency, infer_frequency
from lstm_viz.tables.limits import MAX_BYTES, MAX_COLUMNS, MAX_ROWS
from lstm_viz.tables.read import read_table
from lstm_viz.tables.samples import SAMPLES, Sample, load_sample, sample_bytes
from lstm_viz.tables.series import Series, make_series
from lstm_viz.tables.table import Column, Kind, Table

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "ROWS",
    "ROW_NUMBER",
    "SAMPLES",
    "Column",
    "Frequency",
    "Kind",
    "Sample",
    "Series",
    "Table",
    "describe_table",
    "infer_frequency",
    "load_sample",
    "make_series",
    "read_table",
    "sample_bytes",
]
