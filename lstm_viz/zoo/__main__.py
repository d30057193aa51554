"""Retrain the models that ship with the app: `python -m lstm_viz.zoo`."""

import click
import torch

from lstm_viz.zoo import models as home_film
from lstm_viz.zoo.catalogue import ENTRIES, FOLDER
from lstm_viz.zoo.training import make, write

FILM = "film"


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*ENTRIES, FILM]), metavar="[NAME]…")
def main(names: tuple[str, ...]) -> None:
    """Train what ships and write it under `assets/models/`: everything, or only what is named.

    NAME is `film` for the film on the Home page, or a task and a cell such as `counting_lstm`.
    """
    torch.set_num_threads(1)
    for name in names or (*ENTRIES, FILM):
        click.echo(_make_film() if name == FILM else _make_model(name))


def _make_model(name: str) -> str:
    entry = ENTRIES[name]
    card, path = make(entry)
    write(entry, card, path)
    return f"{name}: {card.parameters} parameters, {card.seconds:g} s. {card.scores.overall:g}: {card.scores.measure}"


def _make_film() -> str:
    take = home_film.shoot()
    home_film.write(take, FOLDER)
    return f"{FILM}: {len(take.film['frames'])} frames. {take.film['verdict']}"


if __name__ == "__main__":
    main()
