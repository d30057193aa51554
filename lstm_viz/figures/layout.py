"""What all plotly charts have in common."""

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.theme import Palette, literal
from lstm_viz.figures.wording import hover_format
from lstm_viz.tables import Series

FONT = "Source Sans, system-ui, -apple-system, 'Segoe UI', sans-serif"
MAX_POINTS = 4000
HOVER = "%{y:,.4~g}"


def base_figure(palette: Palette, height: int) -> go.Figure:
    """Make an empty chart with quiet axes, one hover box per position, and a legend above."""
    axis = {"gridcolor": palette.grid, "linecolor": palette.grid, "zeroline": False, "automargin": True}
    axis |= {"tickfont": {"size": 13, "color": palette.muted}, "title": {"font": {"size": 14, "color": palette.muted}}}
    layout = {
        "template": "none",
        "height": height,
        "uirevision": "keep",
        "hovermode": "x unified",
        **dict.fromkeys(("paper_bgcolor", "plot_bgcolor"), "rgba(0,0,0,0)"),
        "margin": {"l": 56, "r": 16, "t": 40, "b": 40},
        "font": {"family": FONT, "size": 14, "color": palette.ink},
        "hoverlabel": {"bgcolor": palette.paper, "bordercolor": palette.grid, "font": {"color": palette.ink}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 14}},
        "xaxis": {**axis, "showgrid": False},
        "yaxis": axis,
    }
    return go.Figure(layout=layout)


def thin(x: np.ndarray, y: np.ndarray, limit: int = MAX_POINTS) -> tuple[np.ndarray, np.ndarray]:
    """Leave out points that no screen can separate, but keep every bucket's lowest and highest; NaN in `y` are gaps."""
    if len(y) <= limit:
        return x, y
    keep: list[int] = [0, len(y) - 1]
    for bucket in np.array_split(np.arange(len(y)), limit // 2):
        values = y[bucket]
        if np.isfinite(values).any():
            keep += [int(bucket[np.nanargmin(values)]), int(bucket[np.nanargmax(values)])]
        else:
            keep.append(int(bucket[0]))
    order = np.unique(keep)
    return x[order], y[order]


def add_line(figure: go.Figure, x: np.ndarray, y: np.ndarray, name: str, colour: str, dash: str, width: float) -> None:
    """Add one line; a single point gets a marker, since a line of one point cannot be seen."""
    line, marker = {"color": colour, "width": width, "dash": dash}, {"color": colour, "size": 9}
    mode = "lines" if len(x) > 1 else "markers"
    figure.add_scatter(x=x, y=y, name=name, mode=mode, line=line, marker=marker, hovertemplate=HOVER)


def see_through(colour: str, opacity: float) -> str:
    """Give a colour that lets through what is behind it."""
    rgb = ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return f"rgba({rgb},{opacity})"


def shade(figure: go.Figure, start: object, end: object, label: str, palette: Palette, inside: bool = True) -> None:
    """Shade a stretch of the x axis and name it at its top, inside where a legend may stand above."""
    figure.add_vrect(x0=start, x1=end, fillcolor=palette.muted, opacity=0.13, line_width=0, layer="below")
    text = {"text": label, "showarrow": False, "font": {"size": 13, "color": palette.muted}}
    place = {"y": 1, "yref": "paper", "xanchor": "right", "yanchor": "top" if inside else "bottom"}
    figure.add_annotation(x=end, **place, **text)


def place_legend_on_top(figure: go.Figure) -> None:
    """Hold the legend to the upper edge of the picture: where it takes several lines, the plot gives way."""
    place = {"xref": "container", "x": 0, "yref": "container", "y": 1, "yanchor": "top"}
    figure.update_layout(legend={**place, "font": {"size": 13}, "traceorder": "normal"}, margin_t=44)


def place_title_inside(figure: go.Figure, title: str) -> None:
    """Write a small title into the upper left corner."""
    place = {"x": 0.02, "xanchor": "left", "y": 0.97, "yanchor": "top"}
    figure.update_layout(title={"text": literal(title), "font": {"size": 15}, **place})


def name_axes(figure: go.Figure, series: Series) -> None:
    """Name both axes after a series, and write its moments as finely as its steps."""
    figure.update_xaxes(title_text=literal(series.time or "row"), hoverformat=hover_format(series.frequency))
    figure.update_yaxes(title_text=literal(series.name))


def show_from(figure: go.Figure, series: Series, start: int, end: object) -> None:
    """Name both axes, and show first what is drawn from a row of a series to a moment; all of it where that is all."""
    figure.update_xaxes(title=literal(series.time or "row"))
    figure.update_yaxes(title=literal(series.name))
    if start > 0:
        first = series.ds[start]
        seen = [np.asarray(trace.y, dtype=float)[np.asarray(trace.x) >= first] for trace in figure.data]
        figure.update_xaxes(range=[first, end])
        figure.update_yaxes(range=with_room(np.concatenate(seen), 0.06, 1.0))


def with_room(values: np.ndarray, share: float, flat: float = 0.0) -> list[float] | None:
    """Give the ends of an axis that shows some values with a share of their span as room, `flat` if all are the same."""
    known = values[np.isfinite(values)]
    room = (share * float(np.ptp(known)) or flat) if len(known) else 0.0
    return [float(known.min()) - room, float(known.max()) + room] if room else None
