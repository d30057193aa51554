"""The same engine without a browser: `python -m lstm_viz forecast FILE`, `… check FILE`, `… trace --model counting`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lstm_viz.commands.gradients import gradients
from lstm_viz.commands.race import race
from lstm_viz.errors import FileTooLarge, LSTMVizError, RunError, SettingsError, TableError
from lstm_viz.forecasting.config import ForecastConfig, check_config, suggest_config, with_values
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.glossary import meaning_of
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.sequences.tokens import SPLITS
from lstm_viz.stepping.request import DEFAULT_SOURCE, SOURCES, StepRequest
from lstm_viz.tables import MAX_BYTES, Series, Table, describe_table, make_series, read_table
from lstm_viz.training.history import EpochRecord

if TYPE_CHECKING:
    from lstm_viz.runs.job import TrainingResult


class ProgressBar:
    """Report training as a bar on stderr."""

    def __init__(self, epochs: int) -> None:
        self.bar = click.progressbar(length=epochs, label="Training", file=sys.stderr, show_pos=True, width=30)

    def begin(self, epoch: int, target_epochs: int) -> None:
        """Show the empty bar."""
        self.bar.render_progress()

    def epochs(self, records: list[EpochRecord]) -> None:
        """Move the bar."""
        if records:
            self.bar.label = f"Training, loss {records[-1].deciding_loss:.4g}"
            self.bar.update(records[-1].epoch - self.bar.pos)

    def checkpoint(self, data: bytes) -> None:
        """Keep nothing: a run on the command line is started again instead."""

    def should_stop(self) -> bool:
        """Go on: Ctrl-C ends the process."""
        return False


class OneSentence(click.Group):
    """A group of commands whose errors are one sentence on stderr and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except LSTMVizError as error:
            raise click.exceptions.Exit(complain(str(error))) from error

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run from the command line."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.exceptions.Abort:
            complain("Stopped.")
            sys.exit(130)
        except click.ClickException as error:
            sys.exit(complain(error.format_message()))
        sys.exit(code if isinstance(code, int) else 0)


def complain(sentence: str) -> int:
    """Write a sentence on stderr and give the exit code for bad input."""
    click.echo(" ".join(sentence.split()), err=True)
    return 2


@click.group(cls=OneSentence)
def main() -> None:
    """Forecast a series with a recurrent network, look at what a file holds, look into a cell, or let cells race."""


main.add_command(gradients)
main.add_command(race)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--time", help="Column of dates; found by itself when not given.")
@click.option("--target", help="Column of numbers; found by itself when not given.")
@click.option("--horizon", type=int, help=meaning_of("horizon"))
@click.option("--window", type=int, help=meaning_of("window"))
@click.option("--model", "cell", type=click.Choice(CELLS), default="lstm", show_default=True, help=meaning_of("model"))
@click.option("--epochs", type=int, help=meaning_of("epochs"))
@click.option("--seed", type=int, default=0, show_default=True, help=meaning_of("seed"))
@click.option("--holdout", type=int, help=meaning_of("holdout"))
@click.option("--output", type=click.Path(path_type=Path), help="Write the forecast there as CSV.")
@click.option("--plot", type=click.Path(path_type=Path), help="Write the chart there: .html, .png or .svg.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
def forecast(
    file: Path,
    time: str | None,
    target: str | None,
    output: Path | None,
    plot: Path | None,
    as_json: bool,
    **wishes: Any,
) -> None:
    """Train on FILE and forecast what comes next."""
    refuse_places(output, plot)
    table = read_file(file)
    series = make_series(table, time, target)
    config = choose_config(series, **wishes)
    from lstm_viz.runs.exports import forecast_csv
    from lstm_viz.runs.job import TrainingJob, train  # torch takes seconds to import; `check` must not wait for it

    with progress(config.training.epochs) as bar:
        result = train(TrainingJob(series, config), bar)
    told = result.forecast
    if told is None:
        raise RunError("Training diverged in its first epoch, so there is no forecast. Use another --seed or file.")
    if output:
        write(output, forecast_csv(told))
    if plot:
        write(plot, chart_bytes(plot, series, told))
    report = summarise(table, series, config, result, told)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else in_words(report))


@main.command()
@click.option("--model", "source", default=DEFAULT_SOURCE, show_default=True, help=f"One of {', '.join(SOURCES)}.")
@click.option("--text", default="", help="What it reads; an example when not given.")
@click.option("--cell", type=click.Choice(CELLS), default="lstm", show_default=True, help=meaning_of("model"))
@click.option(
    "--split", "splitting", type=click.Choice(SPLITS), default="auto", help="How an untrained cell's text is cut."
)
@click.option("--hidden-size", type=int, default=16, show_default=True, help="Units of an untrained cell.")
@click.option("--forget-bias", type=float, default=1.0, show_default=True, help=meaning_of("forget_bias"))
@click.option("--seed", type=int, default=0, show_default=True, help="Weights of an untrained cell.")
@click.option("--what-if", default="", help="Changes as in the app's addresses: lstm.forget_gate.4@3-=0~token@2=b")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
def trace(cell: Cell, as_json: bool, **wishes: Any) -> None:
    """Step a cell over a text and print every number that it computes."""
    request = StepRequest(cells=(cell,), **wishes)
    from lstm_viz.stepping.report import trace_in_words, trace_report

    report = trace_report(request)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else trace_in_words(report))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
