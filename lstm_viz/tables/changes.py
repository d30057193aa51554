"""What was done to the rows of a file until they were a regular series: as counts, and as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from lstm_viz.phrases import counted, plural

_DONE = {"mean": "Averaged", "sum": "Added up", "first": "Kept the first of the", "last": "Kept the last of the"}


@dataclass(frozen=True)
class Repairs:
    """Counts of rows and steps that were changed."""

    undated: int = 0  # rows left out for want of a date
    astray: int = 0  # rows left out because their date lies far from all others
    unsorted: int = 0  # rows that stood after a later one
    backwards: int = 0  # 1 if the rows began with the newest
    repeated: int = 0  # rows that share their moment with another
    clocks: int = 0  # dates whose time of day was left out
    gathered: int = 0  # rows that were put together to a longer step
    retail: int = 0  # ends of periods of four or five weeks that were taken as their months
    uneven: int = 0  # 1 if the dates followed no regular steps, and the rows became the steps
    moved: int = 0  # dates moved to the nearest regular step
    added: int = 0  # steps added without a value
    cut: int = 0  # steps without a value cut off at the ends
    ahead: int = 0  # steps after the last value kept for what is known of them

    @classmethod
    def total(cls, many: Sequence["Repairs"]) -> "Repairs":
        """Add up the counts of many series."""
        return cls(*(sum(getattr(one, field.name) for one in many) for field in fields(cls)))


UNTOUCHED = Repairs()


def row_notes(done: Repairs, step: str, how: str = "mean") -> tuple[str, ...]:
    """Return one sentence for each thing that was done to rows.

    `step` is the word for a step, `how` what became of rows that share a moment: "mean", "sum", "first" or "last".
    """
    notes = (
        done.undated and f"Left out {counted(done.undated, 'row')} without a date.",
        done.astray and f"Left out {counted(done.astray, 'row')} whose date lies far from all others.",
        done.backwards and "Reversed the rows, which began with the newest.",
        done.unsorted and f"Sorted {counted(done.unsorted, 'row')} by date.",
        done.repeated and f"{_DONE[how]} {done.repeated:,} rows that share a date.",
        done.clocks and "Left out the time of day.",
        done.retail and f"Took {done.retail:,} periods of four and five weeks as the months that they stand for.",
        done.gathered and f"{_DONE[how]} {counted(done.gathered, 'row')} within each {step}.",
    )
    return tuple(note for note in notes if note)


def step_notes(done: Repairs, steps: int, step: str, ends: str = "ends") -> tuple[str, ...]:
    """Return one sentence for each thing that was done to steps.

    `steps` counts those laid out, `step` is the word for one, `ends` says where steps were cut off.
    """
    noun, gaps = (step, "a gap") if done.added == 1 else (plural(step), "gaps")
    notes = (
        done.moved and f"Moved {counted(done.moved, 'date')} to the nearest regular step.",
        done.added and f"Added {done.added:,} missing {noun} ({100 * done.added / steps:.2g}%) as {gaps}.",
        done.cut and f"Left out {counted(done.cut, step)} without a value at the {ends}.",
        done.ahead and f"Kept {counted(done.ahead, step)} after the last value for the columns known ahead.",
    )
    return tuple(note for note in notes if note)
