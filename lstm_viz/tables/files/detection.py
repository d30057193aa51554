"""How a text is cut into cells: the delimiter, the quotes, and lines that are quoted as a whole."""

import csv
import io
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lstm_viz.tables.values.time_spellings import cell_kind

Rows = list[list[str]]
_SINGLE = "\x1f"  # no text holds it: every line is one cell
_DELIMITERS = ("\t", ";", "|", ",")
_SOME_ROWS = 50
_SAMPLE_ROWS = 200
_SAMPLE_CELLS = 4000
_SAMPLE_CHARS = 256 * 1024
_TAIL_CHARS = 16 * 1024
_LONG_CELL = 3  # line breaks in one cell that make its quote doubtful
csv.field_size_limit(2**31 - 1)
_SEP_LINE = re.compile(r"\s*\"?sep=(?P<delimiter>[^\r\n]?)\"?[,;\t]*\s*(?:[\r\n]|$)", re.IGNORECASE)
_SINGLE_QUOTED = re.compile(r"(?:^|(?<=[\r,;|\t ]))'[^'\r\n]*'(?=[,;|\t \r\n]|$)", re.MULTILINE)
_BLANK_QUOTE = re.compile(r"(?:^|(?<=[\r ]))\"[^\"\r\n]*\" +[^\s,;|\t]", re.MULTILINE)
_COMMENT = re.compile(r"\s*(?:#|//|%)")
_ENDS = re.compile(r"\r\n|\r|\n")
_SIGNATURES: tuple[tuple[bytes | tuple[bytes, ...], str], ...] = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM\x00", "a BMP picture"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file (.xls, .doc)"),
    (b"\x89HDF\r\n", "an HDF5 file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"ARROW1", "an Arrow or Feather file"),
    (b"\x93NUMPY", "a NumPy array file"),
    ((b"\x7fELF", b"MZ\x90\x00"), "a program"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"RIFF", "a sound, film or picture file"),
    ((b"OggS", b"ID3"), "a sound file"),
)
_ZIP_MEMBERS = (
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "an Excel binary workbook (.xlsb)"),
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint document"),
    ("content.xml", "an OpenDocument file"),
)
_KINDS = (
    (re.compile(r"\s*(?:CHARSET|AXIS-VERSION)\s*=\s*\"", re.IGNORECASE), "a PC-Axis file (.px)"),
    (re.compile(r"[A-Z]{2}[A-Z0-9-]{9}\d{6}[A-Z]{4}[ \d-]{5}.{3}"), "a station file of GHCN-Daily (.dly)"),
    (
        re.compile(r"(?i)(?:[ \t]*(?:[#%].*)?\r?\n)*[ \t]*@(?:problemname|relation)\b(?:.*\n)*?[ \t]*@data\b"),
        "labelled sequences (.ts, .arff), which the page Classify sequences reads",
    ),
)


@dataclass(frozen=True)
class Dialect:
    """The delimiter ("" for a single column, " " for runs of blanks) and the quote of the cells (None: no quotes)."""

    delimiter: str
    quote: str | None = '"'
    declared: bool = False

    @property
    def separator(self) -> str:
        """Return the character that the cells are cut at."""
        return self.delimiter or _SINGLE

    @property
    def quotes(self) -> dict[str, Any]:
        """Return what the csv module and pandas must know of the quotes."""
        return {"quotechar": self.quote or '"', "quoting": csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE}

    @property
    def blanks(self) -> bool:
        """Return whether runs of blanks cut the cells."""
        return self.delimiter == " "


