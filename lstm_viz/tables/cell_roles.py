"""Which parts of a moment the numbers in a shape can be: by the words beside them, by the clock, by their order."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lstm_viz.tables.calendar_words import units_of
from lstm_viz.tables.cell_shapes import BETWEEN, EAST, NEARLY, ROLES, SLOTS, Item, Role, Slot
from lstm_viz.tables.steps import Floats

Slots = tuple[Role | None, ...]

_LETTERS: Mapping[str, tuple[Role, ...]] = {
    "q": ("quarter",),
    "k": ("quarter",),
    "c": ("quarter",),
    "т": ("quarter",),
    "t": ("quarter", "third"),
    "s": ("half",),
    "h": ("half", "hour"),
    "m": ("month",),
    "w": ("week",),
    "u": ("week",),
    "v": ("week",),
    "p": ("month", "period"),
    "d": ("yearday",),
    "a": ("year",),
    "y": ("year",),
}
_FINER: tuple[Role, ...] = ("half", "third", "quarter", "month", "period", "week", "yearday")
_FINER_SET = frozenset(_FINER)
_CLOCK: tuple[Role, ...] = ("hour", "minute", "second")
_BEFORE_CLOCK = frozenset(" _-T")
_CENTURY = 69  # years of two digits below it are of this century


def readings_of(
    items: tuple[Item, ...], slots: list[Slot], week: bool = False
) -> Iterator[tuple[Slots, tuple[str, ...]]]:
    """Yield the roles that the slots of a shape can have together."""
    roles: list[Role | None] = [None] * len(slots)
    for place, slot in enumerate(slots):
        roles[place] = ROLES.get(slot.kind)
    ignored: set[int] = set()
    if not _marked(items, slots, roles):
        return
    for place, slot in enumerate(slots):
        if slot.kind == "roman" and roles[place] is None:
            roles[place] = "quarter"
    _clock(slots, roles)
    notes = [*_fractions(slots, roles, ignored), *_spans(slots, roles, ignored)]
    free = [place for place, role in enumerate(roles) if role is None and place not in ignored]
    for order in _orders([slots[place] for place in free], frozenset(filter(None, roles)), week):
        done = list(roles)
        for place, role in zip(free, order, strict=True):
            done[place] = role
        if _sound(done) and (order_of(done) != "myd" or slots[done.index("year")].most == 4):
            yield tuple(done), tuple(notes)


def _sound(roles: Sequence[Role | None]) -> bool:
    named = [role for role in roles if role is not None]
    return len(named) == len(set(named)) and bool(named)


def _marked(items: tuple[Item, ...], slots: list[Slot], roles: list[Role | None]) -> bool:
    """Give each word or letter that says what a number is to the number beside it; False where none can be."""
    place = -1
    for at, item in enumerate(items):
        place += item.kind in SLOTS
        if item.kind != "mark":
            continue
        after_gap = items[at - 1].text if at and items[at - 1].kind == "gap" else ""
        before_gap = items[at + 1].text if at + 1 < len(items) and items[at + 1].kind == "gap" else ""
        sides = [(place + 1, before_gap), (place, after_gap)]
        if before_gap or EAST.search(item.text):
            sides.reverse()
        if before_gap.strip(". ") and not after_gap:
            sides = sides[:1]
        choices = _LETTERS.get(item.text) if len(item.text) == 1 else None
        for side, _ in sides:
            if 0 <= side < len(slots) and roles[side] is None:
                role = _marked_role(slots[side], choices or tuple(sorted(units_of(item.text))), item.text)  # type: ignore[arg-type]
                if role is not None:
                    roles[side] = role
                    break
        else:
            if not (len(item.text) == 1 and at + 1 == len(items)) and "year" not in units_of(item.text):
                return False
    return True


def _marked_role(slot: Slot, choices: tuple[Role, ...], word: str) -> Role | None:
    high = float(np.nanmax(slot.numbers)) if len(slot.numbers) else 0
    fitting = [role for role in choices if slot.within(role)]
    if word == "t" and fitting:
        return "third" if high == 3 and len(np.unique(slot.numbers)) == 3 else "quarter"
    if word in ("p", "period") and fitting:
        return "month" if high <= 12 else "period"
    if word in ("y", "a") and slot.least < 4:
        return None
    if "year" in choices and (slot.least, slot.most) == (1, 2):
        return "year"  # FY9, FY10
    return fitting[0] if fitting else None


def _clock(slots: list[Slot], roles: list[Role | None]) -> None:
    """Digits with colons between are a clock; digits behind its seconds are a fraction of a second."""
    at = 0
    for place, (slot, after) in enumerate(pairwise(slots)):
        joined = (
            after.gap.strip() in (":", "h") and slot.within("hour" if at == 0 else "minute") and after.within("minute")
        )
        if joined and after.least == 2 and at < 2 and roles[place + 1] in (None, "minute"):
            if at == 0 and roles[place] in (None, "hour"):
                roles[place] = "hour"
            if roles[place] == _CLOCK[at]:
                at += 1
                roles[place + 1] = _CLOCK[at]
        elif after.gap in (".", ",") and roles[place] == "second" and after.kind == "digits":
            roles[place + 1] = "fraction"
    if "afternoon" in roles and "hour" not in roles:
        free = [place for place, role in enumerate(roles) if role is None]
        place = roles.index("afternoon")
        near = min(free, key=lambda one: abs(one - place), default=None)
        if near is not None and slots[near].within("hour"):
            roles[near] = "hour"


def _fractions(slots: list[Slot], roles: list[Role | None], ignored: set[int]) -> Iterator[str]:
    """ "3/4" behind a year is the third of four quarters."""
    for place in range(1, len(slots) - 1):
        part, whole = slots[place], slots[place + 1]
        same = len(whole.numbers) and np.all(whole.numbers == whole.numbers[0])
        if same and roles[place] is roles[place + 1] is None and whole.gap == "/" and whole.numbers[0] in (2, 3, 4):
            role: Role = {2.0: "half", 3.0: "third", 4.0: "quarter"}[float(whole.numbers[0])]  # type: ignore[assignment]
            if part.gap != "/" and len(np.unique(part.numbers)) > 1 and part.within(role):
                roles[place] = role
                ignored.add(place + 1)
                yield f"read the parts of a year as {role}s."


def _spans(slots: list[Slot], roles: list[Role | None], ignored: set[int]) -> Iterator[str]:
    """A number and the next one ("2019-20", "00 - 01") are the span that begins with the first."""
    for place, (slot, after) in enumerate(pairwise(slots)):
        if _months_of_quarters(slot, after) and roles[place] in (None, "month") and roles[place + 1] in (None, "month"):
            roles[place], roles[place + 1] = "month", None
            ignored.add(place + 1)
            yield "took the month in which each span of three months begins."
        if (
            roles[place] not in (None, "year")
            or roles[place + 1] not in (None, "year")
            or place in ignored
            or not BETWEEN.fullmatch(after.gap)
        ):
            continue
        if slot.kind != "digits" or after.kind != "digits" or not len(slot.numbers):
            continue
        step, finer = after.numbers - slot.numbers, bool(_FINER_SET & set(roles))
        many = len(np.unique(slot.numbers)) > 2
        if slot.most == 4 and (many or finer) and np.mean(step % 100 == 1) >= NEARLY:
            roles[place] = "year"
            yield "took the year in which each span of two years begins."
        elif (
            roles[place] is None
            and many
            and len(slots) == 2
            and slot.within("hour")
            and np.mean(step % 24 == 1) >= NEARLY
        ):
            roles[place] = "hour"
        else:
            continue
        roles[place + 1] = None
        ignored.add(place + 1)


def _months_of_quarters(slot: Slot, after: Slot) -> bool:
    alike = slot.kind == after.kind and slot.kind in ("month", "digits") and BETWEEN.fullmatch(after.gap) is not None
    quarters = alike and slot.within("month") and np.all(slot.numbers % 3 == 1)
    return bool(quarters and np.all(after.numbers == slot.numbers + 2) and len(np.unique(slot.numbers)) > 2)


def _orders(free: list[Slot], known: frozenset[Role], week: bool) -> Iterator[Slots]:
    if not free:
        yield ()
    for template in _TEMPLATES if free else ():
        together = known | set(template)
        rest = len(free) - len(template)
        if rest < 0 or known & set(template) or len(_FINER_SET & together) > 1:
            continue
        if ("day" in together and "month" not in together and len(together) > 1) or (
            "weekday" in together and "week" not in together
        ):
            continue
        dated = bool({"day", "yearday"} & together) and "year" in together
        if rest and (rest > 3 or not dated or "hour" in known or not set(free[len(template)].gap) & _BEFORE_CLOCK):
            continue
        roles: Slots = (*template, *_CLOCK[:rest])
        if template in (("year", "month"), ("month", "year")):
            finer = _finer(free[template.index("month")], free[template.index("year")], week)
            roles = tuple(finer if role == "month" else role for role in roles)
        if all(_can_be(slot, role) for slot, role in zip(free, roles, strict=True)) or _is_short(free, roles):
            yield _without_zero_days(free, roles)


def _finer(slot: Slot, year: Slot, week: bool) -> Role:
    """Return what a number beside a year is: 1 to 4 without more are quarters, up to 13 periods, up to 53 weeks."""
    numbers = np.unique(slot.numbers)
    high = numbers[-1] if len(numbers) else 0
    if week or 13 < high <= 53:
        return "week"
    if high == 13 and slot.most == 2:
        return "month" if slot.within("month") and np.mean(slot.numbers == 13) < 0.07 else "period"
    colon = (slot.gap + year.gap) == ":"
    if slot.most == 1 and np.array_equal(numbers, [1, 2, 3, 4]) and (colon or len(np.unique(year.numbers)) > 2):
        return "quarter"
    return "month"


def _is_short(free: list[Slot], roles: Slots) -> bool:
    """ "1-01" is January 2001, if the months have two digits."""
    year, month = free[0], free[-1]
    digits = year.kind == month.kind == "digits"
    return roles == ("year", "month") and digits and year.least == 1 and year.most <= 2 and month.least == 2


_TEMPLATES: tuple[tuple[Role, ...], ...] = (
    ("year", "month", "day"),
    ("day", "month", "year"),
    ("month", "day", "year"),
    ("year", "day"),
    ("day", "year"),
    ("year", "yearday"),
    ("year", "weekday"),
    ("weekday", "year"),
    ("year", "month"),
    ("month", "year"),
    ("year",),
    ("day",),
    ("month", "day"),
    ("day", "month"),
    ("month",),
    ("hour", "minute", "second"),
    ("hour",),
)


def _can_be(slot: Slot, role: Role | None) -> bool:
    if role in ("yearday", "month") and slot.least == slot.most == 3:
        again = len(slot.numbers) >= 2 * len(np.unique(slot.numbers))  # 001 to 012 in each year are months
        return slot.within(role) and (again and slot.within("month")) == (role == "month")
    if role == "yearday":
        return False
    if role == "day" and slot.kind == "digits" and not slot.numbers.any():
        return True
    if role in ("minute", "second") and slot.least < 2:
        return False
    return role is None or (slot.within(role) and (role == "year" or slot.most <= 2))


def _without_zero_days(free: list[Slot], roles: Slots) -> Slots:
    if "day" in roles and not free[roles.index("day")].numbers.any():
        return tuple(None if role == "day" else role for role in roles)
    return roles


def order_of(roles: Sequence[Role | None]) -> str:
    """Return the order of day, month and year as letters ("dmy")."""
    return "".join(role[0] for role in roles if role in ("day", "month", "year"))


def values_of(roles: Slots, slots: list[Slot], rows: npt.NDArray[np.int64], count: int) -> dict[Role, Floats]:
    """Return the numbers of each role as (count,) float64, NaN where a cell has another shape."""
    values: dict[Role, Floats] = {}
    for role, slot in zip(roles, slots, strict=True):
        if role is None:
            continue
        numbers = slot.numbers
        if role == "fraction":
            numbers = numbers / 10.0**slot.most
        elif role == "year" and slot.most <= 2:
            numbers = numbers + np.where(numbers < _CENTURY, 2000, 1900)
        values[role] = np.full(count, np.nan)
        values[role][rows] = numbers
    return values
