"""The bytes of an uploaded file to a table."""

from dataclasses import dataclass
from pathlib import PurePath

from lstm_viz.errors import TableError
from lstm_viz.paths import ASSETS
from lstm_viz.phrases import listed_names, plain, shown
from lstm_viz.tables.columns.column_types import type_columns
from lstm_viz.tables.columns.table import Table
from lstm_viz.tables.columns.wide_tables import unfolded
from lstm_viz.tables.files.detection import container
from lstm_viz.tables.files.open_file import read_grid
from lstm_viz.tables.files.read_options import Decision, Reading

_ENDINGS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet", ".pq": "parquet"}
_WORDS = {"text": "text", "xlsx": "an Excel workbook", "parquet": "a Parquet file"}


def read_table(data: bytes, name: str, reading: Reading = Reading()) -> Table:
    """Read CSV, TSV or other delimited text, Excel .xlsx or Parquet, by what the file holds rather than by its name.

    What `reading` leaves open is decided by evidence; the table has each decision and why.

    Raises:
        NotATable: empty, binary, damaged, or without rows below the header.
        FileTooLarge: above `MAX_BYTES`, `MAX_ROWS` or `MAX_COLUMNS`.
        TableError: the wanted encoding does not fit the bytes.
        SettingsError: the wanted header or sheet is not there.
    """
    grid = unfolded(read_grid(data, reading), reading.periods)
    typed = type_columns(grid, reading)
    decisions, kind, ending = (*grid.decisions, *typed.decisions), container(data), PurePath(name).suffix.lower()
    if _ENDINGS.get(ending, "text") != kind:
        wrong = f"The name ends in {plain(ending, 12) or 'nothing'}, but the file is {_WORDS[kind]}"
        decisions = (Decision("format", kind, f"{wrong} and was read as that."), *decisions)
    notes = tuple(decision.sentence for decision in decisions if not decision.quiet)
    about = ("encoding", "delimiter", "has_header", "header_row", "sheet", "sheets")
    of_file = {name: getattr(grid, name) for name in about} | {"reading": reading, "decisions": decisions}
    return Table(plain(name, 200), typed.frame, typed.columns, notes=notes, decimal=typed.decimal, **of_file)


@dataclass(frozen=True)
class Sample:
    """A series that comes with the program, the columns to use and one sentence on what it shows."""

    key: str
    title: str
    file: str
    time: str
    target: str
    citation: str
    sentence: str


SAMPLES = (
    Sample(
        *("airline_passengers", "Airline passengers", "airline_passengers.csv", "month", "passengers"),
        "Box, G. E. P. and Jenkins, G. M. (1976). Time Series Analysis: Forecasting and Control. Series G.",
        "Thousands of international airline passengers a month: a trend, and a season that grows with it.",
    ),
    Sample(
        *("sunspots", "Sunspots", "sunspots.csv", "month", "sunspots"),
        "WDC-SILSO, Royal Observatory of Belgium, Brussels. International Sunspot Number 1.0. CC BY-NC 4.0.",
        "The monthly mean number of sunspots since 1749: cycles of about eleven years, none like the last.",
    ),
    Sample(
        *("nile", "Nile", "nile.csv", "year", "flow"),
        "Cobb, G. W. (1978). The problem of the Nile. Biometrika 65, 243–251.",
        "The yearly flow of the Nile at Aswan: short, noisy, and lower after 1898.",
    ),
    Sample(
        *("mauna_loa_co2", "Mauna Loa CO₂", "mauna_loa_co2.csv", "week", "co2"),
        "Keeling, C. D. and Whorf, T. P. (2004). Atmospheric CO2 concentrations derived from flask air samples "
        "at sites in the SIO network. Carbon Dioxide Information Analysis Center, Oak Ridge National Laboratory.",
        "Weekly carbon dioxide in the air over Hawaii: a rising trend, a yearly season, and 59 weeks missing.",
    ),
)


def sample_bytes(key: str) -> bytes:
    """Return the bytes of a sample's file; a TableError for an unknown key."""
    return (ASSETS / "samples" / _sample(key).file).read_bytes()


def load_sample(key: str) -> Table:
    """Return a sample as a table; a TableError for an unknown key."""
    return read_table(sample_bytes(key), _sample(key).file)


def _sample(key: str) -> Sample:
    samples = {sample.key: sample for sample in SAMPLES}
    if key not in samples:
        raise TableError(f"There is no sample `{shown(key)}`. Pick one of {listed_names(samples, len(samples))}.")
    return samples[key]
