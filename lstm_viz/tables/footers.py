"""What stands below a table: sources, remarks, totals."""

import re

from lstm_viz.phrases import counted, shown
from lstm_viz.tables.cells import cell_kind
from lstm_viz.tables.dialect import Dialect, Rows, split_rows
from lstm_viz.tables.layout import Layout
from lstm_viz.tables.reading import Decision

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


def footer_rows(rows: Rows, layout: Layout) -> int:
    """Return how many of the last rows of the body are no rows of the table."""
    if not any(kind != "word" for kind in layout.kinds):
        return 0
    found = 0
    for number, row in enumerate(reversed(rows), start=1):
        if not any(cell.strip() for cell in row):
            continue
        if number > _MOST or not _is_footer(row, layout):
            break
        found = number
    return found


def without_footer(text: str, start: int, dialect: Dialect, layout: Layout) -> tuple[str, tuple[Decision, ...]]:
    """Cut the footer off a text whose body starts at the character `start`."""
    tail_start = max(start, len(text) - _TAIL)
    lines = [(match.start(), match[0]) for match in _LINE.finditer(text, tail_start) if match[0]]
    if tail_start > start:
        lines = lines[1:]
    lines = lines[-_MOST - 20 :]
    if dialect.quote is not None and any(line.count(dialect.quote) % 2 for _, line in lines[-3:]):
        return text, ()
    rows = [next(split_rows(line.rstrip("\r\n"), dialect), []) for _, line in lines]
    number = footer_rows(rows, layout)
    if number == 0 or number >= len(rows):
        return text, ()
    at = lines[-number][0]
    cut = text[:at]
    first = max(cut.count("\n"), cut.count("\r")) + 1
    return cut, (footer_decision(rows[-number:], first),)


def footer_decision(rows: Rows, first: int) -> Decision:
    """Say what was left out below the table."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    words = shown(next(cell for cell in filled[0] if cell.strip()))
    number = counted(len(filled), "row")
    return Decision("footer", len(filled), f"Left out {number} below the table, the first is row {first:,}: “{words}”.")


def _is_footer(row: list[str], layout: Layout) -> bool:
    kinds = [cell_kind(cell) for cell in row]
    place = next(place for place, cell in enumerate(row) if cell.strip())
    first = row[place].strip()
    if _TOTAL.fullmatch(first) and len(row) > 1:
        return True
    wanted = layout.kinds[place] if place < len(layout.kinds) else "word"
    if wanted != "word" and kinds[place] == "word" and _REMARK.match(first):
        return True
    good = any(kind == found != "word" for kind, found in zip(layout.kinds, kinds, strict=False))
    if good or not any(kind == "word" for kind in kinds):
        return False
    if _REMARK.match(first) and first.endswith((":", "*")):
        return True
    if len(layout.kinds) == 1:
        return bool(_TOTAL.fullmatch(first) or " " in first or _REMARK.match(first))
    filled = sum(bool(cell.strip()) for cell in row)
    return (filled == 1 and (wanted != "word" or len(row) < len(layout.kinds))) or len(row) != len(layout.kinds)
