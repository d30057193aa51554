"""What stands at a number besides its digits: signs of currency, units, percent, and letters for thousands."""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lstm_viz.phrases import counted, listed
from lstm_viz.tables.values.calendar_words import month_of, units_of, vocabulary
from lstm_viz.tables.values.time_steps import Bools, Floats

_MONEY = {"Mio. €"} | vocabulary(
    "$ € £ ¥ ￥ ₹ ₩ ₽ ₺ ₴ ₫ ฿ ₱ ₪ ¢ US$ R$ HK$ A$ C$ NT$ S$ USD EUR GBP CHF JPY CNY RMB INR KRW RUB TRY BRL MXN CAD "
    "AUD NZD SEK NOK DKK PLN CZK HUF ZAR SGD HKD TWD THB BTC ETH kr kr. zł Kč Ft lei Rs Rs. руб руб. р. грн "
    "元 圆 人民币 円 원 万元 euro Euro TL Fr. Fr T€ k€ Rp RM R"
)
_ATTACHED = vocabulary(
    "% ‰ ° °C °F ℃ ℉ K µm mm cm m km mg g kg t ml mL cl dl l L s ms sec h hr hrs min d W kW MW GW Wh kWh MWh GWh TWh "
    "J kJ MJ V mV kV A mA Ah Hz kHz MHz Pa hPa kPa MPa bar mbar psi dB lux lx m/s km/h mph m2 m3 m² m³ ft in mi lb "
    "lbs oz gal ppm ppb pH rpm bpm µg/m3 µg/m³ ug/m3 mg/l mg/L W/m2 W/m² kWp pcs Stk x "
    "人 个 件 台 次 度 吨 千瓦时 명 개 人次 B kB KB MB GB TB Mbps Mbit/s pp bps p pts EA U kg/m3 m3/s m³/s"
)
_POWERS = {3: "K k", 6: "M Mn mn Mio Mio.", 9: "B bn Bn Mrd Mrd.", 12: "T", 4: "万 万人", 8: "亿"}
_SCALES = {word: power for power, words in _POWERS.items() for word in words.split()}
_WRITTEN = vocabulary(
    "- C Deg Euro Mio Tausend Millionen Mill. mln млн тыс. тыс tys. thousands millions persons people Personen "
    "Percent Prozent Tsd Tsd. USD Volts billion deg degC million percent thousand"
) | {"Deg C", "deg C"}
_KNOWN = _MONEY | _ATTACHED
_SAFE_SCALES = vocabulary("M B bn Bn mn Mn Mio Mio. Mrd Mrd. 万 亿")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％￥（）：／", "0123456789.,-+%¥():/")
_DIGITS = r"(?:\d{1,3}(?:[.,\s'’]\d{2,3})*[.,\s'’]\d{3}|\d+)?(?:[.,]\d*)?(?:[eE][+-]?\d+)?"
_PART = re.compile(
    r"[(\s]*[+\-−–－﹣‒]?[(\s]*(?P<before>[^\W\d_]{0,4}[$€£¥￥₹₩₽₺₴₫฿₱₪¢.]?)[\s(]*[+\-−–－﹣‒]?\s*"
    rf"(?P<number>{_DIGITS})(?P<gap>\s*)(?P<after>(?:[^\d\s()+\-−–－.,'’][^()+\-−–－]{{0,14}}?)?)[\s)]*[\-−]?"
)
_PARTS = re.compile(r"[^\W\d_]+")
_OF_TIME = vocabulary("am pm a p uhr utc gmt z 年 月 日 时 時 년 월 일 시")
Mark = Literal[".", ","]
MISSING = vocabulary(
    "na n/a #n/a nan null none nil nat <na> - -- --- – — − ? ?? . .. ... … #div/0! #value! #ref! #name? #num! "
    "#null! #n/v #nv #wert! \\n n.a. n.a n/d nd n.d. k.a. missing unknown (null) (blank) void /// // : * ** *** "
    "n/v na. # -.- -,- 无 無 なし 없음 nan% ##### － ×"
) | {"", "k. a."}
_MINUS = r"[−–‒﹣－]"
_GROUP_SPACES = "[ \u00a0\u202f\u2009\u2007'’ʼ`´_]"
_BLANKS = "[ \u00a0\u202f\u2009]"
_CORE = re.compile("[.,]?\\d[\\d.,'’ \u00a0\u202f\u2009]*")
_COMMA_SURE = re.compile(
    r"\d+,(\d{1,2}|\d{4,})|0,\d+|,\d+|\d{1,3}(\.\d{3})+,\d*|\d{1,3}(\.\d{3}){2,}|\d{1,3}([\s'’]\d{3})+,\d+|\d{4,},\d+"
)
_POINT_SURE = re.compile(
    r"\d+\.(\d{1,2}|\d{4,})|0?\.\d+|\d{1,3}(,\d{3})+\.\d*|\d{1,3}(,\d{3}){2,}|\d{1,3}([\s'’]\d{3})+\.\d+|\d{4,}\.\d+"
    r"|\d{1,2}(,\d{2})+,\d{3}(\.\d*)?"
)
_EITHER = {mark: re.compile(rf"[1-9]\d{{0,2}}\{mark}\d{{3}}") for mark in ".,"}
_BARE = re.compile(r"\d+")
_MARKED = r"^(?P<bound>[<>≤≥]?)\s*(?P<number>[+-]?[\d.,]*\d[\d.,]*)(?P<flag>\s?[*#†‡$§^]+| ?\(?[a-zA-Z]{1,2}\)?)?$"
_NINES = re.compile(r"-?9{2,}(?:\.9+)?(?:\.0)?")
_FILLS = (-1e30, 1e20, 1e30, 1e36, -1e36, 9.96921e36, -32768.0, 32767.0, -2147483648.0, 2147483647.0, -8888.0, -7777.0)
_MOST = 3
SENTINEL = "sentinel"


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_LOOKS = re.compile(
    rf"[(\s]*[+\-−–－﹣‒]?[(\s]*(?:{_either(_MONEY)})?[\s(]*[+\-−–－﹣‒]?\s*{_DIGITS}\s*"
    rf"(?:{_either(_KNOWN | _SCALES.keys())})?[\s)]*[\-−]?"
)


