"""Columns of text as numbers: with which decimal mark, without which units and flags."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstm_viz.phrases import listed, shown
from lstm_viz.tables.affixes import Affixes, find_affixes, half_width
from lstm_viz.tables.numerals import Floats, Mark, judge_mark, marked_numbers, parse_numbers
from lstm_viz.tables.reading import Decision, Reading
from lstm_viz.tables.steps import sample_places

MOSTLY = 0.8
_FEW = 4
EVIDENCE_ROWS = 200
_SOME = 0.5  # of the sample: fewer numbers there are no column of numbers


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of a column, and how they are written."""

    values: Floats
    mark: Mark
    doubtful: bool
    affixes: Affixes
    note: str = ""


@dataclass(frozen=True)
class Wish:
    """How cells are read: the mark that the file shows, and what a person asked for."""

    mark: Mark
    reading: Reading
    forced: bool


def best_numbers(known: pd.Series, wish: Wish) -> Numbers | None:
    """Read with the likelier decimal mark, or the other if that reads more cells; None if under 80% are numbers."""
    sample = known.iloc[sample_places(len(known), EVIDENCE_ROWS)].tolist()
    digits = sum(any(map(str.isdigit, cell)) or "inf" in cell.lower() for cell in sample)
    if digits * 2 < len(sample):
        return None
    affixes = find_affixes(list(map(half_width, sample)))
    mark, doubtful = (wish.mark, False) if wish.forced else judge_mark(sample, wish.mark)
    other: Mark = "." if mark == "," else ","
    few = known.iloc[sample_places(len(known), EVIDENCE_ROWS)].str.removeprefix("<")
    if max(_share(parse_numbers(few, mark, affixes)), _share(parse_numbers(few, other, affixes))) < _SOME:
        return None
    numbers = parse_numbers(known, mark, affixes)
    unread = np.isnan(numbers)
    if not wish.forced and unread.any() and known[unread].str.contains(r"[0-9]", regex=True).any():
        swapped = parse_numbers(known, other, affixes)
        if _share(swapped) > _share(numbers):
            numbers, mark, doubtful = swapped, other, False
    note = ""
    if (unread := np.isnan(numbers)).any() and (found := marked_numbers(known[unread], mark, affixes)) is not None:
        numbers[unread], note = found.values, found.note
    if _share(numbers) < MOSTLY or ((note or affixes != Affixes()) and _are_names(known, numbers)):
        return None
    return Numbers(numbers, mark, doubtful, affixes, note)


def _are_names(text: pd.Series, numbers: Floats) -> bool:
    """Return whether few numbers stand in twice as many texts: 10A and 10B are names of something."""
    few = len(np.unique(numbers[~np.isnan(numbers)]))
    return few <= _FEW and 2 * few <= text.nunique()


def _share(numbers: Floats) -> float:
    return float(np.mean(~np.isnan(numbers)))


def written_form(name: str, numbers: Numbers, text: pd.Series) -> list[Decision]:
    """Return what was decided about the form of the numbers of a column."""
    decisions: list[Decision] = []
    affixes = numbers.affixes
    signs = [shown(word) for word in dict.fromkeys((*affixes.before, *affixes.after))]
    if signs:
        sentence = f"Column `{name}`: read the numbers without their signs or units ({listed(signs)})."
        decisions.append(Decision("units", signs[0], sentence))
    if affixes.scales:
        letters = listed([shown(scale) for scale in affixes.scales])
        sentence = f"Column `{name}`: took {letters} behind the numbers as thousands, millions and so on."
        decisions.append(Decision("units", letters, sentence))
    if numbers.note:
        decisions.append(Decision("marks", numbers.note, f"Column `{name}`: {numbers.note}"))
    if numbers.doubtful:
        example = next((cell for cell in text.head(EVIDENCE_ROWS) if any(mark in cell for mark in ".,")), "")
        words = "decimal comma" if numbers.mark == "," else "decimal point"
        sentence = f'Column `{name}`: "{shown(example)}" could be thousands or decimals; read with a {words}.'
        decisions.append(Decision("decimal", numbers.mark, sentence, warning=True))
    return decisions
