"""The four published series that come with the program. Their sources are in assets/samples/SOURCES.md."""

from dataclasses import dataclass

from lstm_viz.errors import TableError
from lstm_viz.paths import ASSETS
from lstm_viz.phrases import listed_names, shown
from lstm_viz.tables.read import read_table
from lstm_viz.tables.table import Table

_FOLDER = ASSETS / "samples"


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
    return (_FOLDER / _sample(key).file).read_bytes()


def load_sample(key: str) -> Table:
    """Return a sample as a table; a TableError for an unknown key."""
    return read_table(sample_bytes(key), _sample(key).file)


def _sample(key: str) -> Sample:
    samples = {sample.key: sample for sample in SAMPLES}
    if key not in samples:
        raise TableError(f"There is no sample `{shown(key)}`. Pick one of {listed_names(samples, len(samples))}.")
    return samples[key]
