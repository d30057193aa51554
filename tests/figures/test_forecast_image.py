"""The forecast as a picture: a real PNG, a real SVG, whatever the file called its columns."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from PIL import Image

from lstm_viz.figures.forecast_image import forecast_image
from lstm_viz.figures.theme import DARK, LIGHT
from tests.figures.conftest import one_step

pytestmark = pytest.mark.slow

NAMES = ["$x_{", "$\\alpha$ $\\frac{", "<script>alert(1)</script>", "a & b", "größe (°C)", "\\", "%s %(x)s", "x" * 120]


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def test_drawings_at_the_same_time_keep_their_text_as_text(airline, airline_forecast):
    with ThreadPoolExecutor(4) as pool:
        drawings = list(pool.map(lambda _: forecast_image(airline, airline_forecast, "svg"), range(24)))
    assert sum(b"<text" in drawing for drawing in drawings) == len(drawings)
    assert matplotlib.rcParams["svg.fonttype"] == "path", "the settings of the process are as they were"


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_png_is_a_picture_on_the_paper_of_its_palette(airline, airline_forecast, palette):
    with Image.open(io.BytesIO(forecast_image(airline, airline_forecast, "png", palette))) as picture:
        assert (picture.format, picture.size) == ("PNG", (2000, 1000))
        pixels = np.asarray(picture.convert("RGB"))
    assert tuple(pixels[0, 0]) == rgb(palette.paper)
    for colour in (palette.model, palette.truth):
        assert (np.abs(pixels.astype(int) - rgb(colour)).max(axis=-1) <= 2).sum() > 500, "the line is drawn"


def test_svg_is_a_drawing_and_the_same_each_time(airline, airline_forecast):
    drawing = forecast_image(airline, airline_forecast, "svg")
    root = ElementTree.fromstring(drawing)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert b"<dc:date>" not in drawing


@pytest.mark.parametrize("name", NAMES)
def test_names_from_the_file_are_neither_mathematics_nor_markup(airline, airline_forecast, name):
    series = replace(airline, name=name, time=name)
    drawing = forecast_image(series, airline_forecast, "svg")
    tags = {element.tag.split("}")[-1] for element in ElementTree.fromstring(drawing).iter()}
    assert "script" not in tags
    assert forecast_image(series, airline_forecast, "png").startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("name", ["売上高", "المبيعات", "📈"])
def test_names_in_any_script_still_give_a_picture(airline, airline_forecast, name):
    assert forecast_image(replace(airline, name=name), airline_forecast, "png").startswith(b"\x89PNG")


def test_gaps_rows_and_a_single_step_can_be_drawn(sine):
    y = sine.y.copy()
    y[20:40] = np.nan
    assert forecast_image(replace(sine, y=y), one_step(sine), "png").startswith(b"\x89PNG")
