"""What *Runs* shows, from its address, and the table of this browser's runs."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.run_charts import MAX_COMPARED, mark_colours
from lstm_viz.figures.theme import DARK, LIGHT, Palette
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.folders import KEY_PATTERN
from lstm_viz.runs.services import training_service
from lstm_viz.runs.summary import RunSummary, summary
from lstm_viz.ui.runs.memory import join_run
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount, sent
from lstm_viz.ui.shell.markdown import small
from lstm_viz.ui.shell.session import current_session

RUN, TABLE = "run", "runs-table"
NOTHING = "–"
LONGEST = 120
UNITS = ((86_400, "day"), (3600, "h"), (60, "min"))
MOST_SELECTED = 24
KEY_LENGTH = 24
POLL_INTERVAL = 1.0

_mount = mount("runs_table")


@dataclass(frozen=True, eq=False)
class RunsPage:
    """The runs of this browser, newest first, the keys selected in the address, and why one of them cannot be shown."""

    runs: list[RunSummary]
    selected: list[str]
    error: LSTMVizError | None = None

    @property
    def active(self) -> bool:
        """Whether any of them trains or waits."""
        return any(run.active for run in self.runs)

    def run(self, key: str) -> RunSummary:
        """Return one by its key."""
        return next(run for run in self.runs if run.key == key)


def open_runs_page(address: Address) -> RunsPage:
    """Read the runs of this browser and those in the address, which join them."""
    error: LSTMVizError | None = None
    selected: list[str] = []
    for key in _requested_keys(address):
        try:
            summary(training_service(), key)
        except LSTMVizError as failure:
            if key not in current_session().forgotten:
                error = failure
            continue
        join_run(key)
        selected.append(key)
    runs = known_runs()
    return RunsPage(runs, [key for key in selected if any(run.key == key for run in runs)], error)


def _requested_keys(address: Address) -> list[str]:
    text = address.get(RUN, longest=MOST_SELECTED * (KEY_LENGTH + 1)) or ""
    return list(dict.fromkeys(key for key in text.split(",") if key))[:MOST_SELECTED]


def known_runs(last: int = 0) -> list[RunSummary]:
    """Return the runs of this browser, or the `last` that joined, newest first; what is gone or damaged is left out."""
    zone, runs = _reader_zone(), []
    for key in current_session().runs[-last:]:
        try:
            runs.append(summary(training_service(), key, zone))
        except LSTMVizError:
            continue
    return sorted(runs, key=lambda run: run.created, reverse=True)


def _reader_zone() -> tzinfo:
    """Return the time zone of the browser; UTC where it is unknown."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError, OSError):
        return UTC


def show_table(page: RunsPage, address: Address) -> None:
    """Draw the table; while something trains it is redrawn every second, and the page when that ends."""

    def pick() -> None:
        picked = sent(TABLE, "pick")
        if isinstance(picked, dict) and isinstance(picked.get("keys"), list):
            current_session().opened = str(picked.get("opened") or "")
            current_session().refusals.pop("runs", None)
            known = [str(key) for key in picked["keys"] if KEY_PATTERN.fullmatch(str(key))][:MOST_SELECTED]
            address.set(run=",".join(known) or None)

    @st.fragment(run_every=POLL_INTERVAL if page.active else None)
    def live() -> None:
        runs = known_runs() if page.active else page.runs
        selected = [key for key in _requested_keys(address) if any(run.key == key for run in runs)]
        _draw_table(runs, selected, pick)
        now, before = ({(run.key, run.status) for run in each} for each in (runs, page.runs))
        if selected != page.selected or now != before:
            st.rerun()

    live()


def _draw_table(runs: list[RunSummary], selected: list[str], pick: Callable[[], None]) -> None:
    now = datetime.now(UTC)
    palettes = {"light": _colours_of(LIGHT), "dark": _colours_of(DARK)}
    rows = [row_of(run, now) for run in runs]
    data = {"rows": rows, "selected": selected, "most": MAX_COMPARED, "palettes": palettes}
    _mount(key=TABLE, data=data, on_pick_change=pick)
    words = "Click a name to open a run; tick several to compare them. MASE is that of the back-test."
    st.markdown(small(words), help=meaning_of("mase"))


def row_of(run: RunSummary, now: datetime) -> dict[str, object]:
    """Return a row of the table."""
    return {
        "key": run.key,
        "name": run.name,
        "data": run.data if len(run.data) <= LONGEST else f"{run.data[: LONGEST - 1]}…",
        "model": label_of(run.cell),
        "horizon": run.horizon,
        "mase": NOTHING if run.mase is None else f"{run.mase:.2f}",
        "outcome": run.outcome,
        "status": run.status,
        "status_text": run.status_text,
        "done": run.done,
        "age": age((now - run.created).total_seconds()),
    }


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
    return asdict(palette) | {f"mark{place}": colour for place, colour in enumerate(mark_colours(palette))}
