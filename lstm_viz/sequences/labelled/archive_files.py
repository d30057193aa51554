"""Files that describe themselves: `.ts` of the UEA and UCR archives, and ARFF, the format of Weka.

`.ts`: header lines that start with @, then a line per example: its channels and its class with colons between. ARFF: an
attribute per column; the quoted cell of a relational one holds the channels of an example with `\\n` between them.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np

from lstm_viz.errors import ColumnError, FileTooLarge, LabelledError, SettingsError
from lstm_viz.phrases import counted, listed_values, shown
from lstm_viz.sequences.labelled.table_body import LABEL_WORDS, Cells, broken_row, values_of_example
from lstm_viz.sequences.labelled.table_layout import LabelledReading
from lstm_viz.sequences.labelled.text_blocks import MAX_STEPS, TextCells
from lstm_viz.tables.files.detection import Dialect
from lstm_viz.tables.files.encoding import decode
from lstm_viz.tables.files.grid import MAX_CELLS, MAX_ROWS
from lstm_viz.tables.files.layout import Layout
from lstm_viz.tables.files.read_options import Reading
from lstm_viz.tables.values.calendar_words import unique_names

_LABEL = "class"  # of a `.ts` file, which does not name it
_FIRST_TAG = re.compile(rb"(?:[ \t]*(?:[#%][^\r\n]*)?[\r\n])*[ \t]*@(\w+)")
_TAG = re.compile(r"@(\w+)\s*(.*)")
_ATTRIBUTE = re.compile(r"""('[^']*'|"[^"]*"|[^\s{]+)\s*(.*)""")
_TS_TAGS = {"problemname", "timestamps", "missing", "univariate", "dimension", "dimensions", "equallength"}
_TS_TAGS |= {"serieslength", "classlabel", "targetlabel"}
_ARFF_TAGS = {"relation", "attribute"}
_MOST_CELLS = 2_000_000  # of an example: the largest of the archive has 400,000
_SEPARATOR = "\x1f"  # no text holds it


@dataclass(frozen=True, eq=False)
class Archive:
    """The sequences of a file."""

    sequences: list[np.ndarray]  # float32 (T, I)
    labels: list[str]
    rows: np.ndarray  # the row of each in the file, int64 (N,)
    label: str  # what the file calls the class
    note: str  # how it was read, in a sentence


@dataclass(frozen=True)
class _Attribute:
    """A column of an ARFF file."""

    name: str
    classes: tuple[str, ...] = ()
    inner: tuple[str, ...] | None = None  # the names inside a relational one


@dataclass(frozen=True)
class _Header:
    """What the lines with @ say; the data start after as many lines."""

    tags: dict[str, str]
    attributes: list[_Attribute]
    lines: int

    def says(self, tag: str, default: bool = False) -> bool:
        return self.tags.get(tag, str(default)).lower().startswith("true")


@dataclass(frozen=True)
class _Line:
    """One example: its row in the file, its channels as cells of text, and its class."""

    row: int
    channels: list[list[str]]
    label: str


