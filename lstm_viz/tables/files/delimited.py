"""Delimited text (CSV, TSV, TXT) to a grid."""

import io
import itertools
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from lstm_viz.errors import NotATable
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.files.detection import Dialect, find_dialect, head_rows, split_rows, text_kind, unwrapped
from lstm_viz.tables.files.encoding import decode
from lstm_viz.tables.files.grid import MAX_COLUMNS, MAX_ROWS, Grid, check_shape, framed
from lstm_viz.tables.files.layout import Layout, find_layout, without_footer
from lstm_viz.tables.files.read_options import Decision, Reading
from lstm_viz.tables.values.time_spellings import cell_kind

_SAMPLE = 200
_SAMPLE_CHARS = 64 * 1024
_ENDS = re.compile(r"\r\n|\r|\n")
_Spans = list[tuple[int, int, int]]  # the end of the column before, the start and the end of the column
_START = re.compile(r"(?:[ \t]*(?:(?:#|@(?!data)).*)?\r?\n)*[ \t]*@data[ \t]*\r?\n", re.IGNORECASE)
_TAG = re.compile(r"^\s*@(\w+)[ \t]*(.*?)\s*$", re.MULTILINE)
_STEPS = {"yearly": "YS", "quarterly": "QS", "monthly": "MS", "weekly": "7D", "daily": "D"}  # as pandas writes them
_STEPS |= {"hourly": "h", "half_hourly": "30min", "10_minutes": "10min", "minutely": "min", "4_seconds": "4s"}
_START_DATE = re.compile(r"(?i)\bstart date: *(\d{4})-?(\d{2})-?(\d{2})\b")
_NTH = re.compile(r"(?i)nth (day|week|hour|minute)")
_SAMPLE_ROWS = 200
_AS_TEXT = {"header": None, "index_col": False, "na_filter": False, "skip_blank_lines": False}
_WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks", "": "line ends only"}


def _cut_columns(text: str) -> str | None:
    """Return the text with tabs between its columns, if blanks cannot cut it and places in the line can; else None."""
    head = [line for line in _lines(text[:_SAMPLE_CHARS])[:_SAMPLE] if line.strip()]
    body = [line for line in head if any(cell_kind(word) in ("number", "time") for word in line.split())]
    counts = {len(line.split()) for line in body}
    names = [line for line in head[: head.index(body[0])] if not line.startswith(("#", "%", "//"))] if body else []
    if len(body) < 3 or '"' in text[:10_000] or (len(counts) == 1 and (not names or len(names[-1].split()) in counts)):
        return None
    spans = _spans(body)
    if len(spans) < 2 or len(spans) != max(counts):
        return None
    lines = _lines(text)
    if any(line[end : end + 1].strip() for line in lines[_SAMPLE:] for *_, end in spans[:-1]):
        return None
    last = names[-1] if names else None
    return "\n".join(_cut_names(line, spans) if line == last else _cut(line, spans) for line in lines)


def _lines(text: str) -> list[str]:
    return [line.expandtabs().rstrip() for line in _ENDS.split(text)]


def _spans(body: list[str]) -> _Spans:
    width = max(map(len, body))
    filled = "".join("x" if any(line[at : at + 1].strip() for line in body) else " " for at in range(width))
    found = [match.span() for match in re.finditer(r"x+", filled)]
    before = [0, *(end for _, end in found[:-1])]
    return [(cut, *span) for cut, span in zip(before, found, strict=True)]


def _cut(line: str, spans: _Spans) -> str:
    cells = [line[cut:end].strip() for cut, _, end in spans[:-1]]
    return "\t".join([*cells, line[spans[-1][0] :].strip()]) if line.strip() else ""


def _cut_names(line: str, spans: _Spans) -> str:
    cells: list[list[str]] = [[] for _ in spans]
    for word in re.finditer(r"\S+", line):
        begin, end = word.span()
        overlaps = [min(end, last) - max(begin, first) for _, first, last in spans]
        apart = [abs(begin + end - first - last) / 2 for _, first, last in spans]
        near = min(range(len(spans)), key=lambda k: -overlaps[k] if overlaps[k] > 0 else apart[k])
        cells[near].append(word[0])
    return "\t".join(" ".join(words) for words in cells)


def _archive_head(text: str) -> str:
    head = _START.match(text[:20_000])
    return head[0] if head and "@attribute" in head[0].lower() and "@frequency" in head[0].lower() else ""


