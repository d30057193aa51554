"""The one palette of every view, chosen to stay apart for colour-blind eyes, on paper white and on a dark projector."""

import html
from dataclasses import asdict, dataclass
from typing import Literal

Mode = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean.

    Hues are those of Okabe & Ito (2008), lightened or darkened until each has a contrast of at least 3 : 1 against its
    background; meaning is never carried by colour alone (dashes and labels say it too).
    """

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


LIGHT = Palette(
    ink="#1f2430",
    muted="#667085",
    grid="#e4e7ec",
    paper="#ffffff",
    model="#c2410c",
    truth="#1f2430",
    naive="#8a6fb0",
    seasonal="#0f766e",
    training="#0369a1",
    validation="#c2410c",
    band="#f3f4f6",
    empty="#eef0f4",
    negative="#1d5fb4",
    positive="#c2410c",
    forget_gate="#8e2f8b",
    input_gate="#0f766e",
    output_gate="#8a6100",
    update_gate="#8e2f8b",
    reset_gate="#8a6100",
    lstm="#c2410c",
    gru="#0f766e",
    rnn="#0369a1",
)
DARK = Palette(
    ink="#e6e9ef",
    muted="#98a2b3",
    grid="#2a3140",
    paper="#0f131a",
    model="#fb923c",
    truth="#e6e9ef",
    naive="#b79ce0",
    seasonal="#14b8a6",
    training="#56b4e9",
    validation="#fb923c",
    band="#1a2029",
    empty="#1d2430",
    negative="#6aa9ff",
    positive="#fb923c",
    forget_gate="#dd8fdc",
    input_gate="#2dd4bf",
    output_gate="#e3b341",
    update_gate="#dd8fdc",
    reset_gate="#e3b341",
    lstm="#fb923c",
    gru="#2dd4bf",
    rnn="#56b4e9",
)
PALETTES: dict[str, dict[str, str]] = {"light": asdict(LIGHT), "dark": asdict(DARK)}  # as the browser takes them


def palette(mode: Mode = "light") -> Palette:
    """Give the palette for a background."""
    return DARK if mode == "dark" else LIGHT


def literal(text: str) -> str:
    """Make text from a file safe for plotly, which reads a few HTML tags in labels."""
    return html.escape(text, quote=False)
