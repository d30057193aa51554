"""Plain ES modules and style sheets in several files, joined into the one that a component of Streamlit takes."""

import re
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets"
IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def join_modules(entry: str) -> str:
    """Join a module and all that it imports, each once, what is imported first.

    Relative imports of names are all that is understood. Names must differ over all files, since they share one scope;
    `tests/ui/test_javascript.py` holds that.

    Args:
        entry: path below `assets/`; its default export is the component's.
    """
    joined: dict[Path, str] = {}
    _add_module((ASSETS / entry).resolve(), joined)
    return "\n".join(joined.values())


def join_styles(name: str) -> str:
    """Put what all large pictures share in front of a style sheet, given by its path below `assets/`."""
    return "\n".join((ASSETS / path).read_text(encoding="utf-8") for path in ("shared/stage.css", name))


def _add_module(path: Path, joined: dict[Path, str]) -> None:
    source = path.read_text(encoding="utf-8")
    for relative in IMPORT.findall(source):
        imported = (path.parent / relative).resolve()
        if imported not in joined:
            _add_module(imported, joined)
    joined[path] = EXPORT.sub("", IMPORT.sub("", source))
