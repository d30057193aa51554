"""The house stands as it is drawn: arrows point down, text is written once, and nothing is too long to read."""

import ast
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from lstm_viz.anatomy.inputs_outputs import LayerRequest
from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.glossary import _TERMS, GLOSSARY, anatomy_term, classify_term, forecast_term
from lstm_viz.settings import settings_of

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lstm_viz"
PAGES = sorted((ROOT / "pages").glob("*.py"))
MODULES = sorted([*PACKAGE.rglob("*.py"), *PAGES, ROOT / "app.py"])
STANDALONE = sorted((ROOT / "assets" / "standalone").glob("*.py"))

LAYERS = (
    {"app", "__main__"},
    {"pages", "ui.router"},
    {"ui.runs", "ui.classify", "ui.gradient"},
    {"ui.step"},
    {"ui.layer", "ui.forecast", "ui.race"},
    {"ui.shared"},
    {"ui.shell"},
    {"commands", "tours"},
    {"scenes"},
    {"runs"},
    {"zoo", "figures"},
    {"classifying", "racing", "forecasting", "weights", "codegen"},
    {"training", "lessons", "anatomy"},
    {"recurrent", "sequences"},
    {"tables"},
    {"glossary", "settings", "plain_values", "phrases"},
    {"errors", "paths"},
)
HEIGHT = {room: len(LAYERS) - place for place, rooms in enumerate(LAYERS) for room in rooms}
MAX_PAGE, MAX_MODULE = 120, 500


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(module: str) -> str:
    """The room of a dotted name: `lstm_viz.runs.jobs` stands in `runs`, `lstm_viz.ui.race.words` in `ui.race`."""
    parts = module.removeprefix("lstm_viz.").split(".")
    return ".".join(parts[:2]) if parts[0] == "ui" and len(parts) > 1 else parts[0]


def room_of_file(path: Path) -> str:
    return room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, as a full dotted name."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


@cache
def names_imported(path: Path) -> tuple[str, ...]:
    return tuple(imports_of(path))


def rooms_imported(path: Path) -> set[str]:
    return {room_of(name) for name in names_imported(path) if name.split(".")[0] in ("lstm_viz", "pages", "app")}


def outsiders(path: Path) -> set[str]:
    return {name.split(".")[0] for name in names_imported(path)}


def in_fresh_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_every_room_has_its_place_in_the_house():
    rooms = {room_of_file(path) for path in MODULES} - {"lstm_viz", "__init__", "ui.__init__"}
    assert rooms <= set(HEIGHT), "give the new room a place in LAYERS"


def test_no_folder_holds_more_than_a_person_can_look_over():
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {name_of(folder): count for folder, count in folders.items() if count > 20} == {}


def test_the_package_itself_imports_nothing_of_its_own():
    assert rooms_imported(PACKAGE / "__init__.py") == set()


def test_every_import_points_down():
    rooms = {path: room_of_file(path) for path in MODULES if path != PACKAGE / "__init__.py"}
    upward = [
        f"{name_of(path)} imports {other}"
        for path, room in rooms.items()
        for other in rooms_imported(path)
        if other != room and HEIGHT[other] >= HEIGHT[room]
    ]
    assert upward == []