def open_archive(data: bytes, requested: LabelledReading = LabelledReading()) -> Archive | Cells | None:
    """Read a `.ts` or an ARFF file; an ARFF file without a relational attribute becomes cells, any other file None."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    found = _FIRST_TAG.match(data)
    tag = found[1].decode("latin-1").lower() if found else ""
    if tag not in _TS_TAGS | _ARFF_TAGS:
        return None
    text = decode(data, requested.reading.encoding).text
    header = _header(io.StringIO(text, newline=None))
    body = _body(text, header)
    if tag in _TS_TAGS:
        _check_request(requested, _LABEL, ("series",))
        classes = _classes_of_ts(header)
        note = "Each line is one example: the lines with @ say how its channels and its class stand in it."
        return _archive(_ts_lines(body, header), _LABEL, classes, note, header.says("equallength"))
    if {"frequency", "horizon"} & set(header.tags):
        raise LabelledError(
            "The file is a .tsf file: it holds series to forecast and no classes. Give labelled sequences."
        )
    relational = [place for place, attribute in enumerate(header.attributes) if attribute.inner is not None]
    if not relational:
        return _arff_cells(text, header, requested.reading)
    return _relational(body, header, relational, requested)


def _body(text: str, header: _Header) -> Iterator[tuple[int, str]]:
    lines = islice(io.StringIO(text, newline=None), header.lines, None)
    for row, line in enumerate(map(str.strip, lines), start=header.lines + 1):
        if sum(map(line.count, ",:\\")) > _MOST_CELLS:
            raise FileTooLarge(
                f"The file is too large: row {row:,} has more than {_MOST_CELLS:,} numbers. Give shorter sequences."
            )
        if line and line[0] not in "#%":
            yield row, line


def _header(lines: Iterator[str]) -> _Header:
    tags: dict[str, str] = {}
    attributes: list[_Attribute] = []
    inner: list[str] | None = None
    for number, line in enumerate(lines, start=1):
        found = _TAG.match(line.strip())
        if found is None:
            continue
        tag, value = found[1].lower(), found[2]
        tags.setdefault(tag, value)
        if tag == "data":
            return _Header(tags, attributes, number)
        if tag == "end" and inner is not None:
            attributes[-1], inner = replace(attributes[-1], inner=tuple(inner)), None
        elif tag == "attribute" and inner is not None:
            inner.append(_attribute(value).name)
        elif tag == "attribute":
            attributes.append(_attribute(value))
            inner = [] if attributes[-1].inner is not None else None
    raise LabelledError("The file starts with lines of @ and has no line `@data`. Add it above the first example.")


def _attribute(text: str) -> _Attribute:
    found = _ATTRIBUTE.match(text)
    name, kind = (found[1].strip("'\""), found[2].strip()) if found else ("", "")
    if kind.startswith("{"):
        return _Attribute(name, tuple(_cells(kind.strip("{} \t"))))
    return _Attribute(name, inner=() if kind.lower().startswith("relational") else None)


def _cells(line: str) -> list[str]:
    """Cut a line of ARFF at its commas; either quote holds a cell together."""
    quote = re.search("['\"]", line)
    rows = csv.reader([line], quotechar=quote[0] if quote else "'", skipinitialspace=True)
    return [cell.strip() for cell in next(rows, [])]


def _classes_of_ts(header: _Header) -> tuple[str, ...]:
    if header.says("targetlabel") or not header.says("classlabel", default=True):
        measured = header.says("targetlabel")
        tag, held = ("targetLabel", "numbers to predict") if measured else ("classLabel", "no classes")
        raise LabelledError(f"The file holds {held}, as its line `@{tag}` says. Give sequences with a class each.")
    return tuple(header.tags.get("classlabel", "").split()[1:])


def _ts_lines(body: Iterator[tuple[int, str]], header: _Header) -> Iterator[_Line]:
    stamped, declared = header.says("timestamps"), header.tags.get("dimensions", header.tags.get("dimension", ""))
    wanted = 1 if header.says("univariate") else int(declared) if declared.isdecimal() and len(declared) < 9 else None
    for row, line in body:
        *parts, label = re.split(r"\)\s*:", line) if stamped else line.split(":")
        wanted = wanted or len(parts)
        if not parts or len(parts) != wanted or "," in label:
            held = f"{counted(len(parts), 'channel')} and the class “{shown(label)}”"
            wants = f"{counted(max(wanted, 1), 'channel')} and a class belong, with colons between"
            raise broken_row(row, f"holds {held}, where {wants}")
        channels = [_without_moments(part, row) if stamped else part.split(",") for part in parts]
        yield _Line(row, channels, label.strip())


def _without_moments(channel: str, row: int) -> list[str]:
    """Return the values of steps that are written (moment, value), the last one without its end."""
    steps = [step.rpartition(",") for step in re.split(r"\)\s*,\s*\(", channel.strip().removeprefix("("))]
    moments = [moment.strip() for moment, _, _ in steps]
    try:
        rising = all(float(before) < float(after) for before, after in pairwise(moments))
    except ValueError:
        rising = all(before < after for before, after in pairwise(moments))
    if not channel.lstrip().startswith("(") or not all(moments) or not rising:
        raise broken_row(
            row, "does not hold steps as (moment, value) in the order of time, as its line `@timeStamps` says"
        )
    return [value for _, _, value in steps]


def _relational(
    body: Iterator[tuple[int, str]], header: _Header, relational: list[int], requested: LabelledReading
) -> Archive:
    attributes, place = header.attributes, relational[0]
    label = _label_of(attributes)
    if label is None or len(relational) > 1:
        raise LabelledError(
            f"The file has {counted(len(relational), 'relational attribute')} and "
            f"{'one' if label is not None else 'no attribute'} that lists classes. Give one of each."
        )
    name = unique_names([attributes[label].name])[0]
    _check_request(requested, name, ("series", "long"))
    inner = attributes[place].inner or ()
    steps = requested.layout == "long" or (requested.layout is None and not _count(inner))
    note = f"Each line of `{shown(attributes[place].name)}` is {'one step' if steps else 'a channel'}"
    note += f": `{shown(name)}` is the class of an example."
    lines = _arff_lines(body, attributes, place, label, steps)
    return _archive(lines, name, attributes[label].classes, note, not steps)


def _arff_lines(
    body: Iterator[tuple[int, str]], attributes: list[_Attribute], place: int, label: int, steps: bool
) -> Iterator[_Line]:
    wanted: int | None = None
    for row, line in body:
        cells = _cells(line)
        lines = [part.split(",") for part in cells[place].split("\\n") if part.strip()] if len(cells) > place else []
        width = len(lines[0]) if steps and lines else len(lines)
        wanted = wanted or (steps and len(attributes[place].inner or ())) or width
        odd = not lines or width != wanted or (steps and len({len(one) for one in lines}) > 1)
        if odd or len(cells) != len(attributes):
            held = f"{counted(len(cells), 'cell')} and {counted(width, 'channel')}"
            raise broken_row(row, f"holds {held}, where {len(attributes):,} and {wanted:,} belong")
        yield _Line(row, [list(column) for column in zip(*lines, strict=True)] if steps else lines, cells[label])


def _label_of(attributes: list[_Attribute]) -> int | None:
    """Return the attribute that lists the classes: the one named so, or else the last."""
    listing = [place for place, attribute in enumerate(attributes) if attribute.classes]
    return next((p for p in listing if attributes[p].name.lower() in LABEL_WORDS), listing[-1] if listing else None)


def _count(names: tuple[str, ...]) -> bool:
    """Return whether names differ only by their numbers (att0, att1 …): they are the steps of a channel."""
    return len({re.sub(r"\d+", "", name) for name in names}) == 1 and all(re.search(r"\d", name) for name in names)


def _check_request(requested: LabelledReading, label: str, layouts: tuple[str, ...]) -> None:
    if requested.label not in (None, label):
        raise ColumnError(
            f"`label` (={shown(str(requested.label))}) is not what the file itself calls the class. Use {shown(label)}."
        )
    if requested.layout is not None and requested.layout not in layouts:
        raise SettingsError(
            f"`layout` (={requested.layout}) does not fit: the file says how it is laid out. Use {' or '.join(layouts)}."
        )


def _archive(lines: Iterator[_Line], label: str, classes: tuple[str, ...], note: str, equal: bool) -> Archive:
    known = {_key(name) for name in classes}
    sequences: list[np.ndarray] = []
    labels: list[str] = []
    rows: list[int] = []
    cells, wanted = 0, None
    for line in lines:
        steps = len(line.channels[0])
        cells += steps * len(line.channels)
        if steps > MAX_STEPS or len(rows) >= MAX_ROWS or cells > MAX_CELLS:
            raise FileTooLarge(
                f"The file is too large: up to row {line.row:,}, it has more than {MAX_STEPS:,} steps in an example, "
                f"{MAX_ROWS:,} examples or {MAX_CELLS:,} numbers. Give shorter or fewer sequences."
            )
        if line.label and known and _key(line.label) not in known:
            names = listed_values(classes, 10)
            raise broken_row(line.row, f"has the class “{shown(line.label)}”, and the file lists {names}")
        wanted = steps if wanted is None or not equal else wanted
        odd = next((len(channel) for channel in line.channels if len(channel) != wanted), None)
        if odd is not None:
            raise broken_row(line.row, f"has a channel of {counted(odd, 'step')}, where {wanted:,} belong")
        sequences.append(values_of_example(line.channels, line.row))
        labels.append(line.label)
        rows.append(line.row)
    return Archive(sequences, labels, np.array(rows, dtype=np.int64), label, note)


def _key(name: str) -> str:
    try:
        return f"{float(name):.15g}"
    except ValueError:
        return name.strip("'\"").casefold()


def _arff_cells(text: str, header: _Header, reading: Reading) -> Cells:
    """Return the table of an ARFF file under the names of its attributes; its rows keep their numbers."""
    lines = io.StringIO(text, newline=None).read().split("\n")
    body = ["" if line.lstrip().startswith("%") else line.strip() for line in lines[header.lines :]]
    if next((line for line in body if line), "").startswith("{"):
        raise LabelledError("The file is sparse: its rows stand in braces. Save it as plain ARFF or as CSV.")
    separator = _SEPARATOR if any("'" in line or '"' in line for line in body) else ","
    if separator != ",":
        body = [separator.join(_cells(line)) for line in body]
    names = unique_names(attribute.name for attribute in header.attributes)
    layout = Layout(header.lines, len(names), header.lines - 1, names, (), 0)
    cells = TextCells("\n".join([*[""] * header.lines, *body]).encode(), reading, Dialect(separator), layout)
    cells.label = _label_of(header.attributes)
    cells.notes = ("Took the names of the columns from the lines `@attribute`.",)
    return cells
