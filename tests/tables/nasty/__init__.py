"""Hand-made files, one for each quirk that people bring."""

from tests.tables.nasty.case import Nasty
from tests.tables.nasty.dialects import DIALECTS
from tests.tables.nasty.encodings import ENCODINGS
from tests.tables.nasty.layouts import DAMAGED, LAYOUTS
from tests.tables.nasty.numbers import WRITTEN

NASTY = (*ENCODINGS, *DIALECTS, *WRITTEN, *LAYOUTS, *DAMAGED)

__all__ = ["NASTY", "Nasty"]
