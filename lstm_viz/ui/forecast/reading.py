"""How a file was read: a line of plain words that opens to every decision, a preview, and controls to change it."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.tables import DELIMITERS, MAX_ROWS, Decision, Table
from lstm_viz.tables.series.doubts import ORDERS
from lstm_viz.ui.forecast.questions import is_of_mark, is_question, show_missing_marks, show_preview
from lstm_viz.ui.forecast.sources import READING, data_parameter, read_source, written
from lstm_viz.ui.forecast.state import ForecastPage, choose_data
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.session import set_widget_value, was_filled, widget_value

FOUND, BRACKET = "", " ("
ORDER = ("sheet", "encoding", "delimiter", "header", "decimal", "date_order", "periods", "fiscal_year", "missing")
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western)",
    "latin-1": "Latin-1 (Western)",
    "cp1250": "Windows-1250 (Central Europe)",
    "iso8859_2": "Latin-2 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1257": "Windows-1257 (Baltic)",
    "gb18030": "GB18030 (Chinese, GBK)",
    "big5": "Big5 (Chinese)",
    "shift_jis": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp949": "CP949 (Korean)",
    "cp850": "CP850 (DOS)",
    "mac_roman": "Mac Roman",
}
ALIASES = {"utf-8-sig": "utf-8", "cp932": "shift_jis"}
SEPARATORS = {",": "comma", ";": "semicolon", "tab": "tab", "|": "bar", "space": "blank", "none": "line end only"}
MENUS: dict[str, dict[str, str]] = {  # the values of a setting, with their labels
    "encoding": ENCODINGS,
    "delimiter": {name: SEPARATORS.get(name, name) for name in (written("delimiter", one) for one in DELIMITERS)},
    "decimal": {".": "point", ",": "comma"},
    "date_order": dict(ORDERS),
    "periods": {"names": "names of columns", "rows": "rows"},
    "fiscal_year": {"begins": "the year in which it begins", "ends": "the year in which it ends"},
}
OTHERWISE = {
    "date_order": "In no date is it unclear which number is the day.",
    "missing": "Blank cells and codes such as NA, - or ? count as missing.",
}


def reading_panel(page: ForecastPage, table: Table, address: Address) -> None:
    """Say in a line how the file was read, with details to unfold; open where something was lost or is doubtful."""
    warned = any(one.warning for one in table.decisions)
    lost = any(one.warning and not is_question(one) for one in table.decisions)  # the rest is asked next to the chart
    doubtful = bool(page.reading_errors) or table is page.refused
    icon = ":orange[:material/warning:]" if doubtful or warned else ":material/description:"
    with st.container(gap="small"):
        st.markdown(f"{icon} {literal(_reading_words(table))}")
        key = f"reading-{data_parameter(page.source)}"
        if not was_filled(key):
            set_widget_value(key, doubtful or lost)
        fold = st.expander("How this file was read", key=key, icon=":material/search:", on_change="rerun")
    if not fold.open:
        return
    with fold:
        overrides = _Overrides(page, table, address)
        marks = [decision for decision in table.decisions if is_of_mark(decision)]
        shown = (*overrides.decisions, *marks)
        _show_decisions(page, [decision for decision in table.decisions if decision not in shown])
        show_missing_marks(page, address, marks)
        show_preview(table, page.panel)
        overrides.draw()


def _reading_words(table: Table) -> str:
    """Say in one line how a file was read.

    Shapes: "Read as CSV, GB18030, semicolon, decimal comma, header in row 3", "Read as Excel, sheet Data, header in row 1".
    """
    if table.sheet is not None:
        words = ["Excel", f"sheet {table.sheet[:40]}"]
    elif table.encoding is None:
        words = ["Parquet"]
    else:
        separator = "one column" if table.delimiter == "" else SEPARATORS[written("delimiter", table.delimiter)]
        words = ["CSV", _encoding_words(table.encoding).split(BRACKET)[0], separator]
    if table.decimal == ",":
        words.append("decimal comma")
    if words != ["Parquet"]:
        words.append(f"header in row {table.header_row}" if table.header_row else "no header")
    return f"Read as {', '.join(words)}"


def _encoding_words(codec: str) -> str:
    name = ALIASES.get(codec.lower(), codec.lower())
    return ENCODINGS.get(name, codec.upper())


def _show_decisions(page: ForecastPage, decisions: Sequence[Decision]) -> None:
    """List what no control overrules, doubtful things first, and what was done on the axis of time."""
    ordered = sorted(decisions, key=lambda decision: not decision.warning)
    notes = page.panel.notes if page.panel else ()
    if ordered or notes:
        items = [*map(_in_words, ordered), *(small(with_names(note)) for note in notes)]
        st.markdown("\n".join(f"- {item}" for item in items))


def _in_words(decision: Decision) -> str:
    icon = ":orange[:material/warning:] " if decision.warning else ""
    return icon + small(with_names(decision.sentence))


class _Overrides:
    """Controls that overrule the reader, each next to what was decided; a change goes to the address."""

    def __init__(self, page: ForecastPage, table: Table, address: Address) -> None:
        self.page, self.table, self.address = page, table, address
        self.requested = {name: page.choices[key] for key, name in READING.items() if key in page.choices}
        self.names = [name for name in ORDER if self.is_offered(name)]
        self.decisions = [decision for decision in map(self.decision, self.names) if decision is not None]

    def is_offered(self, name: str) -> bool:
        """Return whether a setting can make a difference for this file."""
        table = self.table
        if name in self.requested:
            return True
        if name in ("encoding", "delimiter"):
            return table.encoding is not None
        if name == "sheet":
            return len(table.sheets) > 1
        if name == "header":
            return table.encoding is not None or table.sheet is not None
        kinds = {column.kind for column in table.columns}
        if name == "date_order":
            return self.decision(name) is not None or "text" in kinds or "time" not in kinds
        return name == "missing" or self.decision(name) is not None or (name == "decimal" and "number" not in kinds)

    def decision(self, name: str) -> Decision | None:
        """Find what was decided about a setting, the doubtful thing first."""
        setting = {"date_order": "time"}.get(name, name)
        found = [decision for decision in self.table.decisions if decision.setting == setting]
        return min(found, key=lambda decision: not decision.warning, default=None)

    def draw(self) -> None:
        """Draw each control, with what was decided and what is wrong with the request, and the way back."""
        st.markdown("**Wrong? Change it here**")
        with st.container(gap="xsmall"):
            for name in self.names:
                self.control(name)
                decision = self.decision(name)
                st.markdown(small(OTHERWISE.get(name, meaning_of(name))) if decision is None else _in_words(decision))
                if name in self.page.reading_errors:
                    show_error(self.page.reading_errors[name])
        if self.requested:
            options: Any = {"icon": ":material/restart_alt:", "on_click": self.reset}
            help_text = "Discard these choices: everything is inferred from the file."
            st.button("Detect automatically again", key="reading-reset", help=help_text, **options)

    def control(self, name: str) -> None:
        """Draw the widget of a setting."""
        if name == "encoding":
            self.menu(name, list(ENCODINGS), _encoding_words)
        elif name == "sheet":
            self.menu(name, list(self.table.sheets), str)
        elif name in MENUS:
            self.menu(name, list(MENUS[name]), lambda value: MENUS[name].get(value, value))
        elif name == "header":
            requested = self.requested.get(name, self.found(name))
            shown = min(int(requested), MAX_ROWS) if requested.isdecimal() else None
            st.number_input(label_of(name), 0, MAX_ROWS, None, step=1, **self.options(name, shown))
        else:
            requested = self.requested.get(name, "")
            st.text_input(label_of(name), max_chars=200, placeholder="-1, no data", **self.options(name, requested))

    def menu(self, name: str, values: Sequence[str], words: Callable[[str], str]) -> None:
        """Draw values in a menu, what was detected first."""
        requested = self.requested.get(name, FOUND)
        found = self.found(name)
        options = [FOUND, *values] if requested in (FOUND, *values) else [FOUND, requested, *values]

        def label(value: str) -> str:
            if value != FOUND:
                return words(value)
            return f"{words(found).split(BRACKET)[0]} · detected" if found else "automatic"

        st.selectbox(label_of(name), options, format_func=label, **self.options(name, requested))

    def found(self, name: str) -> str:
        """Return what the reader detects, as the file is read now, or would be read without requests."""
        table: Any = self.table if name not in self.requested else read_source(self.page.source)
        if not isinstance(table, Table):
            return ""
        names = any(decision.setting == "periods" and not decision.chosen for decision in table.decisions)
        by_itself = {"header": table.header_row or 0, "periods": "names" if names else None}
        value = {**by_itself, "date_order": None, "missing": None}.get(name, getattr(table, name, None))
        return "" if value is None else written(name, value)

    def options(self, name: str, shown: Any) -> dict[str, Any]:
        """Fill a widget and have it write."""
        key = f"reading-{name}"
        set_widget_value(key, shown)
        return {"key": key, "help": meaning_of(name), "on_change": self.change, "args": (name,)}

    def change(self, name: str) -> None:
        """Write what was chosen; what is detected anyway is not written."""
        value = widget_value(f"reading-{name}")
        text = "" if value is None else str(value).strip()
        if not set(self.requested) - {name} and name != "missing":
            self.requested.setdefault(name, "")
            text = "" if text == self.found(name) else text
        parameter = next(key for key, setting in READING.items() if setting == name)
        choose_data(self.page, self.address, **{parameter: text or None})

    def reset(self) -> None:
        """Leave everything to the reader."""
        choose_data(self.page, self.address, **dict.fromkeys(READING))
