"""The list of runs: what each is, how it went, which are looked at."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

import streamlit as st

from lstm_viz.figures.compare_chart import MAX_COMPARED, mark_colours
from lstm_viz.figures.theme import DARK, LIGHT, Palette
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.glance import Glance
from lstm_viz.ui.javascript import mount, sent
from lstm_viz.ui.text import small

TABLE = "runs-table"
NOTHING = "–"
LONGEST = 120
UNITS = ((86_400, "day"), (3600, "h"), (60, "min"))

_mount = mount("runs_table")


def runs_table(runs: list[Glance], selected: list[str], pick: Callable[[list[str], str], None]) -> None:
    """Draw the table.

    Args:
        runs: in the order of the table.
        selected: keys, in the order in which they were selected.
        pick: takes the keys that are selected now, and the one that was opened alone or "".
    """
    now = datetime.now(UTC)
    data = {
        "rows": [row_of(run, now) for run in runs],
        "selected": selected,
        "most": MAX_COMPARED,
        "palettes": {"light": _colours_of(LIGHT), "dark": _colours_of(DARK)},
    }
    _mount(key=TABLE, data=data, on_pick_change=lambda: _take_pick(pick))
    st.markdown(
        small("A click on a name opens a run; ticks lay several over each other. MASE is that of the back-test."),
        help=meaning_of("mase"),
    )


def _take_pick(pick: Callable[[list[str], str], None]) -> None:
    picked = sent(TABLE, "pick")
    if isinstance(picked, dict) and isinstance(picked.get("keys"), list):
        pick([str(key) for key in picked["keys"]], str(picked.get("opened") or ""))


def row_of(run: Glance, now: datetime) -> dict[str, object]:
    """Write a run as the table shows it."""
    return {
        "key": run.key,
        "name": run.name,
        "data": _shortened(run.data),
        "model": label_of(run.cell),
        "horizon": run.horizon,
        "mase": NOTHING if run.mase is None else f"{run.mase:.2f}",
        "outcome": run.outcome,
        "status": run.status,
        "told": run.told,
        "done": run.done,
        "age": age((now - run.created).total_seconds()),
    }


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def age(seconds: float) -> str:
    """Say how long ago something was, in its largest unit.

    >>> age(20), age(200), age(7300), age(90000), age(200000)
    ('just now', '3 min', '2 h', '1 day', '2 days')
    """
    for size, unit in UNITS:
        count = int(seconds // size)
        if count >= 1:
            return f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}"
    return "just now"


def _colours_of(palette: Palette) -> dict[str, str]:
    """Give the colours of the table: the palette's, and those of the marks."""
    return asdict(palette) | {f"mark{place}": colour for place, colour in enumerate(mark_colours(palette))}
