"""An uploaded file becomes a clean regular series, or one clear error."""

from lstm_viz.tables.columns.column_types import Column
from lstm_viz.tables.columns.series_ids import guarded
from lstm_viz.tables.columns.table import (
    ROW_NUMBER,
    Columns,
    Table,
    feature_choices,
    proposed_columns,
    series_id_choices,
    time_choices,
)
from lstm_viz.tables.describe import describe_refusal, describe_table
from lstm_viz.tables.files.grid import MAX_BYTES, MAX_COLUMNS, MAX_ROWS
from lstm_viz.tables.files.read_options import DELIMITERS, Decision, Reading
from lstm_viz.tables.read import SAMPLES, load_sample, read_table, sample_bytes
from lstm_viz.tables.series.doubts import Question, questions
from lstm_viz.tables.series.frequency import ROWS, Frequency, infer_frequency, patterned
from lstm_viz.tables.series.inspection import SHOWN_FIRST, Finding, inspect_series, reading_findings, when
from lstm_viz.tables.series.series import (
    MAX_FEATURES,
    MAX_SERIES,
    Feature,
    Panel,
    Series,
    features_again,
    make_panel,
    make_series,
    sound_features,
)
from lstm_viz.tables.values.timestamps import DateOrder

__all__ = ["DELIMITERS", "MAX_BYTES", "MAX_COLUMNS", "MAX_FEATURES", "MAX_ROWS", "MAX_SERIES", "ROWS", "ROW_NUMBER"]
__all__ += ["SAMPLES", "SHOWN_FIRST", "Column", "Columns", "DateOrder", "Decision", "Feature", "Finding", "Frequency"]
__all__ += ["Panel", "Question", "Reading", "Series", "Table", "describe_refusal", "describe_table", "feature_choices"]
__all__ += ["features_again", "guarded", "infer_frequency", "inspect_series", "load_sample", "make_panel"]
__all__ += ["make_series", "patterned", "proposed_columns", "questions", "read_table", "reading_findings"]
__all__ += ["sample_bytes", "series_id_choices", "sound_features", "time_choices", "when"]
