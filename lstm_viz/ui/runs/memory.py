"""The runs of this browser: it stores their keys itself, so that a reload or a restart of the server loses none."""

from lstm_viz.runs.folders import KEY_PATTERN
from lstm_viz.ui.shell.components import mount, sent
from lstm_viz.ui.shell.session import current_session

MEMORY = "run-memory"
MOST = 200

_mount = mount("run_memory", on_stage=False)


def remember_runs(ask: bool = False) -> None:
    """Let the browser store this session's runs and report those it knows; `ask` wants an answer even if there are none."""
    session = current_session()
    waits = ask and not session.has_reported
    data = {"mine": session.runs[-MOST:], "gone": sorted(session.forgotten), "ask": waits}
    _mount(key=MEMORY, data=data, on_list_change=receive_list)


def receive_list() -> None:
    """Put the browser's list before the runs of this session; what is no key of a run is ignored."""
    session = current_session()
    answer = sent(MEMORY, "list")
    if not isinstance(answer, dict):
        return
    session.has_reported, session.keeps = True, bool(answer.get("kept"))
    keys = answer.get("keys")
    known = (
        [key for key in keys if isinstance(key, str) and KEY_PATTERN.fullmatch(key)] if isinstance(keys, list) else []
    )
    kept = [key for key in known[-MOST:] if key not in session.forgotten]
    session.runs = list(dict.fromkeys([*kept, *session.runs]))


def join_run(key: str) -> None:
    """Add a run to those of this browser, unless it was deleted."""
    session = current_session()
    if key not in session.runs and key not in session.forgotten:
        session.runs.append(key)


def unlist_run(key: str) -> None:
    """Remove a run from the list, here and in the browser."""
    session = current_session()
    session.forgotten.add(key)
    session.runs = [other for other in session.runs if other != key]
