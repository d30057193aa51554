"""Retrain the models that ship with the app: `python -m lstm_viz.zoo`."""

import sys

import torch

from lstm_viz.zoo.film import FOLDER
from lstm_viz.zoo.home_film import shoot, write


def main() -> None:
    """Train what ships and write it under `assets/models/`; a few seconds on one core."""
    torch.set_num_threads(1)
    take = shoot()
    write(take, FOLDER)
    sys.stdout.write(f"{FOLDER}: {len(take.film['frames'])} frames. {take.film['verdict']}\n")


if __name__ == "__main__":
    main()