def split_rows(text: str | Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """Yield the rows of a text or of its lines as cells, as the csv module does, taking no more lines than a row needs."""
    lines = io.StringIO(text, newline="") if isinstance(text, str) else text
    if dialect.blanks:
        lines = (line.replace("\t", " ").strip() + "\n" for line in lines)
    yield from csv.reader(lines, delimiter=dialect.separator, skipinitialspace=dialect.blanks, **dialect.quotes)


def head_rows(text: str, dialect: Dialect, rows: int = _SAMPLE_ROWS) -> Rows:
    """Return the first rows (at most 200) as cells."""
    chars = _SAMPLE_CHARS if rows <= _SAMPLE_ROWS else len(text)
    head = text[:chars]
    if len(text) > chars:
        head = head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head
    return list(itertools.islice(split_rows(head, dialect), rows))


def unwrapped(text: str) -> str | None:
    """Return the text without the quotes around every whole line ("a,b,c" in one pair), or None if it has none."""
    lines = [line for line in _ENDS.split(text[:_TAIL_CHARS])[:50] if line.strip()]
    whole = [line for line in lines if len(line) > 2 and line.startswith('"') and line.rstrip(",;\t ").endswith('"')]
    inner = [line.rstrip(",;\t ")[1:-1].replace('""', "") for line in whole]
    if len(lines) < 2 or len(whole) * 10 < len(lines) * 9 or any('"' in line for line in inner):
        return None
    if sum(any(mark in line for mark in _DELIMITERS) for line in inner) * 10 < len(inner) * 9:
        return None
    return re.sub(r'^"|"[,;\t ]*\r?$', "", text, flags=re.MULTILINE).replace('""', '"')


def find_dialect(text: str, wanted: str | None = None) -> Dialect:
    """Return the dialect under which the first rows agree best on their length and read as numbers and dates."""
    declared = _SEP_LINE.match(text[:100])
    lines = 1 + len(re.findall(r"[\r\n]", text[:_SAMPLE_CHARS]))
    single = 2 * len(_SINGLE_QUOTED.findall(text[:_TAIL_CHARS])) >= min(lines, 20)
    quotes = ("'", '"') if single else ('"',)
    if wanted is not None:
        return replace(_quoted(text, Dialect(wanted, quotes[0])), declared=declared is not None)
    if declared and declared["delimiter"] in _DELIMITERS:
        return replace(_quoted(text, Dialect(declared["delimiter"], quotes[0])), declared=True)
    best, top = Dialect(""), 0.6 * _typed_share([row for row in head_rows(text, Dialect("")) if row])
    tail = text[:_TAIL_CHARS]
    blank_quotes = 2 * len(_BLANK_QUOTE.findall(tail)) > max(tail.count("\n"), tail.count("\r"))
    whole = top >= 0.5  # lines that are numbers or moments as they stand: blanks in them cut nothing
    for delimiter, quote in itertools.product((*_DELIMITERS, " "), quotes):
        dialect = Dialect(delimiter, quote)
        if dialect.blanks and (whole or (top > 0.5 and best.delimiter in ("\t", ";", "|"))):
            continue
        score = _judged(_filled(head_rows(text, dialect)), dialect, blank_quotes)
        if score > top:
            best, top = dialect, score
    if best.delimiter == "," and _lone_decimals(_filled(head_rows(text, best))):
        return Dialect("")
    column = [] if best.delimiter else _ENDS.split(text[:_TAIL_CHARS])[:-1]
    if sum(line.startswith("'") and line.endswith("'") for line in column) > 1:
        return replace(best, quote="'")
    return _quoted(text, best)


def _lone_decimals(rows: Rows) -> bool:
    """Return whether all rows are one number with a decimal comma: as many digits behind it, and some start with 0."""
    parts = [row[1] for row in rows if len(row) == 2 and row[0].strip("+-").isdigit() and row[1].isdigit()]
    even = len(parts) == len(rows) > 2 and len(set(map(len, parts))) == 1 < len(parts[0])
    return even and any(part[0] == "0" for part in parts)


def _quoted(text: str, dialect: Dialect) -> Dialect:
    if dialect.quote is None or '"' not in text[:_SAMPLE_CHARS]:
        return dialect
    rows, bare = head_rows(text, dialect), replace(dialect, quote=None)
    swallowed = any(len(_ENDS.findall(cell)) >= _LONG_CELL for row in rows for cell in row)
    return bare if swallowed and _evenness(head_rows(text, bare)) >= max(0.8, _evenness(rows)) else dialect


def _evenness(rows: Rows) -> float:
    return max(Counter(map(len, _filled(rows))).values(), default=0) / max(1, len(_filled(rows)))


def _filled(rows: Rows) -> Rows:
    return [row for row in rows if any(cell.strip() for cell in row) and not _COMMENT.match(row[0])]


def _judged(rows: Rows, dialect: Dialect, blank_quotes: bool) -> float:
    if dialect.blanks:
        commas = {sum(cell.count(",") for cell in row) for row in rows[:_SOME_ROWS]}
        if len(commas) == 1 and commas != {0} and not any(map(is_typed, rows[0])):  # as many as among the names
            return 0.5 * _score(rows)
        width = usual_width(rows)
        fit = not rows or _near(rows[0], width) or not any(_near(row, width) for row in rows)
        return (0.85 if fit else 0.7) * _score(rows)
    lone_name = rows and len(rows[0]) == 1 and usual_width(rows) == 2
    if dialect.delimiter == "," and lone_name and all(is_typed(cell) for row in rows[1:3] for cell in row):
        return 0.4 * _score(rows)  # the name of a single column above lines of numbers only
    return _score(rows) * (0.5 if blank_quotes else 1.0)


def _score(rows: Rows) -> float:
    """Judge the rows from the first to the last of usual length: are they all so long, and typed?"""
    rows = rows[:: max(1, len(rows) * max(map(len, rows), default=1) // _SAMPLE_CELLS)] if len(rows) > 40 else rows
    width = usual_width(rows)
    fitting = [place for place, row in enumerate(rows) if _near(row, width)]
    if width < 2 or not fitting:
        return 0.0
    body = rows[fitting[0] : fitting[-1] + 1]
    full = [row for row in body if _near(row, width)]
    even = len(full) / len(body) * min(1.0, 2 * len(full) / len(rows))
    exact = sum(len(row) == width for row in full) / len(full)
    return even * (0.5 + 0.5 * exact) * _typed_share(full)


def _near(row: list[str], width: int) -> bool:
    return len(row) in (width - 1, width, width + 1) and len(row) > 1


def _typed_share(rows: Rows) -> float:
    """Return 0.2 to 1: the share of typed cells, so that a table of words alone still counts; names count nothing."""
    body = rows[1:] if len(rows) > 1 and not any(map(is_typed, rows[0])) else rows
    kinds = [(cell_kind(cell), cell) for row in body for cell in row]
    known = [(kind, cell) for kind, cell in kinds if kind != "missing"]
    typed = sum(kind != "word" for kind, _ in known)
    uncut = sum(kind == "word" and any(mark in cell for mark in '\t;|"') for kind, cell in known)
    return max(0.05, 0.2 + (0.8 * typed - 0.5 * uncut) / max(1, len(known)))


def usual_width(rows: Rows) -> int:
    """Return the most frequent length of the rows; rows count by their typed cells, so that titles count little."""
    counts: Counter[int] = Counter()
    for row in rows:
        counts[len(row)] += 20 + 100 * min(sum(map(is_typed, row)), 2)
    return max(counts, key=lambda width: (counts[width], width)) if counts else 0


def is_typed(cell: str) -> bool:
    """Return whether a cell reads as a number or a moment (not: as missing)."""
    return cell_kind(cell) in ("number", "time")


def container(data: bytes) -> str:
    """Return "parquet", "xlsx" or "text", or else words for what the bytes look like ("a PNG picture")."""
    if data[:4] == b"PAR1":
        return "parquet"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zip_kind(data)
    if data[4:8] == b"ftyp":
        return "a film or picture file"
    return next((words for start, words in _SIGNATURES if data.startswith(start)), "text")


def text_kind(text: str) -> str | None:
    """Return words for marked-up text that is no table ("a web page (HTML)"), or None."""
    head = text[:2000].lstrip().lower()
    tail = text[-200:].rstrip()
    if head.startswith(("<!doctype html", "<html")):
        return "a web page (HTML)"
    if head.startswith("<?xml") or (head.startswith("<") and tail.endswith(">")):
        return "an XML document"
    if kind := next((words for pattern, words in _KINDS if pattern.match(text[:20_000])), None):
        return kind
    if (head.startswith("{") and tail.endswith("}")) or (head.startswith(("[{", "[[", "[\n")) and tail.endswith("]")):
        return "JSON"
    return None


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "a damaged ZIP or Excel file"
    kinds = (kind for start, kind in _ZIP_MEMBERS if any(member.startswith(start) for member in members))
    return next(kinds, "a ZIP archive")