def _read_archive(text: str, head: str) -> Grid:
    """Return a file of the Monash archive (Godahewa et al. 2021) as a long table: attributes, step and value."""
    tags = [(name.lower(), value) for name, value in _TAG.findall(head)]
    names = [value.split()[0] for name, value in tags if name == "attribute" and value.split()]
    step = _STEPS.get(dict(tags).get("frequency", "").lower(), "")
    lines = enumerate(text[len(head) :].splitlines(), 1 + head.count("\n"))
    parts = [(place, line.strip().split(":")) for place, line in lines if line.strip()]
    if not parts:
        raise NotATable("The file has no series below `@data`. Add series and upload it again.")
    for place, cells in parts:
        if len(cells) != len(names) + 1:
            wrong = f"Row {place:,} of the file has {counted(len(cells) - 1, 'attribute')} before its values"
            raise NotATable(f"{wrong}, and `@attribute` names {len(names)}. Correct the row.")
    values = [cells[-1].split(",") for _, cells in parts]
    sizes = [len(row) for row in values]
    check_shape(sum(sizes), len(names) + 2)
    dated = next((place for place, name in enumerate(names) if "timestamp" in name.lower()), None)
    kept = [place for place in range(len(names)) if place != dated]
    columns = {names[place]: np.repeat([cells[place] for _, cells in parts], sizes) for place in kept}
    starts = None if dated is None or not step else [cells[dated] for _, cells in parts]
    columns["time" if starts else "step"] = np.concatenate(_moments(sizes, starts, step))
    columns["value"] = np.array([cell.strip() for row in values for cell in row])
    rows = np.repeat([place for place, _ in parts], sizes)
    frame = pd.DataFrame({name: pd.Series(cells, rows, dtype="str") for name, cells in columns.items()})
    frequency = shown(dict(tags).get("frequency", "without a frequency"))
    sentence = f"Read {len(parts):,} series in the format of the Monash archive, {frequency}."
    return Grid(frame, decisions=(Decision("format", "tsf", sentence),), has_header=True)


def _moments(sizes: list[int], starts: list[str] | None, step: str) -> list[np.ndarray]:
    """Return the moments of each series from its start on, or the numbers of its steps where there is none."""
    if starts is None:
        return [np.arange(1, size + 1).astype(str) for size in sizes]
    found = []
    for size, start in zip(sizes, starts, strict=True):
        day, _, clock = start.strip().partition(" ")
        try:
            first = pd.Timestamp(f"{day} {clock.replace('-', ':')}".strip())
            moments = pd.date_range(first, periods=size, freq=step)
        except (ValueError, OverflowError):
            raise NotATable(f'"{shown(start)}" is no start of a series. Write it as 2020-01-31 00-00-00.') from None
        found.append(moments.strftime("%Y-%m-%d %H:%M:%S").to_numpy(dtype=str))
    return found


def read_delimited(data: bytes, reading: Reading) -> Grid:
    """Read a text file as a grid of text cells; raises what `read_table` does."""
    decoded = decode(data, reading.encoding)
    if head := _archive_head(decoded.text):
        grid = _read_archive(decoded.text, head)
        return replace(grid, encoding=decoded.encoding, decisions=(*decoded.decisions, *grid.decisions))
    text, cutting = _plain_lines(decoded.text, reading)
    dialect = find_dialect(text, reading.delimiter)
    decision = _delimiter_decision(dialect, reading.delimiter is not None)
    columns = _cut_columns(text) if dialect.blanks and dialect.quote == '"' else None
    if columns is not None:
        text, dialect = columns, Dialect("\t", None)
        sentence = "Cut the rows where columns of blanks go through all of them."
        decision = Decision("delimiter", " ", sentence, decision.chosen)
    layout, start = _layout(text, dialect, reading)
    text, footer = without_footer(text, start, dialect, layout)
    if footer:
        layout, start = _layout(text, dialect, reading)
    cells, uneven = _cells(text, start, dialect, layout)
    if layout.cut_decimals and dialect.delimiter == ",":
        last = cells[layout.width - 1] + ("," + cells[layout.width]).where(cells[layout.width] != "", "")
        cells = pd.concat([cells.iloc[:, : layout.width - 1], last.rename(layout.width - 1)], axis=1)
        why = "the rows have one cell more than names, as if decimal commas cut the numbers"
        uneven = (Decision("decimal", ",", f"Joined the last two cells of every row: {why}.", warning=True),)
    grid = _with_start(framed(cells, layout, reading.header is not None), text[:start])
    decisions = (*decoded.decisions, *cutting, decision, *grid.decisions, *footer, *uneven)
    return replace(grid, encoding=decoded.encoding, delimiter=str(decision.value) or None, decisions=decisions)


def _with_start(grid: Grid, above: str) -> Grid:
    """Name the moment from which a column counts, where the lines above the table say it ("Nth day", "Start date: …")."""
    start, names = _START_DATE.search(above), [_NTH.fullmatch(str(name)) for name in grid.cells.columns]
    if start is None or not any(names):
        return grid
    since = "-".join(start.groups())
    columns = zip(grid.cells.columns, names, strict=True)
    named = [name if nth is None else f"{name} ({nth[1].lower()}s since {since})" for name, nth in columns]
    return replace(grid, cells=grid.cells.set_axis(named, axis=1))


