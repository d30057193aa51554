"""The one palette of every view, chosen to stay apart for colour-blind eyes, on paper white and on a dark projector."""

import html
from dataclasses import asdict, dataclass
from typing import Literal

_Mode = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean, which dashes and labels show too; hues of Okabe & Ito (2008), at a contrast of 3 : 1."""

    ink: str
    muted: str
    grid: str
    paper: str
    model: str
    truth: str
    naive: str
    seasonal: str
    training: str
    validation: str
    band: str
    empty: str
    negative: str
    positive: str
    forget_gate: str
    input_gate: str
    output_gate: str
    update_gate: str
    reset_gate: str
    lstm: str
    gru: str
    rnn: str


_COLOURS = """
ink          #1f2430  #e6e9ef
muted        #667085  #98a2b3
grid         #e4e7ec  #2a3140
paper        #ffffff  #0f131a
model        #c2410c  #fb923c
truth        #1f2430  #e6e9ef
naive        #8a6fb0  #b79ce0
seasonal     #0f766e  #14b8a6
training     #0369a1  #56b4e9
validation   #c2410c  #fb923c
band         #f3f4f6  #1a2029
empty        #eef0f4  #1d2430
negative     #1d5fb4  #6aa9ff
positive     #c2410c  #fb923c
forget_gate  #8e2f8b  #dd8fdc
input_gate   #0f766e  #2dd4bf
output_gate  #8a6100  #e3b341
update_gate  #8e2f8b  #dd8fdc
reset_gate   #8a6100  #e3b341
lstm         #c2410c  #fb923c
gru          #0f766e  #2dd4bf
rnn          #0369a1  #56b4e9
"""  # on paper white, and on a dark projector
_ROLES, *_MODES = zip(*(row.split() for row in _COLOURS.strip().split("\n")), strict=True)
LIGHT, DARK = (Palette(**dict(zip(_ROLES, colours, strict=True))) for colours in _MODES)
PALETTES: dict[str, dict[str, str]] = {"light": asdict(LIGHT), "dark": asdict(DARK)}  # as the browser takes them


def palette(mode: _Mode = "light") -> Palette:
    """Give the palette for a background."""
    return DARK if mode == "dark" else LIGHT


def literal(text: str) -> str:
    """Make text from a file safe for plotly, which reads a few HTML tags in labels."""
    return html.escape(text, quote=False)
