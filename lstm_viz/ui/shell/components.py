"""What the browser draws: plain ES modules and style sheets, joined for Streamlit, and what they send back."""

import re
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from lstm_viz.paths import ASSETS
from lstm_viz.ui.shell.session import widget_value

IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def join_modules(entry: str) -> str:
    """Join a module of `assets/` and all that it imports, each once, imports first.

    Only relative imports of names are understood. Names must differ over all files, since they share one scope;
    `tests/ui/test_javascript.py` holds that.
    """
    joined: dict[Path, str] = {}
    _add_module((ASSETS / entry).resolve(), joined)
    return "\n".join(joined.values())


def mount(name: str, *, on_stage: bool = True) -> ComponentRenderer:
    """Declare the component of `assets/<name>/`; `on_stage` adds the style sheet that all large pictures share."""
    sheet = ASSETS / name / f"{name}.css"
    styles = [ASSETS / "shared/stage.css"] * on_stage + [sheet] * sheet.exists()
    return st.components.v2.component(
        f"lstm_viz_{name}",
        html=None if styles else "<span></span>",
        css="\n".join(path.read_text(encoding="utf-8") for path in styles) or None,
        js=join_modules(f"{name}/{name}.js"),
    )


def sent(key: str, name: str) -> Any:
    """Read what the component under a key sent under a name; None where it sent nothing."""
    return getattr(widget_value(key), name, None)


def _add_module(path: Path, joined: dict[Path, str]) -> None:
    source = path.read_text(encoding="utf-8")
    for relative in IMPORT.findall(source):
        imported = (path.parent / relative).resolve()
        if imported not in joined:
            _add_module(imported, joined)
    joined[path] = EXPORT.sub("", IMPORT.sub("", source))


_mount = mount("arrive", on_stage=False)


def arrive(at: str, moved: bool) -> None:
    """Scroll here and focus if a click `moved` here and not a mere load; the same name does nothing twice."""
    _mount(key="arrive", data={"at": at, "moved": moved})
