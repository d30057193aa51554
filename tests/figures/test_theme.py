"""The palette can be read on paper and on a projector, by every pair of eyes."""

from itertools import combinations

import numpy as np
import pytest

from lstm_viz.figures.theme import DARK, LIGHT, Palette, palette

LINES = ("model", "truth", "naive", "seasonal", "training", "validation")
TOGETHER = (("model", "truth", "seasonal"), ("training", "validation"))

# Machado, Oliveira & Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE
# TVCG 15(6): the matrices of full severity, for linear RGB.
EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# sRGB (IEC 61966-2-1) to CIE XYZ, white point D65.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def linear(colour: str) -> np.ndarray:
    """Decode `#rrggbb` to linear light, each channel from 0 to 1."""
    channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    lighter, darker = sorted((float(TO_XYZ[1] @ linear(colour)) for colour in (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (1976) of linear light."""
    relative = TO_XYZ @ np.clip(light, 0, 1) / TO_XYZ.sum(axis=1)
    root = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: str, other: str, eye: np.ndarray) -> float:
    """How far two colours are apart for an eye: ΔE of 1976, where about 2 is just noticed."""
    return float(np.linalg.norm(lab(eye @ linear(one)) - lab(eye @ linear(other))))


def test_the_measures_agree_with_known_values():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    np.testing.assert_allclose(lab(linear("#ff0000")), [53.24, 80.09, 67.20], atol=0.05)
    red_green = distance("#c00000", "#3b7a00", EYES["deuteranopia"]), distance("#c00000", "#3b7a00", EYES["usual"])
    assert red_green[0] < red_green[1] / 3, "the simulation does confuse red and green"


@BOTH
@pytest.mark.parametrize("name", LINES)
def test_every_line_stands_out_from_the_paper(colours, name):
    assert contrast(getattr(colours, name), colours.paper) >= 3


@BOTH
def test_text_can_be_read(colours):
    assert contrast(colours.ink, colours.paper) >= 7
    assert contrast(colours.muted, colours.paper) >= 4.5
    assert contrast(colours.ink, colours.band) >= 7


@BOTH
@pytest.mark.parametrize("eye", EYES)
def test_lines_of_one_chart_stay_apart_for_every_eye(colours: Palette, eye):
    near = {
        (one, other): round(distance(getattr(colours, one), getattr(colours, other), EYES[eye]), 1)
        for chart in TOGETHER
        for one, other in combinations(chart, 2)
    }
    assert {pair: apart for pair, apart in near.items() if apart <= 15} == {}


def test_a_background_decides_the_palette():
    assert (palette(), palette("light"), palette("dark")) == (LIGHT, LIGHT, DARK)