def _layout(text: str, dialect: Dialect, reading: Reading) -> tuple[Layout, int]:
    rows = head_rows(text, dialect, max(_SAMPLE_ROWS, (reading.header or 0) + 50))
    layout = find_layout([[], *rows[1:]] if dialect.declared else rows, reading.header, dialect.blanks)
    handle = io.StringIO(text[: 4 * 1024 * 1024], newline="")
    for _ in itertools.islice(split_rows(handle, dialect), layout.first):
        pass
    return layout, handle.tell()


def _plain_lines(text: str, reading: Reading) -> tuple[str, tuple[Decision, ...]]:
    if not text.strip():
        raise NotATable("The file is empty: it holds no text but blanks. Upload a table with a header and rows.")
    kind = text_kind(text)
    if kind is not None:
        raise NotATable(f"The file is no table: it looks like {kind}. Save it as CSV, Excel .xlsx or Parquet.")
    bare = unwrapped(text) if reading.delimiter != "" else None
    if bare is None:
        return text, ()
    return bare, (Decision("quotes", None, "Took the quotes off every line: each line was quoted as one cell."),)


def _delimiter_decision(dialect: Dialect, chosen: bool) -> Decision:
    by_evidence = not chosen and not dialect.declared and dialect.quote is not None
    if dialect.quote is None:
        why = ", and read quotes as plain letters: one of them never ends"
    elif by_evidence:
        why = ": so they are of even length and read as numbers and dates"
    else:
        why = ", as you chose" if chosen else ", as the first line says"
    sentence, quiet = f"Cut the rows at {_WORDS[dialect.delimiter]}{why}.", by_evidence and dialect.delimiter != " "
    return Decision("delimiter", dialect.delimiter, sentence, chosen, dialect.quote is None, quiet)


def _cells(text: str, start: int, dialect: Dialect, layout: Layout) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    """Read with pandas; where a row is longer than the first rows or a quote never ends, row by row."""
    width = layout.width + layout.cut_decimals
    check_shape(0, width)
    if len(next(_rows(text, start, dialect), ())) > width:  # pandas would drop cells, with a warning alone
        return _uneven_cells(text, start, dialect, layout)
    handle = io.StringIO(text, newline="")
    handle.seek(start)
    how = {"sep": r"\s+" if dialect.blanks else dialect.separator, **dialect.quotes, **_AS_TEXT}
    try:
        cells = pd.read_csv(handle, names=list(range(width)), nrows=MAX_ROWS + _SAMPLE_ROWS, dtype=str, **how)
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        return _uneven_cells(text, start, dialect, layout)
    if dialect.quote is None:
        cells = cells.apply(lambda column: column.str.strip('"'))
    longer = (cells.iloc[:, layout.usual :] != "").any(axis=1).to_numpy()  # a delimiter at the end is no cell
    uneven = () if longer.sum() * 2 > len(longer) else _uneven(longer.nonzero()[0], layout, "longer", "added columns")
    if layout.usual > 1 and (cells[layout.usual - 1] == "").any():
        uneven += _short_rows(_rows(text, start, dialect), layout)
    return cells, uneven


def _uneven(places: Sequence[int], layout: Layout, length: str, done: str) -> tuple[Decision, ...]:
    if len(places) == 0:
        return ()
    first = f"the first is row {layout.first + 1 + places[0]:,}"
    sentence = f"{counted(len(places), 'row')} {length} than the others, {first}: {done}."
    return (Decision("rows", len(places), sentence, warning=True),)


def _rows(text: str, start: int, dialect: Dialect) -> Iterator[list[str]]:
    handle = io.StringIO(text, newline="")
    handle.seek(start)
    return split_rows(handle, dialect)


def _uneven_cells(text: str, start: int, dialect: Dialect, layout: Layout) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    if dialect.quote is not None and text.count(dialect.quote, start) % 2:
        (last,) = deque(_rows(text, start, dialect), maxlen=1) or ([],)
        if any(cell.count("\n") > 1 for cell in last):  # a quote that never ends swallows rows
            dialect = replace(dialect, quote=None)
    rows: list[list[str]] = []
    for row in _rows(text, start, dialect):
        if len(row) > MAX_COLUMNS:
            check_shape(0, len(row))
        rows.append(row)
        if len(rows) > MAX_ROWS + _SAMPLE_ROWS:
            break
    least = layout.width + layout.cut_decimals
    width = max(least, *map(len, rows)) if rows else least
    check_shape(min(len(rows), MAX_ROWS), width)
    long = [place for place, row in enumerate(rows) if len(row) > layout.usual]
    decisions = (*_short_rows(iter(rows), layout), *_uneven(long, layout, "longer", "added columns"))
    cells = [row + [""] * (width - len(row)) for row in rows]
    return pd.DataFrame(cells, columns=range(width), dtype="str"), decisions


def _short_rows(rows: Iterator[list[str]], layout: Layout) -> tuple[Decision, ...]:
    width = min(len(layout.repeat) or layout.usual, layout.usual)
    short = [place for place, row in enumerate(rows) if 0 < len(row) < width]
    return _uneven(short, layout, "shorter", "filled with blanks")
