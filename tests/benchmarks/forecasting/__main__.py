"""How good the forecasts are, against peers on public series: `make bench-forecast`.

Each series is forecast from four origins one horizon apart, the last forecast ending where the series ends. The horizon
is one season, or a tenth of the rows where there is none. A score is the MASE of utilsforecast with the rows known at that
origin, its mean over the origins divided by that of the seasonal naive, its geometric mean over series. Everything runs in
one thread, and seconds are those of the processor, so that other work on the machine counts little.

Tables go to stdout with JSON lines after them (`--json`: these alone), progress to stderr.
"""

import argparse

import pandas as pd
import torch

from lstm_viz.recurrent.specification import CELLS
from tests.benchmarks.forecasting import measured, neural, series, table
from tests.benchmarks.forecasting.ours import recipe
from tests.benchmarks.forecasting.peers import statistical_peers
from tests.benchmarks.forecasting.scoring import measure


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.forecasting", description="Accuracy against peers."
    )
    parser.add_argument("--set", choices=[*series.NAMES, "both"], default="both", dest="which", help="which series")
    parser.add_argument("--cells", nargs="+", choices=CELLS, default=["lstm"], help="cells of our recipe")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0], help="seeds of our recipe")
    parser.add_argument(
        "--neural",
        nargs="*",
        choices=neural.NAMES,
        metavar="PEER",
        help=f"measure neuralforecast's networks anew (hours; all, or some of: {', '.join(neural.NAMES)})",
    )
    parser.add_argument("--json", action="store_true", help="JSON lines only")
    return parser.parse_args()


def main() -> None:
    """Measure what was asked for and print it."""
    torch.set_num_threads(1)
    asked = options()
    sets = {which: series.load(which) for which in series.NAMES if asked.which in (which, "both")}
    if asked.neural is not None:
        measured.fit(asked.neural or list(neural.NAMES), [one for chosen in sets.values() for one in chosen])
    ours = [recipe(cell, seed) for cell in asked.cells for seed in asked.seeds]
    methods = [*ours, *statistical_peers()]
    results = {which: measure(chosen, methods) for which, chosen in sets.items()}
    for which, fresh in results.items():
        scores = pd.concat([fresh, measured.scores(sets[which])], ignore_index=True)
        if not asked.json:
            print("\n".join(table.text(which, scores, measured.labels())))
        results[which] = scores
    for which, scores in results.items():
        print("\n".join(table.json_lines(which, scores, [method.name for method in ours])))


if __name__ == "__main__":
    main()
