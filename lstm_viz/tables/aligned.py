"""Columns that stand below each other, with blank cells or names of several words: cut at their places in the line."""

import re

from lstm_viz.tables.cells import cell_kind

_SAMPLE = 200
_SAMPLE_CHARS = 64 * 1024
_ENDS = re.compile(r"\r\n|\r|\n")

Spans = list[tuple[int, int, int]]  # the end of the column before, the start and the end of the column


def cut_columns(text: str) -> str | None:
    """Return the text with tabs between its columns, if single blanks cannot cut it and places in the line can.

    None: the rows have equal numbers of words, or no blank place goes through all of them.
    """
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
    if not _holds(lines[_SAMPLE:], spans):
        return None
    last = names[-1] if names else ""
    return "\n".join(_named(line, spans) if last and line == last else _cut(line, spans) for line in lines)


def _lines(text: str) -> list[str]:
    return [line.expandtabs().rstrip() for line in _ENDS.split(text)]


def _spans(body: list[str]) -> Spans:
    """Return where columns start and end: between them every line has a blank."""
    width = max(map(len, body))
    filled = "".join("x" if any(line[at : at + 1].strip() for line in body) else " " for at in range(width))
    found = [match.span() for match in re.finditer(r"x+", filled)]
    before = [0, *(end for _, end in found[:-1])]
    return [(cut, *span) for cut, span in zip(before, found, strict=True)]


def _holds(lines: list[str], spans: Spans) -> bool:
    return all(not line[end : end + 1].strip() for line in lines for *_, end in spans[:-1])


def _cut(line: str, spans: Spans) -> str:
    cells = [line[cut:end].strip() for cut, _, end in spans[:-1]]
    return "\t".join([*cells, line[spans[-1][0] :].strip()]) if line.strip() else ""


def _named(line: str, spans: Spans) -> str:
    cells: list[list[str]] = [[] for _ in spans]
    for word in re.finditer(r"\S+", line):
        near = min(range(len(spans)), key=lambda place: _distance(word.span(), spans[place][1:]))
        cells[near].append(word[0])
    return "\t".join(" ".join(words) for words in cells)


def _distance(word: tuple[int, int], span: tuple[int, int]) -> float:
    overlap = min(word[1], span[1]) - max(word[0], span[0])
    return -overlap if overlap > 0 else abs(sum(word) / 2 - sum(span) / 2)
