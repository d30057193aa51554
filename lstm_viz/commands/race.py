"""`python -m lstm_viz race`: RNN, GRU and LSTM on the same task, side by side, in this process."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from lstm_viz.commands.terminal import show
from lstm_viz.glossary import meaning_of
from lstm_viz.racing.config import RACE_TASKS, RACING_CELLS, TASKS, RaceConfig, usual_config
from lstm_viz.recurrent.specification import Cell

if TYPE_CHECKING:
    from lstm_viz.racing.race import Racer

DEFAULT = RaceConfig()
HEADINGS = (
    f"{'cell':<6}{'parameters':>11}{'solved at':>11}{'updates':>9}{'seconds':>9}{'test loss':>11}{'accuracy':>10}"
)


@click.command()
@click.option("--task", type=click.Choice(TASKS), default=DEFAULT.task, show_default=True, help="The task to learn.")
@click.option("--length", type=int, help="Steps per sequence; the default depends on the task.")
@click.option(
    "--hidden", "hidden_size", type=int, help="Hidden units of each network; the default depends on the task."
)
@click.option("--cells", default=",".join(RACING_CELLS), show_default=True, help="Cells to compare.")
@click.option(
    "--updates", type=int, default=DEFAULT.updates, show_default=True, help="Most updates that each network may take."
)
@click.option(
    "--forget-bias", type=float, default=DEFAULT.forget_bias, show_default=True, help=meaning_of("forget_bias")
)
@click.option("--seed", type=int, default=DEFAULT.seed, show_default=True, help=meaning_of("seed"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def race(cells: str, as_json: bool, **requested: Any) -> None:
    """Train cells side by side on a task with known answers, and report which of them solves it, and when."""
    chosen: Any = tuple(cell.strip() for cell in cells.split(",") if cell.strip())
    given = {name: value for name, value in requested.items() if value is not None}
    config = replace(usual_config(requested["task"]), cells=chosen, **given)
    from lstm_viz.racing.race import race_alone  # torch takes seconds to import

    rows = {racer.cell: _row_of(racer) for racer in race_alone(config)}
    report = {"config": config.to_dict(), "chance": config.chance, "racers": rows}
    show(report, as_json, _lines_of(config, rows))


def _row_of(racer: "Racer") -> dict[str, Any]:
    from lstm_viz.racing.config import ending_sentence, solved_at
    from lstm_viz.racing.race import parameters_of

    last = racer.history[-1] if racer.history else None
    return {
        "parameters": parameters_of(racer.config, racer.cell),
        "status": racer.status,
        "solved_at": solved_at(racer.config, racer.history),
        "updates": last.update if last else 0,
        "seconds": round(last.seconds, 3) if last else 0.0,
        "test_loss": last.test_loss if last else None,
        "accuracy": last.accuracy if last else None,
        "message": ending_sentence(racer.config, racer.history, racer.diverged),
    }


def _lines_of(config: RaceConfig, rows: dict[Cell, dict[str, Any]]) -> Iterator[str]:
    task = RACE_TASKS[config.task]
    yield f"{task.title}, {config.steps} steps. Solved: {task.finish}. Guessing gives {task.measure} {config.chance:.4f}."
    yield HEADINGS
    for cell, row in rows.items():
        solved = row["solved_at"] or ("diverged" if row["status"] == "diverged" else "–")
        loss, share = ("–", "–") if row["test_loss"] is None else (f"{row['test_loss']:.4f}", f"{row['accuracy']:.1%}")
        yield (
            f"{cell:<6}{row['parameters']:>11,}{solved:>11}{row['updates']:>9,}{row['seconds']:>9.1f}{loss:>11}{share:>10}"
        )
