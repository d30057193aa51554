"""What a run is called: by the person, or else by its cell, its column and the moment it was asked for."""

from datetime import UTC, datetime, tzinfo

from lstm_viz.glossary import label_of
from lstm_viz.runs.choices import EVERY_COLUMN
from lstm_viz.runs.records import RunSpec

MAX_NAME = 80
LONGEST_TARGET = 40


def clean_name(text: str) -> str:
    """Make a name fit for one line: no breaks, nothing invisible, not too long.

    >>> clean_name("  my\\n best\\trun ")
    'my best run'
    """
    visible = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(visible.split())[:MAX_NAME].strip()


def default_name(spec: RunSpec, zone: tzinfo = UTC) -> str:
    """Name a run that nobody named, with the time as the clock of its reader shows it.

    Example:
        "LSTM · passengers · 21 Nov 18:20"
    """
    moment = created_at(spec).astimezone(zone)
    subject = clean_name(subject_of(spec))[:LONGEST_TARGET]
    return f"{label_of(spec.config.cell)} · {subject} · {moment.day} {moment:%b %H:%M}"


def subject_of(spec: RunSpec) -> str:
    """Say what is forecast: a column, one series of a file that holds several, or all of them."""
    if spec.config.scope != "one":
        return "Every column" if spec.choices.get("id") == EVERY_COLUMN else f"{spec.target} of all series"
    series = spec.choices.get("series") or spec.target
    return spec.target if series == spec.target else f"{series} · {spec.target}"


def created_at(spec: RunSpec) -> datetime:
    """Tell when a run was asked for; a time without a zone is taken as UTC."""
    moment = datetime.fromisoformat(spec.created)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