def circle_in(imports: dict[str, set[str]]) -> list[str]:
    """Give modules that import one another in a circle, at any place and for any reason; none where there is none."""
    try:
        list(TopologicalSorter(imports).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_one_another():
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    imports = {name: set() for name in names}
    for name, path in names.items():
        for imported in names_imported(path):
            found = imported if imported in names else imported.rpartition(".")[0]
            imports[name] |= {found} & (names.keys() - {name})
    assert circle_in({**imports, "lstm_viz.errors": {"lstm_viz.runs.jobs"}}), "a circle would be seen"
    assert circle_in(imports) == []


def test_an_arrow_that_points_up_would_be_seen():
    assert HEIGHT["runs"] > HEIGHT["figures"] > HEIGHT["forecasting"] > HEIGHT["training"] > HEIGHT["tables"]
    assert HEIGHT["ui.forecast"] > HEIGHT["ui.shared"] > HEIGHT["ui.shell"] > HEIGHT["scenes"]
    assert "tables" in rooms_imported(PACKAGE / "figures" / "forecast_charts.py")
    assert "tables" in rooms_imported(PACKAGE / "sequences" / "labelled" / "read_table.py")
    assert "ui.shell" in rooms_imported(PACKAGE / "ui" / "forecast" / "state.py")


def test_only_the_app_its_pages_and_ui_import_streamlit():
    assert {room_of_file(path).split(".")[0] for path in MODULES if "streamlit" in outsiders(path)} == {
        "app",
        "pages",
        "ui",
    }


def test_only_runs_imports_dask():
    assert {room_of_file(path) for path in MODULES if outsiders(path) & {"dask", "distributed"}} == {"runs"}


def test_the_heart_knows_no_tables_no_pandas_and_no_charts():
    for path in (PACKAGE / "recurrent").glob("*.py"):
        assert "tables" not in rooms_imported(path), name_of(path)
        assert not outsiders(path) & {"pandas", "plotly", "matplotlib"}, name_of(path)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_pages_hold_words_and_widgets_but_no_maths_and_no_charts(path):
    assert not outsiders(path) & {"torch", "plotly", "numpy", "pandas", "matplotlib"}
    assert lines_of(path) <= MAX_PAGE


def test_no_module_is_too_long_to_read():
    assert {name_of(path): lines_of(path) for path in MODULES if lines_of(path) > MAX_MODULE} == {}


def dangers_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            of_torch = isinstance(node.value, ast.Name) and node.value.id == "torch"
            if (of_torch and node.attr in ("load", "save")) or node.attr in ("read_pickle", "to_pickle"):
                yield node.attr
        elif isinstance(node, ast.keyword) and node.arg in (
            "unsafe_allow_html",
            "unsafe_allow_javascript",
            "allow_pickle",
        ):
            yield node.arg


def test_nothing_unpickles_and_nothing_injects_html():
    pickles = {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
    for path in (*MODULES, *STANDALONE):
        assert not outsiders(path) & pickles, name_of(path)
        assert list(dangers_in(tree_of(path))) == [], name_of(path)
    assert list(dangers_in(ast.parse("st.markdown(x, unsafe_allow_html=True); torch.load(y)"))) != []


@pytest.mark.slow
def test_figures_load_neither_torch_nor_streamlit_not_even_through_others():
    modules = [f"lstm_viz.figures.{path.stem}" for path in (PACKAGE / "figures").glob("*.py")]
    imports = "\n".join(f"import {module.removesuffix('.__init__')}" for module in modules)
    assert in_fresh_python(f"{imports}\nimport sys\nprint({{'torch', 'streamlit'}} & set(sys.modules))") == "set()\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "module",
    [
        "forecasting.config",
        "training.config",
        "glossary",
        "zoo.catalogue",
        "racing.config",
        "tables",
    ],
)
def test_what_must_start_at_once_does_not_wait_for_torch(module):
    loaded = in_fresh_python(f"import lstm_viz.{module}, sys\nprint({{'torch', 'streamlit'}} & set(sys.modules))")
    assert loaded == "set()\n"


@pytest.mark.slow
def test_a_look_at_a_file_does_not_wait_for_torch():
    code = (
        "import contextlib, io, sys\n"
        "from lstm_viz.__main__ import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as said:\n"
        "    main(['check', 'assets/samples/nile.csv'])\n"
        "assert 'nile' in said.getvalue()\n"
        "print({'torch', 'streamlit', 'distributed'} & set(sys.modules))"
    )
    assert in_fresh_python(code) == "set()\n"


def public_definitions(path: Path) -> Iterator[tuple[str, str | None]]:
    """The module, its public classes and functions, and the public methods of those classes, with their docstrings."""
    tree = tree_of(path)
    yield "module", ast.get_docstring(tree)
    waiting: list[ast.AST] = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name[0] == "_":
                continue
            yield node.name, ast.get_docstring(node)
            if isinstance(node, ast.ClassDef):
                waiting.append(node)


def test_everything_public_says_what_it_is_in_a_sentence():
    said = [(f"{name_of(path)} {name}", text) for path in MODULES for name, text in public_definitions(path)]
    assert [(name, text) for name, text in said if not (text or "").split("\n\n")[0].endswith(".")] == []


def terms_named_in_code() -> Iterator[tuple[str, str]]:
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in ("label_of", "meaning_of"):
                named = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                yield from ((name_of(path), name) for name in named)


def test_every_term_named_in_code_is_in_the_glossary():
    named = list(terms_named_in_code())
    assert len(named) >= 5, "the search finds calls at all"
    assert [(path, name) for path, name in named if name not in GLOSSARY] == []


def test_every_meaning_is_a_sentence_and_every_label_a_word():
    for term in _TERMS:
        assert term.meaning[0].isupper(), term.name
        assert term.meaning.endswith("."), term.name
        assert term.meaning == " ".join(term.meaning.split()), term.name
        assert term.label == term.label.strip() != "", term.name


def test_no_two_things_have_one_label():
    """A page may explain a setting in words of its own, under the setting's name with the page's before it."""
    labels = defaultdict(set)
    for name, term in GLOSSARY.items():
        setting = re.sub(r"^(forecast|classify|anatomy|race)_", "", name)
        labels[term.label].add({"validation_share": "validation"}.get(setting, setting))
    assert {label: names for label, names in labels.items() if len(names) > 1} == {}


def test_no_term_is_explained_twice():
    assert len(GLOSSARY) == len(_TERMS)
    meanings = [term.meaning for term in _TERMS]
    assert len(set(meanings)) == len(meanings)


@pytest.mark.parametrize(
    ("config", "term"),
    [(ForecastConfig, forecast_term), (ClassifyConfig, classify_term), (LayerRequest, anatomy_term)],
)
def test_every_setting_and_every_choice_is_explained(config, term):
    settings = settings_of(config)
    names = {*settings, *(choice for one in settings.values() for choice in one.choices)}
    assert {term(name) for name in names} - set(GLOSSARY) == set()
