"""An uploaded file becomes a clean regular series, or one clear error."""

from lstm_viz.tables.changes import Repairs
from lstm_viz.tables.choices import ROW_NUMBER
from lstm_viz.tables.columns import Column, Kind
from lstm_viz.tables.describe import describe_refusal, describe_table
from lstm_viz.tables.doubts import Question, questions
from lstm_viz.tables.formulas import guarded
from lstm_viz.tables.frequency import ROWS, Frequency, infer_frequency, patterned
from lstm_viz.tables.inspection import LOOK_FIRST, Finding, inspect_series, reading_findings, when
from lstm_viz.tables.limits import MAX_BYTES, MAX_COLUMNS, MAX_ROWS
from lstm_viz.tables.panel import MAX_FEATURES, MAX_SERIES, Panel, features_again, make_panel, sound_features
from lstm_viz.tables.read import read_table
from lstm_viz.tables.reading import DELIMITERS, Decision, Reading
from lstm_viz.tables.roles import Columns, feature_choices, proposed_columns, series_id_choices, time_choices
from lstm_viz.tables.samples import SAMPLES, Sample, load_sample, sample_bytes
from lstm_viz.tables.series import Feature, Series, make_series
from lstm_viz.tables.table import Table
from lstm_viz.tables.times import DateOrder

__all__ = [
    "DELIMITERS",
    "LOOK_FIRST",
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_FEATURES",
    "MAX_ROWS",
    "MAX_SERIES",
    "ROWS",
    "ROW_NUMBER",
    "SAMPLES",
    "Column",
    "Columns",
    "DateOrder",
    "Decision",
    "Feature",
    "Finding",
    "Frequency",
    "Kind",
    "Panel",
    "Question",
    "Reading",
    "Repairs",
    "Sample",
    "Series",
    "Table",
    "describe_refusal",
    "describe_table",
    "feature_choices",
    "features_again",
    "guarded",
    "infer_frequency",
    "inspect_series",
    "load_sample",
    "make_panel",
    "make_series",
    "patterned",
    "proposed_columns",
    "questions",
    "read_table",
    "reading_findings",
    "sample_bytes",
    "series_id_choices",
    "sound_features",
    "time_choices",
    "when",
]
