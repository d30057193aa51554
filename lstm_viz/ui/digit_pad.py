"""A pad to draw on, whose drawing becomes the picture that a model reads."""

import numpy as np

from lstm_viz.figures.theme import PALETTES
from lstm_viz.sequences.drawing import PAD, as_picture, from_text, read_ink, to_text, write_ink
from lstm_viz.ui.javascript import mount, sent
from lstm_viz.ui.session import Drawn, current_session

MOST_PADS = 8
MOST_TOLD = 16  # an address lags behind the pad by a stroke or two

_mount_pad = mount("digit_pad")


def digit_pad(grid: tuple[int, int], key: str, drawn: str | None) -> str | None:
    """Show a pad and give what is drawn on it, as `to_text` writes it; None while it is empty.

    Args:
        grid: rows and columns of the picture that the model reads.
        key: tells pads on one page apart.
        drawn: the drawing that the address names; one that did not come from this pad replaces what is on it.

    Raises:
        SettingsError: `drawn` is no drawing of this grid.
    """
    if drawn is not None:
        from_text(drawn, grid)
    kept = pad_of(current_session().pads, f"{key} {grid[0]}x{grid[1]}")
    heard = sent(key, "ink")
    follow(kept, grid, heard if isinstance(heard, str) else kept.heard, drawn)
    data = {"grid": list(grid), "ink": kept.ink, "version": kept.version, "palettes": PALETTES}
    _mount_pad(key=key, data=data, on_ink_change=lambda: None)
    return kept.text


def pad_of(pads: dict[str, Drawn], name: str) -> Drawn:
    """Give what a session remembers of a pad; those unused for longest are forgotten."""
    pads[name] = pads.pop(name, Drawn())
    for forgotten in list(pads)[:-MOST_PADS]:
        del pads[forgotten]
    return pads[name]


def follow(kept: Drawn, grid: tuple[int, int], heard: str, drawn: str | None) -> None:
    """Take up a stroke, or else a drawing that came by the address."""
    if heard != kept.heard:
        ink = heard.partition(":")[2]
        kept.heard, kept.ink, kept.text = heard, ink, text_of(ink, grid)
        kept.told = (*kept.told, kept.text)[-MOST_TOLD:]
    elif drawn != kept.asked and drawn != kept.text and (drawn is None or drawn not in kept.told):
        kept.ink, kept.text = _ink_of(drawn, grid), drawn
        kept.version += 1
    kept.asked = drawn


def text_of(ink: str, grid: tuple[int, int]) -> str | None:
    """Give what the pad told as a text for the address; None where there is no ink."""
    picture = as_picture(read_ink(ink), grid)
    return to_text(picture) if picture.any() else None


def _ink_of(text: str | None, grid: tuple[int, int]) -> str:
    """Give the drawing of an address as the pad takes it: its cells, large."""
    if text is None:
        return ""
    rows, columns = (np.arange(PAD) * cells // PAD for cells in grid)
    return write_ink(from_text(text, grid)[np.ix_(rows, columns)])
