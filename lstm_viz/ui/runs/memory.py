"""Which runs are this browser's: it remembers their keys itself, so that a reload or a restart of the server loses none."""

from lstm_viz.runs.folders import KEY_PATTERN
from lstm_viz.ui.shell.components import mount, sent
from lstm_viz.ui.shell.session import current_session

MEMORY = "run-memory"
MOST = 200

_mount = mount("run_memory", on_stage=False)


def remember_runs(ask: bool = False) -> None:
    """Let the browser take note of this session's runs, and tell the ones that it knows from before.

    Args:
        ask: whether an answer is wanted even where it knows no others.
    """
    session = current_session()
    waits = ask and not session.heard
    data = {"mine": session.runs[-MOST:], "gone": sorted(session.forgotten), "ask": waits}
    _mount(key=MEMORY, data=data, on_list_change=receive_list)


def receive_list() -> None:
    """Take the browser's list in front of what this session has opened; what is no key of a run is passed over."""
    session = current_session()
    answer = sent(MEMORY, "list")
    if not isinstance(answer, dict):
        return
    session.heard, session.keeps = True, bool(answer.get("kept"))
    keys = answer.get("keys")
    known = [key for key in keys if _is_key(key)][-MOST:] if isinstance(keys, list) else []
    kept = [key for key in known if key not in session.forgotten]
    session.runs = list(dict.fromkeys([*kept, *session.runs]))


def _is_key(value: object) -> bool:
    return isinstance(value, str) and KEY_PATTERN.fullmatch(value) is not None


def join_run(key: str) -> None:
    """Put a run that was opened or started here among those of this browser; one that was deleted stays away."""
    session = current_session()
    if key not in session.runs and key not in session.forgotten:
        session.runs.append(key)


def unlist_run(key: str) -> None:
    """Take a run out of the list, here and in the browser."""
    session = current_session()
    session.forgotten.add(key)
    session.runs = [other for other in session.runs if other != key]