def check(file: Path, as_json: bool) -> None:
    """Say what is in FILE: how it is written, its columns, its time, its frequency; or why it is refused."""
    description = describe_table(read_file(file))
    if as_json:
        click.echo(json.dumps(description, ensure_ascii=False))
    else:
        for name, value in description.items():
            click.echo(f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    if description.get("refusal"):
        raise click.exceptions.Exit(complain(description["refusal"]))


@contextmanager
def progress(epochs: int) -> Iterator[ProgressBar]:
    """Show a bar on stderr from the first epoch until training ends."""
    reporter = ProgressBar(epochs)
    try:
        yield reporter
    finally:
        if reporter.bar.pos:
            reporter.bar.render_finish()


def read_file(path: Path) -> Table:
    """Read a table from disk.

    Raises:
        TableError: there is no such file, or it is no table.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            size = path.stat().st_size / 1024**2
            raise FileTooLarge(
                f"`{path.name}` has {size:,.0f} MB; at most {MAX_BYTES // 1024**2} MB are read. Leave out columns or rows."
            )
        with path.open("rb") as file:
            return read_table(file.read(MAX_BYTES + 1), path.name)  # a pipe has no size, and perhaps no end
    except OSError as error:
        raise TableError(f"`{path}` cannot be read: {error.strerror or error}. Check the path.") from error


def choose_config(series: Series, **wishes: Any) -> ForecastConfig:
    """Combine what was asked for with what suits the series; None leaves the choice open.

    Raises:
        SettingsError: an option is out of range, or the series is too short for it.
    """
    rows = len(series.y)
    asked = {name: value for name, value in wishes.items() if value is not None}
    with_values(ForecastConfig(), asked)  # refuses what no series allows, before anything is derived from it
    config = with_values(suggest_config(rows, series.frequency.season_length, wishes["horizon"]), asked)
    check_config(config, rows)
    return config


def summarise(
    table: Table, series: Series, config: ForecastConfig, result: "TrainingResult", forecast: Forecast
) -> dict[str, Any]:
    """Gather what `--json` prints."""
    told = forecast.to_dict()
    return {
        "rows": table.rows,
        "time": series.time,
        "target": series.name,
        "frequency": series.frequency.alias,
        "season_length": series.frequency.season_length,
        "horizon": config.horizon,
        "window": config.window,
        "holdout": config.holdout,
        "model": config.cell,
        "seed": config.training.seed,
        "parameters": forecast.parameters,
        "epochs": len(result.history),
        "end": result.reason,
        "train_seconds": round(result.history[-1].seconds, 3),
        "scores": told["scores"],
        "verdict": told["verdict"],
        "heldout": told["heldout"],
        "forecast": told["future"],
        "notes": [*table.notes, *series.notes],
    }


def in_words(report: dict[str, Any]) -> str:
    """Write the report for a terminal."""
    lines = [
        f"{report['target']}: {report['rows']} rows, {report['frequency']}, {report['model'].upper()} with "
        f"{report['parameters']:,} parameters, {report['epochs']} epochs in {report['train_seconds']:.1f} s",
        report["verdict"],
        "",
        *(
            f"{step['ds']}  {'no number' if step['yhat'] is None else format(step['yhat'], '.6g')}"
            for step in report["forecast"]
        ),
    ]
    return "\n".join(lines)


def refuse_places(output: Path | None, plot: Path | None) -> None:
    """Refuse chart formats and places that cannot be written, before any work is done.

    Raises:
        SettingsError: the chart's ending is unknown, or a place is a folder or lies in none.
    """
    if plot is not None and plot.suffix.lower() not in (".html", ".png", ".svg"):
        raise SettingsError(f"`--plot` (={plot.name}) ends in nothing known. Use .html, .png or .svg.")
    for path in (output, plot):
        if path is not None and path.is_dir():
            raise SettingsError(f"`{path}` cannot be written: it is a folder. Name a file in it.")
        if path is not None and not path.parent.is_dir():
            raise SettingsError(f"`{path}` cannot be written: its folder does not exist. Choose another place.")


def write(path: Path, data: bytes) -> None:
    """Write a file.

    Raises:
        SettingsError: the place cannot be written to.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be written: {error.strerror or error}. Choose another place.") from error


def chart_bytes(path: Path, series: Series, forecast: Forecast) -> bytes:
    """Draw the chart in the format that the ending names."""
    from lstm_viz.figures.forecast_image import forecast_image
    from lstm_viz.runs.exports import chart_html

    if path.suffix.lower() == ".html":
        return chart_html(series, forecast)
    return forecast_image(series, forecast, "png" if path.suffix.lower() == ".png" else "svg")


if __name__ == "__main__":
    main()
