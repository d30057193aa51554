"""How often a figure is taken: with `QUICK=1` once and of one cell, to see that it can be taken at all."""

import os

from lstm_viz.recurrent.specification import CELLS

QUICK = os.environ.get("QUICK", "") not in ("", "0")


MEASURED_CELLS = CELLS[:1] if QUICK else CELLS


def rounds(usual: int) -> int:
    """Give so many rounds, or one."""
    return 1 if QUICK else usual
