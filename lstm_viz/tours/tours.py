"""Every tour by its key, and where in one an address is."""

import re

from lstm_viz.tours.forecast_tour import FORECAST_TOUR
from lstm_viz.tours.forget_tour import FORGET_TOUR
from lstm_viz.tours.gates_tour import GATES_TOUR
from lstm_viz.tours.tour import Tour

TOURS: dict[str, Tour] = {tour.key: tour for tour in (GATES_TOUR, FORGET_TOUR, FORECAST_TOUR)}
PLACE = re.compile(r"([a-z]{1,20})\.(\d{1,2})")


def read_place(text: str | None) -> tuple[Tour, int] | None:
    """Read `key.stop`, stops counted from 1.

    Returns:
        The tour and the stop counted from 0; None where the text names no place of any tour.

    Example:
        >>> read_place("gates.2")[1], read_place("gates.99"), read_place("<b>")
        (1, None, None)
    """
    found = PLACE.fullmatch(text or "")
    tour = TOURS.get(found[1]) if found else None
    if not found or not tour or not 1 <= int(found[2]) <= len(tour.stops):
        return None
    return tour, int(found[2]) - 1


def write_place(tour: Tour, stop: int) -> str:
    """Write where in a tour an address is; undoes `read_place`."""
    return f"{tour.key}.{stop + 1}"
