"""Where a table stands among its rows: what is above it, which rows hold names and units, where the body starts."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from lstm_viz.errors import SettingsError
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.files.detection import Dialect, Rows, split_rows, usual_width
from lstm_viz.tables.files.read_options import Decision
from lstm_viz.tables.values.numbers import looks_unit
from lstm_viz.tables.values.time_spellings import cell_kind

_MOST = 40
_TAIL = 32 * 1024
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_TOTAL = re.compile(
    r"(?i)(?:grand |sub-?)?(?:totale?n?|totals?|sum|summe|gesamt|insgesamt|somme|suma|soma|totaal|итого|всего|合计|总计|合計"
    r"|總計|小计|小計|합계|총계|average|mean|mittelwert|durchschnitt|moyenne|media|média|平均|평균)\b.{0,30}"
)
_REMARK = re.compile(
    r"(?i)\s*(?:\*|#|//|†|‡|¹|\d\)|\(\d\)|source|quelle|fuente|fonte|kilde|källa|bron|źródło|zdroj|источник|notes?\b|anmerkung"
    r"|hinweis|nota|remark|footnote|data|copyright|©|stand\b|updated|last update|downloaded|generated|end of|eof"
    r"|来源|数据来源|资料|備考|注|出典|資料|주\)|자료|출처|备注|说明)"
)
_COMMENT = re.compile(r"\s*(?:#+|//+|%+)\s*")
_MARKS = ("#", "//", "%", "##")
_YEAR = re.compile(r"(?:1[5-9]|2[015])\d\d")
_PERIOD = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-3]\d)?|(?:0[1-9]|1[0-2])\.(?:19|20)\d\d")
_FIELD = re.compile(r"\d{1,3}[sdnc]")  # widths and types of fields, as RDB files have them
_MARKED_YEAR = re.compile(r"(?:1[5-9]|2[01])\d\d ?[*A-Za-z]?")
_DIGITS = re.compile(r"\d+")
_MOST_FACTS = 20
_TITLES = ("title", "titel", "titre", "título", "titolo", "series", "series name")
_MOST_UNITS, _SOME_UNITS = 0.8, 6
_BRACKETED = re.compile(r"\s*[(\[<{](.{1,20})[)\]>}]\s*")
_CLOCK_UNIT = re.compile(
    r"(?i)[ymdhs:/\-. ]{2,20}|utc|date|time|datum|ts|rn|avg|smp|tot|min|max|nr\.?|no\.?|n/?a|str|int|float"
)


@dataclass(frozen=True)
class Layout:
    """The place of the body, and the names and units of its columns."""

    first: int  # row of the body, from 0
    width: int
    header: int | None  # the row of the names, from 0
    names: tuple[str, ...]
    units: tuple[str, ...]
    skipped: int  # rows above that hold something
    joined: int = 1
    repeat: tuple[str, ...] = ()  # the row of names as it stands in the file
    kinds: tuple[str, ...] = ()
    cut_decimals: bool = False

    @property
    def usual(self) -> int:
        """Return how many cells most rows have."""
        return min(self.width, max(1, len(self.kinds)))


def find_layout(rows: Rows, wanted: int | None = None, blanks: bool = False) -> Layout:
    """Find the table in the first rows of a file; `wanted` is the row of the names, from 1 (0: there is none)."""
    width = usual_width([row for row in rows if _filled(row)])
    if wanted is not None and wanted > len(rows):
        raise SettingsError(f"`header` (={wanted}) lies beyond the file (={len(rows)} rows). Use a row of the file.")
    rows = [row[1:] if len(row) == width + 1 and row[0].strip() in _MARKS else row for row in rows]
    kinds = _column_kinds(rows, width)
    body = _first_body_row(rows, width, kinds)
    if wanted:
        units = wanted < len(rows) and _looks_units(rows[wanted])
        return _laid_out(rows, width, wanted + units, (wanted - 1,), kinds)
    block = _names_above_facts(rows, body, kinds) or _header_block(rows, width, body)
    if blanks:  # between the cells: a row of more cells than the body is prose
        prose = [place for place in block if len(_trimmed(rows[place])) > width]
        block = tuple(place for place in block if place > max(prose, default=-1))
    if wanted == 0:
        body, block = block[0] if block else body, ()
    return _laid_out(rows, width, body, block, kinds)


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _column_kinds(rows: Rows, width: int) -> tuple[str, ...]:
    """Return "number", "time" or "word" for each column, as most cells of the rows of usual width say."""
    fitting = [row for row in rows if width - 1 <= len(row) <= width + 1 and _filled(row)]
    lower = fitting[1:] if len(fitting) > 12 else fitting[len(fitting) // 2 :]
    kinds = []
    for place in range(width):
        found = Counter(kind for row in lower if place < len(row) and (kind := cell_kind(row[place])) != "missing")
        kinds.append(next((kind for kind in ("number", "time") if found[kind] * 2 >= found.total() > 0), "word"))
    return tuple(kinds)


def _first_body_row(rows: Rows, width: int, kinds: tuple[str, ...]) -> int:
    """Return the first row whose cells are of the kind of their columns; all words: the row below the first wide one."""
    if not any(kind != "word" for kind in kinds):
        wide = next((place for place, row in enumerate(rows) if _is_wide(row, width)), 0)
        return min(wide + 1, len(rows))
    times = {_DIGITS.sub("0", row[0].strip()) for row in rows if row and cell_kind(row[0]) == "time"}  # FY5 above FY10
    fitting = (place for place, row in enumerate(rows) if _fits(row, width, kinds, times))
    return next((place for place in fitting if not _names_periods(rows, place, kinds)), len(rows))


def _fits(row: list[str], width: int, kinds: tuple[str, ...], times: set[str]) -> bool:
    """A row of the body: half of its cells that are not missing are of the kind of their columns, or one further left."""
    if len(row) < max(1, min(width - 1, 2)) or _COMMENT.match(row[0]):
        return False
    if kinds[:1] == ("time",) and cell_kind(row[0]) in ("word", "time"):
        same_form = _DIGITS.sub("0", row[0].strip()) in times
        return (same_form and any(cell_kind(cell) == "number" for cell in row[1:])) or cell_kind(row[0]) == "time"
    cells = [(cell, kind) for cell, kind in zip(row, kinds, strict=False) if kind != "word"]
    good = sum(cell_kind(cell) == kind or _MARKED_YEAR.fullmatch(cell.strip()) is not None for cell, kind in cells)
    return good > 0 and good * 2 > sum(cell_kind(cell) != "missing" for cell, _ in cells)


def _names_periods(rows: Rows, place: int, kinds: tuple[str, ...]) -> bool:
    """A row of years in order, or of 1, 2, 3 …, above a column of words: names of columns, not values."""
    row = rows[place]
    years = [_bare_period(cell.strip()) for cell, kind in zip(row, kinds, strict=False) if kind == "number"]
    plain = [year.isdigit() for year in years]
    years = years[plain.index(True) : len(plain) - plain[::-1].index(True)] if any(plain) else []
    if len(years) < 2 or not all(map(str.isdigit, years)):
        return False
    dated = len(years) > 5 and (all(map(_PERIOD.fullmatch, years)) or _are_serials(years))
    counted = len(years) > 5 and years[0] in ("1", "01")
    if not dated and not counted and not all(map(_YEAR.fullmatch, years)):
        return False
    steps = {int(after) - int(before) for before, after in itertools.pairwise(years)}
    below = rows[place + 1] if place + 1 < len(rows) else []
    repeated = any(cell.strip() == other.strip() for cell, other in zip(row, below, strict=False) if cell.strip())
    even = len(steps) == 1 and steps != {0}
    return (even or (dated and min(steps) > 0)) and cell_kind(row[0]) in ("word", "missing") and not repeated


def _bare_period(cell: str) -> str:
    """Return "2019" of "2019E", "201901" of "01.2019", "2019.01" and "201901.0"."""
    if match := re.fullmatch(r"(\d{2})\.((?:19|20)\d\d)", cell):
        return match[2] + match[1]
    if match := re.fullmatch(r"((?:19|20)\d\d)\.?(\d\d)(?:\.0)?", cell):
        return match[1] + match[2]
    return re.sub(r"(?<=^\d{4}) ?[A-Za-z*]$", "", cell)


def _are_serials(cells: list[str]) -> bool:
    """Return whether numbers are days of a spreadsheet or milliseconds since 1970, a day, a week or a month apart."""
    if not all(map(str.isdigit, cells)):
        return False
    numbers = [int(cell) for cell in cells]
    day = 86_400_000 if numbers[0] > 10**11 else 1
    steps = {(after - before) / day for before, after in itertools.pairwise(numbers)}
    return (day > 1 or 30_000 < numbers[0] < 60_000) and (steps in ({1}, {7}) or steps <= {28, 29, 30, 31})


def _is_wide(row: list[str], width: int) -> bool:
    """Return whether a row can hold the names: nearly as long as the body; a comment only if it is just as long."""
    cells = len(_trimmed(row))
    if cells == 0 or (_COMMENT.match(row[0]) and cells not in (width, width + 1)):
        return False
    if width == 1:
        return cells == 1
    fits = cells <= max(width + 1, 1.5 * width) and len(row) >= max(2, width - 1)
    return fits and (_filled(row) > 1 or (width == 2 and not row[0].strip()))


def _header_block(rows: Rows, width: int, body: int) -> tuple[int, ...]:
    block: list[int] = []
    last = next((place for place in range(body - 1, -1, -1) if _filled(rows[place])), -1)
    for place in range(last, max(last - 4, -1), -1):
        row = rows[place]
        stub = not block and len(row) == width > 2 and _filled(row) == 1 and bool(row[0].strip()) and place > 0
        stub = stub and _is_wide(rows[place - 1], width) and _filled(rows[place - 1]) >= width - 1
        sub = _filled(row) == 1 and len(row) == width and not row[0].strip() and bool(not block)
        sub = sub or (not block and _looks_units(row) and place > 0)
        if not (stub or sub or _is_wide(row, width)) or (width == 1 and block and not _looks_units(rows[block[0]])):
            break
        block.insert(0, place)
    return tuple(block)


def _names_above_facts(rows: Rows, body: int, kinds: tuple[str, ...]) -> tuple[int, ...]:
    """Return the row of names, blank over the times, above rows of facts ("Unit | %", "Updated | 10.01.2020")."""
    facts = 0
    for place in range(body - 1, -1, -1) if kinds[:1] == ("time",) else ():
        row = rows[place]
        if not _filled(row):
            continue
        if not row[0].strip() or (facts and place == 0 and row[0].strip().lower() in _TITLES):
            return (place,) if facts > 1 or row[0].strip() else ()
        if cell_kind(row[0]) != "word" or facts == _MOST_FACTS:
            return ()
        facts += 1
    return ()


def _looks_units(row: list[str]) -> bool:
    """Return whether a row holds units: all in brackets, or known ones such as kWh and °C."""
    cells = [cell.strip().lstrip("#") for cell in row if cell.strip()]
    marked = [cell for cell in cells if _BRACKETED.fullmatch(cell) or looks_unit(cell) or _FIELD.fullmatch(cell)]
    loose = [cell for cell in cells if cell not in marked and _CLOCK_UNIT.fullmatch(cell)]
    known = len(marked) + len(loose)
    most = known == len(cells) or (known >= _MOST_UNITS * len(cells) and len(cells) >= _SOME_UNITS)
    return bool(cells) and most and (bool(marked) or len(set(loose)) < len(cells))


def _laid_out(rows: Rows, width: int, body: int, block: tuple[int, ...], kinds: tuple[str, ...]) -> Layout:
    width = max(width, max((len(row) for row in rows[body:]), default=1))
    header, upper = _main_row(rows, width, block)
    if header is None:
        skipped = sum(bool(_filled(row)) for row in rows[:body])
        return Layout(body, width, None, ("",) * width, ("",) * width, skipped, kinds=kinds)
    names = _joined([rows[place] for place in upper] + [rows[header]], width)
    below = rows[header + 1 : body]
    units = next((row for row in below if _looks_units(row)), [])
    if not names[0] and len(below) == 1:
        names[0] = next((row[0] for row in below if row and not _looks_units(row)), "")
    top = upper[0] if upper else header
    width = max(width, len(_trimmed(rows[header])))
    names += [""] * (width - len(names))
    cut_decimals = _cuts_decimals(rows[header], rows[body:], kinds)
    if cut_decimals:
        width = len(names) - 1
    elif _lacks_first_name(rows[header], rows[body:]):
        names, units = ["", *names[: width - 1]], ["", *units] if units else units
    skipped = sum(bool(_filled(row)) for row in rows[:top])
    units = [_bare_unit(unit) for unit in units] + [""] * (width - len(units))
    repeat = tuple(cell.strip() for cell in rows[header])
    named = (tuple(names[:width]), tuple(units[:width]))
    return Layout(body, width, header, *named, skipped, 1 + len(upper), repeat, kinds[:width], cut_decimals)


def _cuts_decimals(head: list[str], body: Rows, kinds: tuple[str, ...]) -> bool:
    """Return whether a decimal comma cut the last numbers in two: dates first, one name too few, digits at the end."""
    full = [row for row in body if len(row) == len(kinds)]
    if len(kinds) < 3 or kinds[0] != "time" or len(_trimmed(head)) != len(kinds) - 1 or len(full) * 2 < len(body):
        return False
    return all(row[-2].strip().lstrip("+-").isdigit() and row[-1].strip().isdigit() for row in full)


def _main_row(rows: Rows, width: int, block: tuple[int, ...]) -> tuple[int | None, tuple[int, ...]]:
    """Return the lowest row of the block that names every column once, and the rows to join above it if none does."""
    named = [place for place in block if not _looks_units(rows[place])] or list(block[:1])
    if not named:
        return None, ()
    full = [place for place in named if _names_all(rows[place], width)]
    first = [place for place in full if rows[place] and rows[place][0].strip()]  # below may stand what the names mean
    if full:
        return (first or full)[-1], ()
    return named[-1], tuple(named[:-1]) if width > 2 else ()


def _names_all(row: list[str], width: int) -> bool:
    row = row[1:] if len(row) >= width else row
    cells = [cell.strip() for cell in _trimmed(row) or row[:1]]
    return len(cells) >= min(width - 1, max(1, width - 2)) and all(cells) and len(set(cells)) == len(cells)


def _joined(rows: Rows, width: int) -> list[str]:
    """Join names over rows; a blank cell of an upper row takes the name to its left, as merged cells do."""
    parts: list[list[str]] = [[] for _ in range(max(width, len(_trimmed(rows[-1]))))]
    for level, row in enumerate(rows):
        last = ""
        for place in range(len(parts)):
            cell = row[place].strip() if place < len(row) else ""
            if level < len(rows) - 1:
                last = cell or (last if place else "")
                cell = last
            if cell and cell not in parts[place]:
                parts[place].append(cell)
    names = [" ".join(part) for part in parts]
    if rows[-1] and rows[-1][0].strip() and len(rows) > 1:
        names[0] = rows[-1][0].strip()
    names[0] = _COMMENT.sub("", names[0], count=1) if _COMMENT.match(names[0]) and len(names[0]) > 1 else names[0]
    return names


def _trimmed(row: list[str]) -> list[str]:
    return row[: max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)]


def _lacks_first_name(head: list[str], body: Rows) -> bool:
    """Return whether the row of names starts one column further right than the body, as R writes tables."""
    usual = usual_width([row for row in body if _filled(row)])
    return len(head) == usual - 1 and any(row and len(row) == usual and row[-1].strip() for row in body)


def _bare_unit(unit: str) -> str:
    found = _BRACKETED.fullmatch(unit)
    bare = found[1].strip() if found else unit.strip()
    return "" if bare in ("-", "–", "/") else bare


def footer_rows(rows: Rows, layout: Layout) -> int:
    """Return how many of the last rows of the body are no rows of the table."""
    if not any(kind != "word" for kind in layout.kinds):
        return 0
    found = 0
    for number, row in enumerate(reversed(rows), start=1):
        if not _filled(row):
            continue
        if number > _MOST or not _is_footer(row, layout):
            break
        found = number
    return found


def without_footer(text: str, start: int, dialect: Dialect, layout: Layout) -> tuple[str, tuple[Decision, ...]]:
    """Cut the footer off a text whose body starts at the character `start`."""
    tail_start = max(start, len(text) - _TAIL)
    lines = [(match.start(), match[0]) for match in _LINE.finditer(text, tail_start) if match[0]]
    lines = lines[tail_start > start :][-_MOST - 20 :]
    if dialect.quote is not None and any(line.count(dialect.quote) % 2 for _, line in lines[-3:]):
        return text, ()
    rows = [next(split_rows(line.rstrip("\r\n"), dialect), []) for _, line in lines]
    number = footer_rows(rows, layout)
    if number == 0 or number >= len(rows):
        return text, ()
    cut = text[: lines[-number][0]]
    first = max(cut.count("\n"), cut.count("\r")) + 1
    return cut, (footer_decision(rows[-number:], first),)


def footer_decision(rows: Rows, first: int) -> Decision:
    """Say what was left out below the table."""
    filled = list(filter(_filled, rows))
    words = shown(next(cell for cell in filled[0] if cell.strip()))
    number = counted(len(filled), "row")
    return Decision("footer", len(filled), f"Left out {number} below the table, the first is row {first:,}: “{words}”.")


def _is_footer(row: list[str], layout: Layout) -> bool:
    kinds = [cell_kind(cell) for cell in row]
    place = next(place for place, cell in enumerate(row) if cell.strip())
    first = row[place].strip()
    wanted = layout.kinds[place] if place < len(layout.kinds) else "word"
    remark = wanted != "word" and kinds[place] == "word" and _REMARK.match(first)
    if remark or (_TOTAL.fullmatch(first) and len(row) > 1):
        return True
    good = any(kind == found != "word" for kind, found in zip(layout.kinds, kinds, strict=False))
    if good or not any(kind == "word" for kind in kinds):
        return False
    if _REMARK.match(first) and first.endswith((":", "*")):
        return True
    if len(layout.kinds) == 1:
        return bool(_TOTAL.fullmatch(first) or " " in first or _REMARK.match(first))
    width = len(layout.kinds)
    return (_filled(row) == 1 and (wanted != "word" or len(row) < width)) or len(row) != width
