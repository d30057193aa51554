"""What a nasty file is, and how it must be read."""

from dataclasses import dataclass

import numpy as np

TEN = ("12.5", "13.25", "11", "14.75", "15.5", "13", "12.25", "16.5", "17", "15.25")
NUMBERS = tuple(map(float, TEN))
HOLED = (*NUMBERS[:5], float("nan"), *NUMBERS[6:])


@dataclass(frozen=True)
class Nasty:
    """One file with one quirk; `numbers` are those of the column `target` (the last one if it is left out).

    A refused file has only a `says`, a part of the sentence; elsewhere `says` must be in a note.
    """

    name: str
    data: bytes
    names: tuple[str, ...] = ("date", "value")
    numbers: tuple[float, ...] = NUMBERS
    encoding: str | None = "utf-8"
    delimiter: str | None = ","
    decimal: str | None = "."
    header: int | None = 1
    verdict: str = "ok"
    says: str = ""
    target: str | None = None
    unit: str | None = None


def refused(name: str, data: bytes, says: str) -> Nasty:
    """Return a file that must be refused for this reason."""
    return Nasty(name, data, verdict="refused", says=says)


def table(
    cells: tuple[str, ...] = TEN,
    head: str = "date,value",
    delimiter: str = ",",
    above: str = "",
    below: str = "",
    end: str = "\n",
) -> str:
    """Return a daily table from 1 March 2021: `cells` beside their dates, `head` above them as it stands."""
    dates = [str(np.datetime64("2021-03-01") + place) for place in range(len(cells))]
    lines = [head] if head else []
    lines += [f"{date}{delimiter}{cell}" for date, cell in zip(dates, cells, strict=True)]
    return (above + end.join(lines) + end + below).replace("\n", end)


def commas(cells: tuple[str, ...] = TEN) -> tuple[str, ...]:
    """Return the cells with decimal commas."""
    return tuple(cell.replace(".", ",") for cell in cells)


def holed(mark: str, cells: tuple[str, ...] = TEN) -> tuple[str, ...]:
    """Return the cells with a mark for nothing in the sixth."""
    return (*cells[:5], mark, *cells[6:])
