"""Modules of a component are joined whole, in order, and without names that clash."""

import re
from collections import Counter

import pytest

from lstm_viz.paths import ASSETS
from lstm_viz.ui.shell.components import EXPORT, IMPORT, join_modules

BUNDLES = ["/".join(path.parts[-2:]) for path in sorted(ASSETS.glob("*/*.js")) if "import {" in path.read_text()]
ENTRIES = [name for name in BUNDLES if re.search(r"^export default", (ASSETS / name).read_text(), re.MULTILINE)]
TOP_LEVEL = re.compile(
    r"^(?:export )?(?:class|function|const|let) (\w+)|^const \{ (.+?) \}|^const \[(.+?)\]", re.MULTILINE
)

WINDOW_PIXELS = re.compile(
    r"\.client[XY]\b|\b(?:page|screen|layer|offset|movement)[XY]\b"
    r"|\bget(?:BoundingClientRect|ClientRects)\b|\bdevicePixelRatio\b"
)
OF_THE_WINDOW = ("arrive/arrive.js", "tour/ring.js")  # nothing of theirs is enlarged


def top_level_names(source):
    return [name for found in TOP_LEVEL.findall(source) for name in found if name]


def test_there_is_something_to_join():
    assert "cell_diagram/cell_diagram.js" in ENTRIES


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_joined_script_imports_and_exports_nothing_but_its_default(entry):
    script = join_modules(entry)
    assert not re.search(r"^import ", script, re.MULTILINE)
    assert re.findall(r"^export .*", script, re.MULTILINE) == re.findall(r"^export default .*", script, re.MULTILINE)
    assert script.count("export default") == 1
    assert "\n" in script.strip(), "Streamlit takes a single line for a path"


@pytest.mark.parametrize("entry", ENTRIES)
def test_no_name_is_given_twice_in_a_joined_script(entry):
    counts = Counter(top_level_names(join_modules(entry)))
    assert len(counts) > 5, "the search finds names at all"
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_what_is_imported_is_there_before_it_is_used(entry):
    script = join_modules(entry)
    for path in ASSETS.glob("*/*.js"):
        source = path.read_text(encoding="utf-8")
        if EXPORT.sub("", IMPORT.sub("", source)) not in script:
            continue
        for names in re.findall(r"^import \{([^}]*)\} from", source, re.MULTILINE):
            for name in names.replace("\n", " ").split(","):
                if name.strip():
                    assert re.search(rf"^(?:class|function|const) {name.strip()}\b", script, re.MULTILINE), name


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*/*.js")), ids=lambda path: path.name)
def test_no_script_writes_html_or_leaves_the_page(path):
    source = path.read_text(encoding="utf-8")
    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "new Function", "document.write", "fetch("):
        assert danger not in source, f"{path.name} uses {danger}"


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*/*.js")), ids=lambda path: path.name)
def test_positions_of_pointers_and_parts_come_from_one_place_that_knows_projector_mode(path):
    """Pictures are enlarged there: pixels of the window are not pixels of the picture."""
    name, source = "/".join(path.parts[-2:]), path.read_text(encoding="utf-8")
    found = set(WINDOW_PIXELS.findall(source))
    if name == "shared/dom.js":
        assert found == {".clientX", ".clientY", "getBoundingClientRect", "devicePixelRatio"}
    elif name in OF_THE_WINDOW:
        assert found == {"getBoundingClientRect"}
    else:
        assert found == set(), f"{name}: use pointIn, placeOn or brushOn of shared/dom.js"


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*/*.js")), ids=lambda path: path.name)
def test_storage_of_the_browser_is_touched_in_one_place_that_expects_it_to_throw(path):
    touches = set(re.findall(r"\b(?:sessionStorage|localStorage|indexedDB|cookie)\b", path.read_text(encoding="utf-8")))
    assert touches == ({"sessionStorage", "localStorage"} if path.name == "storage.js" else set())
