"""What stands at a number besides its digits: signs of currency, units, percent, and letters for thousands."""

import re
from collections import Counter
from dataclasses import dataclass

from lstm_viz.tables.calendar_words import month_of, units_of, vocabulary

CURRENCIES = (
    "Mio. €",
    *vocabulary(
        "$ € £ ¥ ￥ ₹ ₩ ₽ ₺ ₴ ₫ ฿ ₱ ₪ ¢ US$ R$ HK$ A$ C$ NT$ S$ USD EUR GBP CHF JPY CNY RMB INR KRW RUB TRY BRL MXN CAD "
        "AUD NZD SEK NOK DKK PLN CZK HUF ZAR SGD HKD TWD THB BTC ETH kr kr. zł Kč Ft lei Rs Rs. руб руб. р. грн "
        "元 圆 人民币 円 원 万元 euro Euro TL Fr. Fr T€ k€ Rp RM R"
    ),
)
_ATTACHED = tuple(
    vocabulary(
        "% ‰ ° °C °F ℃ ℉ K µm mm cm m km mg g kg t ml mL cl dl l L s ms sec h hr hrs min d W kW MW GW Wh kWh MWh GWh TWh "
        "J kJ MJ V mV kV A mA Ah Hz kHz MHz Pa hPa kPa MPa bar mbar psi dB lux lx m/s km/h mph m2 m3 m² m³ ft in mi lb "
        "lbs oz gal ppm ppb pH rpm bpm µg/m3 µg/m³ ug/m3 mg/l mg/L W/m2 W/m² kWp pcs Stk x "
        "人 个 件 台 次 度 吨 千瓦时 명 개 人次 B kB KB MB GB TB Mbps Mbit/s pp bps p pts EA U kg/m3 m3/s m³/s"
    )
)
SCALES = {
    **dict.fromkeys(vocabulary("K k"), 3),
    **dict.fromkeys(vocabulary("M Mn mn Mio Mio."), 6),
    **dict.fromkeys(vocabulary("B bn Bn Mrd Mrd."), 9),
    **dict.fromkeys(vocabulary("T"), 12),
    **dict.fromkeys(vocabulary("万 万人"), 4),
    **dict.fromkeys(vocabulary("亿"), 8),
}
_WRITTEN = vocabulary(
    "- C Deg Euro Mio Tausend Millionen Mill. mln млн тыс. тыс tys. thousands millions persons people Personen "
    "Percent Prozent Tsd Tsd. USD Volts billion deg degC million percent thousand"
) | {"Deg C", "deg C"}
_MONEY = frozenset(CURRENCIES)
_KNOWN = frozenset((*CURRENCIES, *_ATTACHED))
_SAFE_SCALES = frozenset({"M", "B", "bn", "Bn", "mn", "Mn", "Mio", "Mio.", "Mrd", "Mrd.", "万", "亿"})


def either(words: tuple[str, ...]) -> str:
    """Return a pattern that fits each of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％￥（）：／", "0123456789.,-+%¥():/")
_DIGITS = r"(?:\d{1,3}(?:[.,\s'’]\d{2,3})*[.,\s'’]\d{3}|\d+)?(?:[.,]\d*)?(?:[eE][+-]?\d+)?"
_PART = re.compile(
    r"[(\s]*[+\-−–－﹣‒]?[(\s]*(?P<before>[^\W\d_]{0,4}[$€£¥￥₹₩₽₺₴₫฿₱₪¢.]?)[\s(]*[+\-−–－﹣‒]?\s*"
    rf"(?P<number>{_DIGITS})(?P<gap>\s*)(?P<after>(?:[^\d\s()+\-−–－.,'’][^()+\-−–－]{{0,14}}?)?)[\s)]*[\-−]?"
)
_LOOKS = re.compile(
    rf"[(\s]*[+\-−–－﹣‒]?[(\s]*(?:{either(CURRENCIES)})?[\s(]*[+\-−–－﹣‒]?\s*{_DIGITS}\s*"
    rf"(?:{either((*CURRENCIES, *_ATTACHED, *SCALES))})?[\s)]*[\-−]?"
)


_PARTS = re.compile(r"[^\W\d_]+")
_OF_TIME = vocabulary("am pm a p uhr utc gmt z 年 月 日 时 時 년 월 일 시")


@dataclass(frozen=True)
class Affixes:
    """What stands before and behind the numbers of a column, the powers of ten among it, and its unit."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
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
    known = (part in _KNOWN or part in _WRITTEN or part in SCALES or units_of(part) for part in parts)
    return cell in _KNOWN or (bool(parts) and all(known))


def find_affixes(cells: list[str]) -> Affixes:
    """Return what stands at the numbers: known signs and units, or one word behind nearly all of them.

    Where units differ, the most frequent one counts, and cells in another unit are no numbers of this column.
    """
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
    found = [word for word in after if word in SCALES]
    safe = [word for word in found if word in _SAFE_SCALES]
    if len(found) > 1 and safe:
        return tuple(found)
    if len(found) == 1 and (safe or sum(after.values()) < cells) and after[found[0]] == sum(after.values()):
        return tuple(found) if found[0] in _SAFE_SCALES or found[0] in "kK" else ()
    return ()
