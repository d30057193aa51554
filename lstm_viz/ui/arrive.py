"""Bring what a click has opened before the eyes: on a phone it lies a screen below, and the keyboard has lost its place."""

from lstm_viz.ui.javascript import mount

_mount = mount("arrive", on_stage=False)


def arrive(at: str, moved: bool) -> None:
    """Scroll here, if this is out of sight, and take the keyboard's focus, if nothing has it.

    Args:
        at: names what was opened; the same name does nothing twice.
        moved: whether a click of this visit opened it; a page that is only loaded stays where it is.
    """
    _mount(key="arrive", data={"at": at, "moved": moved})