@dataclass(frozen=True)
class Affixes:
    """What stands at the numbers of a column."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()  # letters for powers of ten
    unit: str = ""


SIGNS = Affixes(("$", "€", "£", "¥", "₹"), ("$", "€", "£", "¥", "₹", "%"))


def half_width(cell: str) -> str:
    """Return the cell with the digits and signs of East Asian width as plain ones."""
    return cell if cell.isascii() else cell.translate(_FULL_WIDTH)


def looks_numeric(cell: str) -> bool:
    """Return whether a cell can be a number with either decimal mark; quick and generous."""
    return len(cell) <= 60 and any(map(str.isdigit, cell)) and _LOOKS.fullmatch(cell) is not None


def looks_unit(cell: str) -> bool:
    """Return whether a cell is a unit or a sign of currency that is known, or several together ("Tsd. EUR", "days")."""
    parts = [part for part in re.split(r"[ /]+", cell) if not part.isdigit()]  # "1 000 EUR"
    known = (part in _KNOWN or part in _WRITTEN or part in _SCALES or units_of(part) for part in parts)
    return cell in _KNOWN or (bool(parts) and all(known))


def find_affixes(cells: list[str]) -> Affixes:
    """Return what stands at the numbers: the most frequent of the known signs and units, or a word behind nearly all."""
    parts = [match for cell in cells if len(cell) <= 60 and (match := _PART.fullmatch(cell)) and match["number"]]
    before = Counter(word for part in parts if (word := part["before"].strip()))
    gaps = Counter(part["after"].strip() for part in parts if part["gap"] and part["after"].strip())
    after = Counter(word for part in parts if (word := part["after"].strip()))
    scales = _scales(after, len(parts))
    kept_before = _main([word for word in before if word in _MONEY], before)
    units = [word for word in after if word not in scales and _is_unit(word, after, gaps, len(parts))]
    kept_after = _main(units, after)
    return Affixes(kept_before, kept_after, scales, next(iter((*kept_after, *kept_before)), ""))


def _is_unit(word: str, after: Counter[str], gaps: Counter[str], cells: int) -> bool:
    if word in _MONEY or word == "%" or (word in _KNOWN and after[word] * 2 >= cells):
        return True
    if any(map(str.isdigit, word)) or any(part in _OF_TIME or month_of(part) for part in _PARTS.findall(word.lower())):
        return False
    return gaps[word] == after[word] and after[word] * 10 >= cells * 9 and cells >= 3


def _main(words: list[str], counts: Counter[str]) -> tuple[str, ...]:
    return (max(words, key=lambda word: counts[word]),) if words else ()


def _scales(after: Counter[str], cells: int) -> tuple[str, ...]:
    """Letters for powers of ten: two or more of them, or one that is no unit in half of the cells or more."""
    found = [word for word in after if word in _SCALES]
    safe = [word for word in found if word in _SAFE_SCALES]
    if len(found) > 1 and safe:
        return tuple(found)
    if len(found) == 1 and (safe or sum(after.values()) < cells) and after[found[0]] == sum(after.values()):
        return tuple(found) if found[0] in _SAFE_SCALES or found[0] in "kK" else ()
    return ()


def missing_cells(text: pd.Series, more: tuple[str, ...] = ()) -> Bools:
    """Return which cells hold nothing or a mark for nothing. `text` is stripped of outer spaces."""
    marks = MISSING | {mark.strip().lower() for mark in more}
    return np.asarray(text.str.lower().isin(marks), dtype=bool)


def evidence(cells: list[str]) -> int:
    """Return how many cells can only be read with a decimal comma, less those that need a decimal point."""
    cores = list(filter(None, map(_core, cells)))
    comma = sum(_COMMA_SURE.fullmatch(cell) is not None for cell in cores)
    point = sum(_POINT_SURE.fullmatch(cell) is not None for cell in cores)
    return comma - point


def judge_mark(cells: list[str], fallback: Mark) -> tuple[Mark, bool]:
    """Return the decimal mark and whether it stays doubtful, as for "1,234" alone without shorter or longer numbers."""
    balance = evidence(cells)
    if balance:
        return ("," if balance > 0 else "."), False
    cores = list(filter(None, map(_core, cells)))
    fitting = {mark: sum(form.fullmatch(cell) is not None for cell in cores) for mark, form in _EITHER.items()}
    bare = [len(cell) for cell in cores if _BARE.fullmatch(cell)]
    if not any(fitting.values()) or all(fitting.values()):
        return fallback, False
    mark: Mark = "," if fitting[","] else "."
    other: Mark = "." if mark == "," else ","
    if bare and max(bare) > 3:
        return mark, False
    if len(bare) > 1 and fitting[mark] > 1:
        return other, False
    return fallback, mark == "," or fallback == ","


def _core(cell: str) -> str:
    cell = half_width(cell)
    found = _CORE.search(cell)
    if found is None or any(map(str.isdigit, cell[found.end() :])):
        return ""
    return found[0].rstrip(" '’\u00a0\u202f\u2009")


def parse_numbers(text: pd.Series, mark: Mark, affixes: Affixes = SIGNS) -> Floats:
    """Return the numbers in stripped `text` as float64, NaN where a cell is none; infinities stay infinite.

    The other mark can only separate thousands, as spaces and apostrophes do. Parentheses and a minus behind mean negative.
    """
    values = _floats(text if mark == "." else text.str.replace(",", ".", regex=False))
    if mark == ",":
        values[np.asarray(text.str.contains(".", regex=False), dtype=bool)] = np.nan
    rest = np.isnan(values)
    if rest.any():
        values[rest] = _written(text[rest], mark, affixes)
    return values


def marked_numbers(text: pd.Series, mark: Mark, affixes: Affixes) -> tuple[Floats, str] | None:
    """Read cells such as "<1" (half of it), ">9" and "28.4*" or "123.4 p" (with a flag), and say so; None for none."""
    parts = text.str.extract(_MARKED)
    bound = parts["bound"].fillna("")
    values = np.full(len(text), np.nan)
    rows = parts["number"].notna().to_numpy()
    if not rows.any():
        return None
    values[rows] = parse_numbers(parts["number"][rows], mark, affixes)
    below = bound.isin(("<", "≤")).to_numpy()
    values[below] /= 2
    flags = sorted(set(parts["flag"][rows & ~np.isnan(values)].dropna()) - {""})
    notes = []
    if np.any(below & ~np.isnan(values)):
        notes.append(f'took "{text[below].iloc[0]}" as half of it, {counted(int(np.sum(below)), "cell")}')
    if flags:
        notes.append(f"read the numbers without their flags ({listed(flags)})")
    return values, f"{' and '.join(notes) or 'took bounds as numbers'}."


def _written(text: pd.Series, mark: Mark, affixes: Affixes) -> Floats:
    """Read with Arrow, faster than pandas, the cells in the form of a number; a broken group ("1,23,4") is none."""
    group, point = re.escape("," if mark == "." else "."), re.escape(mark)
    separator = rf"(?:{group}|{_GROUP_SPACES})"
    whole = rf"\d{{1,3}}(?:{separator}\d{{3}})+|\d{{1,2}}(?:{group}\d{{2}})+{group}\d{{3}}|\d+"
    number = rf"(?:(?:{whole})(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d{{1,4}})?"
    pattern = rf"^[+-]?{number}$|^[+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?$"
    bare = _bare(text, affixes)
    fits = np.asarray(pc.match_substring_regex(bare, pattern), dtype=bool)
    values = np.full(len(text), np.nan)
    kept = _new(bare.filter(pa.array(fits)), separator, "")
    values[fits] = _floats(pd.Series(pc.replace_substring(kept, mark, "."), dtype="str"))
    return values


def _bare(text: pd.Series, affixes: Affixes) -> Any:
    if text.head(200).str.contains("[０-９．，－％￥（）]", regex=True).any():
        text = text.map(half_width)
    cells = pa.array(text, pa.large_string(), from_pandas=True)
    cells = _new(cells, _MINUS, "-")
    if pc.any(pc.match_substring(cells, "(")).as_py():
        cells = _new(cells, r"^([^0-9()]*)\(([^()]*[0-9][^()]*)\)([^0-9()]*)$", r"-\1\2\3")
    if affixes.before:
        cells = _new(cells, rf"^([+-]?)\s*(?:{_either(affixes.before)}){_BLANKS}*", r"\1")
    if affixes.after:
        cells = _new(cells, rf"{_BLANKS}*(?:{_either(affixes.after)})\s*(-?)$", r"\1")
    for scale in sorted(affixes.scales, key=len, reverse=True):
        cells = _new(cells, rf"([0-9])\s*{re.escape(scale)}$", rf"\1e{_SCALES[scale]}")
    cells = _new(cells, r"^([0-9.,][^-]*)\s*-$", r"-\1")
    return pc.utf8_trim_whitespace(_new(cells, r"^([+-])\s+", r"\1"))


def _new(cells: Any, pattern: str, replacement: str) -> Any:
    return pc.replace_substring_regex(cells, pattern=pattern, replacement=replacement)


def _floats(text: pd.Series) -> Floats:
    return np.array(pd.to_numeric(text, errors="coerce"), dtype=np.float64)


def find_sentinels(values: Floats) -> tuple[float, ...]:
    """Return the values that stand for nothing: far from all others, nines below them, or above if repeated or long."""
    found: list[float] = []
    rest = values[np.isfinite(values)]
    while len(rest) > 1 and len(found) < _MOST:
        sentinel = next((end for end in (float(rest.min()), float(rest.max())) if _is_sentinel(end, rest)), None)
        if sentinel is None:
            break
        found.append(sentinel)
        rest = rest[rest != sentinel]
    return tuple(found)


def numbers_among(marks: tuple[str, ...]) -> tuple[float, ...]:
    """Return the marks that are finite numbers."""
    found = []
    for mark in marks:
        with suppress(ValueError):
            found.append(float(mark))
    return tuple(number for number in found if np.isfinite(number))


def is_mark(values: Floats, mark: float) -> Bools:
    """Return where values are a mark, however many digits of it were written."""
    return np.asarray(np.isclose(values, mark, rtol=1e-9, atol=0.0), dtype=bool)


def _is_sentinel(value: float, values: Floats) -> bool:
    others = values[values != value]
    count = len(values) - len(others)
    form = value in _FILLS or _NINES.fullmatch(f"{value:.10g}")
    if not form or len(others) < 2 or count > len(others):
        return False
    low, high = float(others.min()), float(others.max())
    gap = low - value if value < low else value - high
    spread = high - low
    digits = len(f"{abs(value):.10g}".replace(".", ""))
    if value in _FILLS:
        return gap > 20 * spread and count > 1
    if value < 0:  # nines among numbers that never are negative need no distance beyond their own
        if digits < 3 and count < 2:
            return False
        return (low >= 0 and (count > 1 or gap > spread or digits > 3)) or (spread > 0 and gap > 3 * spread)
    seldom = count * 3 < len(values) and (count > 1 or digits > 3)
    return spread > 0 and gap > 5 * spread and gap > abs(high) * 2 and seldom
