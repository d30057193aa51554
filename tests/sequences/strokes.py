"""Digits as a hand writes them: points of pen strokes, made by hand for the tests, and a pen that draws them."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

SIDE = 56
FINE = 4  # points of the pen's grid per point of the pad, so that edges are smooth
CIRCLE = np.linspace(-0.5 * np.pi, 1.55 * np.pi, 24)

Stroke = list[tuple[float, float]]


def ring(x: float, y: float, across: float, down: float, start: float = 0.0) -> Stroke:
    """Give a closed curve round a middle, from the top and to the left, as most people write it."""
    return [(x - across * np.cos(angle + start), y + down * np.sin(angle + start)) for angle in CIRCLE]


# Strokes run through their points (x to the right, y down, in hundredths) in a smooth curve; a point that stands twice is a
# corner. A ring has its middle, what it reaches across and down, and where it starts.
WRITTEN = {
    0: (
        "ring 50 50 32 45",
        "ring 50 50 22 45",
        "ring 50 50 42 44 50",
        "62,8 40,10 20,35 18,65 38,93 65,90 80,60 75,25 50,6",
    ),
    1: (
        "50,5 50,95",
        "58,5 44,95",
        "30,28 55,5 55,5 55,95",
        "30,25 52,5 52,5 52,94 | 28,94 76,94",
    ),
    2: (
        "20,28 35,8 62,8 76,27 65,50 20,93 20,93 82,93",
        "20,20 50,5 75,22 60,55 25,90 18,80 35,77 60,93 85,88",
        "22,10 60,8 74,25 55,55 18,92 18,92 80,90",
        "15,35 22,12 50,4 78,20 72,45 45,70 15,95 15,95 50,90 85,95",
    ),
    3: (
        "22,15 50,5 75,22 62,44 42,48 42,48 68,54 80,75 55,95 20,86",
        "20,7 76,7 76,7 45,42 45,42 74,52 78,78 50,95 20,85",
        "25,10 60,6 70,28 40,47 40,47 72,60 68,90 22,92",
        "15,20 45,3 80,20 68,42 50,48 50,48 82,60 78,85 45,97 12,80",
    ),
    4: (
        "30,5 15,60 15,60 85,60 | 65,30 65,96",
        "85,66 12,66 12,66 62,5 62,5 62,96",
        "25,6 22,45 45,55 75,48 | 78,5 70,95",
        "42,4 12,55 12,55 88,52 | 62,35 52,97",
    ),
    5: (
        "75,6 30,6 30,6 24,45 24,45 55,38 79,60 68,88 42,95 18,86",
        "30,8 26,44 26,44 60,42 76,66 60,92 20,90 | 30,8 80,7",
        "78,8 35,10 25,35 50,48 74,65 62,90 20,92",
        "82,5 22,5 22,5 20,48 20,48 60,45 82,70 60,95 15,93",
    ),
    6: (
        "66,5 38,25 23,62 35,92 65,92 76,70 60,53 36,58 25,72",
        "45,4 25,50 28,85 55,96 76,76 62,55 36,58 26,76",
        "75,12 50,6 25,35 22,75 45,95 75,82 72,58 45,50 24,68",
        "30,4 22,40 24,80 48,96 74,84 70,62 44,58 24,78",
    ),
    7: (
        "15,8 82,8 82,8 42,95",
        "15,8 82,8 82,8 45,95 | 35,50 80,48",
        "18,18 20,6 20,6 80,7 80,7 55,45 45,95",
        "15,12 45,6 80,6 80,6 50,50 35,95 | 25,50 72,50",
    ),
    8: (
        "70,18 50,5 28,20 40,42 66,60 74,82 50,96 25,82 34,60 62,42 72,22",
        "ring 50 26 20 20 | ring 50 72 26 24",
        "66,8 36,8 28,28 60,52 72,78 50,95 28,80 40,55 70,30 68,10",
        "78,12 45,4 26,22 50,45 76,70 55,95 24,85 35,55 68,35 76,14",
    ),
    9: (
        "74,20 50,6 26,22 34,46 60,46 74,20 74,20 70,96",
        "72,15 45,5 25,28 45,50 72,38 75,15 75,60 60,92 30,94",
        "ring 46 28 24 22 | 70,20 66,60 50,96",
        "78,10 40,6 22,30 48,48 76,25 78,10 78,10 62,96",
    ),
}


def curves(variant: str) -> list[NDArray[np.float64]]:
    """Give the points of each stroke of a variant."""
    return [curve(points_of(stroke)) for stroke in variant.split(" | ")]


def points_of(stroke: str) -> Stroke:
    """Read a stroke."""
    if stroke.startswith("ring"):
        return ring(*(int(number) / 100 for number in stroke.split()[1:]))
    return [(int(x) / 100, int(y) / 100) for x, y in (point.split(",") for point in stroke.split())]


def curve(points: Stroke) -> NDArray[np.float64]:
    """Run a Catmull–Rom curve through the points; at a point that stands twice it turns at once."""
    parts: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if parts[-1] and parts[-1][-1] == point:
            parts.append([])
        parts[-1].append(point)
    return np.concatenate([smooth(np.array(part)) for part in parts])


def smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give many points of the smooth curve through some."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, 24)[:, None]
    before, start, end, after = (padded[place : len(padded) - 3 + place] for place in range(4))
    return np.concatenate(
        [
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            for a, b, c, d in zip(before, start, end, after, strict=True)
        ]
    )


def move(strokes: list[NDArray[np.float64]], random: np.random.Generator, much: float) -> list[NDArray[np.float64]]:
    """Write the same digit once more: turned, slanted, stretched, of another size and elsewhere, with a shaking hand."""
    turn, slant = random.normal(0, 0.07 * much), random.normal(0.03, 0.13 * much)
    size = random.uniform(0.55, 0.85)
    across, down = size * np.exp(random.normal(0, 0.1 * much)), size * np.exp(random.normal(0, 0.06 * much))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ [
        [across, -slant * size],
        [0, down],
    ]
    where = 0.5 + random.uniform(-0.07, 0.07, 2)
    shake = [random.normal(0, 0.012 * much, (6, 2)) for _ in strokes]
    return [
        (stroke - 0.5 + np.array([np.interp(np.linspace(0, 5, len(stroke)), range(6), one) for one in shake_.T]).T)
        @ matrix.T
        + where
        for stroke, shake_ in zip(strokes, shake, strict=True)
    ]


def draw(strokes: list[NDArray[np.float64]], pen: float) -> NDArray[np.float64]:
    """Draw strokes with a round pen as the pad does: 0 … 1 where the ink covers a point of 56 × 56, in 16 levels."""
    fine = SIDE * FINE
    paper = np.ones((fine, fine), dtype=bool)
    for stroke in strokes:
        steps = [np.linspace(a, b, 24) for a, b in pairwise(stroke)]
        places = np.clip((np.concatenate([stroke[:1], *steps]) * fine).astype(int), 0, fine - 1)
        paper[places[:, 1], places[:, 0]] = False
    inked = distance_transform_edt(paper) <= pen * FINE / 2
    return np.round(15 * inked.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))) / 15


def drawings(many: int, pen: float, seed: int = 0, much: float = 1.0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Write every variant of every digit a number of times; gives the inks (N, 56, 56) and what they are."""
    random = np.random.default_rng(seed)
    inks, labels = [], []
    for digit, variants in WRITTEN.items():
        for variant in variants:
            for _ in range(many):
                inks.append(draw(move(curves(variant), random, much), pen))
                labels.append(digit)
    return np.array(inks), np.array(labels)
