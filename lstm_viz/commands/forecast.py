"""`python -m lstm_viz forecast`: train on a file in this process, and forecast what comes next."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lstm_viz.commands.options import COLUMN_OPTIONS, READING_OPTIONS, chosen_columns, chosen_reading, option, options
from lstm_viz.commands.settings import checked_requests, choose_config, setting_options
from lstm_viz.commands.terminal import REFUSED, complain, one_line, read_file, refuse_places, write
from lstm_viz.errors import LSTMVizError, RunError, SettingsError
from lstm_viz.forecasting.config import MAX_SERIES, ForecastConfig
from lstm_viz.training.config import EpochRecord

if TYPE_CHECKING:
    from lstm_viz.forecasting.forecast import Forecast
    from lstm_viz.forecasting.series_group import SeriesGroup
    from lstm_viz.runs.jobs import TrainingResult
    from lstm_viz.tables import Panel, Series, Table

    Reported = tuple[Series, Forecast | None, dict[str, Any]]  # the report says why there is no forecast

STAGES = {
    "calibrate": "Calibrating",
    "refit": "Learning from all rows",
    "back-test": "Back-test",
    "learning curve": "Learning curve",
    "series": "Other series",
}


class _ProgressBar:
    """Report training as a bar on stderr; where that is no terminal, as a line per stage."""

    def __init__(self, epochs: int, of: str = "") -> None:
        self.head = f"{of}: " if of else ""
        self.bar = click.progressbar(
            length=epochs, label=f"{self.head}Training", file=sys.stderr, show_pos=True, show_eta=False, width=30
        )

    def begin(self, epoch: int, target_epochs: int) -> None:
        self.bar.length = target_epochs
        self.bar.render_progress()

    def epochs(self, records: list[EpochRecord]) -> None:
        if not records:
            return
        if sys.stderr.isatty():
            self.bar.label = f"{self.head}Training, loss {records[-1].deciding_loss:.4g}"
        self.bar.update(max(0, max(record.epoch for record in records) - self.bar.pos))

    def stage(self, name: str, number: int, count: int) -> None:
        which = f" {number} of {count}" if count > 1 else ""
        self.bar.label = f"{self.head}{STAGES.get(name, name)}{which}"
        self.bar.render_progress()

    def checkpoint(self, data: bytes) -> None:
        """Keep nothing: a run on the command line is started again instead."""

    def should_stop(self) -> bool:
        return False  # Ctrl-C ends the process


@contextmanager
def progress(epochs: int, of: str = "") -> Iterator[_ProgressBar]:
    """Show a bar on stderr from the first epoch until training ends."""
    reporter = _ProgressBar(epochs, of)
    try:
        yield reporter
    finally:
        if reporter.bar.pos:
            reporter.bar.render_finish()


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@options(*READING_OPTIONS, *COLUMN_OPTIONS)
@option("--series", "NAME", f"Only this series; repeat it for more. Default: the first {MAX_SERIES}.", multiple=True)
@options(*setting_options())
@click.option("--output", type=click.Path(path_type=Path), help="Write the forecast to this CSV file.")
@click.option("--plot", type=click.Path(path_type=Path), help="Write the chart to this file: .html, .png or .svg.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
def forecast(
    file: Path, series: tuple[str, ...], output: Path | None, plot: Path | None, as_json: bool, **requested: Any
) -> None:
    """Train on FILE and forecast what comes next, with prediction intervals and back-tests.

    In a file with several series each is forecast by itself; with `--scope global` one model learns all of them. Exit
    code 0: all were forecast; 2: one or more were refused.
    """
    refuse_places(output, plot)
    reading, columns = chosen_reading(requested), chosen_columns(requested)
    checked_requests(requested)
    table = read_file(file, reading)
    from lstm_viz.tables import make_panel

    panel = make_panel(table, columns)
    chosen = [panel.get(name) for name in dict.fromkeys(series)] or list(panel.series[:MAX_SERIES])
    if requested["scope"] == "one":
        chosen = chosen[:1]
    if plot and len(chosen) > 1:
        raise SettingsError(f"`--plot` draws one series, and {len(chosen)} are forecast. Pick one with --series NAME.")
    if len(chosen) == 1:
        only, _, report = _train_on(table, chosen[0], {**requested, "scope": "one"})
        _write_results(output, plot, [(chosen[0], only)])
        click.echo(json.dumps(report, ensure_ascii=False) if as_json else _in_words(report))
        return
    left_out = _sentence_of_limit(panel, series)
    if left_out:
        complain(left_out)  # before the work starts
    several = _forecast_together if requested["scope"] == "global" else _forecast_each
    results, reports = [], []
    for one, forecast, report in several(table, chosen, {**requested, "scope": requested["scope"] or "one"}):
        reports.append(report)
        if forecast is None:
            complain(f"{one.unique_id}: {report['refusal']}")
            continue
        results.append((one, forecast))
        if not as_json:
            click.echo(f"{_in_words(report)}\n")
    _write_results(output, plot, results)
    if as_json:
        notes = [*table.notes, *panel.notes, *panel.skipped, *filter(None, [left_out])]
        about = {**_origin_of(table, panel.series[0]), "layout": panel.layout, "series": reports, "notes": notes}
        click.echo(json.dumps(about, ensure_ascii=False))
    if len(results) < len(chosen):
        raise click.exceptions.Exit(REFUSED)


def _sentence_of_limit(panel: "Panel", names: tuple[str, ...]) -> str:
    """Say that not all series of the file are forecast; nothing where all are, or where some were chosen."""
    if names or len(panel) <= MAX_SERIES:
        return ""
    first = f"The file holds {len(panel):,} series: the first {MAX_SERIES} are forecast."
    return f"{first} Name others with --series NAME, which can be given again."


def _refused(series: "Series", why: str) -> "Reported":
    return series, None, {"unique_id": series.unique_id, "target": series.name, "refusal": why}


def _forecast_each(table: "Table", chosen: "list[Series]", requested: dict[str, Any]) -> "Iterator[Reported]":
    """Forecast one series after the other, each by networks of its own; one that is refused does not stop the others."""
    for number, series in enumerate(chosen, start=1):
        try:
            forecast, _, report = _train_on(table, series, requested, f"{series.unique_id} ({number} of {len(chosen)})")
            outcome: Reported = series, forecast, report
        except LSTMVizError as error:
            outcome = _refused(series, str(error))
        yield outcome


def _forecast_together(table: "Table", chosen: "list[Series]", requested: dict[str, Any]) -> "Iterator[Reported]":
    """Forecast all series by one model that learns all of them; its settings are those that suit the longest."""
    from lstm_viz.forecasting.series_group import SeriesGroup

    longest = max(chosen, key=len)
    group = SeriesGroup.of(tuple(chosen), longest)
    first, result, report = _train_on(table, longest, requested, f"{len(group.names)} series", group)
    for series in chosen:
        forecast = first if series is longest else result.others.forecasts.get(series.unique_id)
        if forecast is None:
            yield _refused(series, result.others.refused[series.unique_id])
            continue
        about = _summarise(table, series, ForecastConfig.from_dict(report["settings"]), result, forecast)
        yield series, forecast, {**about, "seconds": report["seconds"]}


def _train_on(
    table: "Table", series: "Series", requested: dict[str, Any], of: str = "", group: "SeriesGroup | None" = None
) -> "tuple[Forecast, TrainingResult, dict[str, Any]]":
    config = choose_config(series, requested)
    for sentence in _unknown_future(series, config):
        complain(f"{one_line(series.unique_id or series.name)}: {sentence}")
    from lstm_viz.runs.jobs import TrainingJob, train  # torch takes seconds to import; a refusal must not wait for it

    started = time.perf_counter()
    with progress(config.training.epochs, one_line(of)) as bar:
        result = train(TrainingJob(series, config, group=group), bar)
    if result.forecast is None:
        raise RunError("Training diverged in its first epoch, so there is no forecast. Use another --seed or file.")
    report = _summarise(table, series, config, result, result.forecast)
    return result.forecast, result, {**report, "seconds": round(time.perf_counter() - started, 3)}


def _summarise(
    table: "Table", series: "Series", config: ForecastConfig, result: "TrainingResult", forecast: "Forecast"
) -> dict[str, Any]:
    """Gather what `--json` prints of one series: its settings, how training went, and the whole forecast."""
    report = forecast.to_dict()
    seconds = {record.member: record.seconds for record in result.history}
    from lstm_viz.figures.wording import effects_in_words
    from lstm_viz.forecasting.recipe import read_facts

    return {
        **_origin_of(table, series),
        "unique_id": series.unique_id,
        "steps": len(series),
        "horizon": config.horizon,
        "window": config.window,
        "holdout": config.holdout,
        "model": config.cell,
        "members": config.members,
        "origins": forecast.origins,
        "seed": config.training.seed,
        "settings": config.to_dict(),
        "epochs": max(record.epoch for record in result.history),
        "end": result.reason,
        "train_seconds": round(sum(seconds.values()), 3),
        "forecast": report.pop("future"),
        **report,
        "effects": list(effects_in_words(series, read_facts(result.recipe, series.unique_id))) if result.recipe else [],
        "notes": [*table.notes, *series.notes, *_unknown_future(series, config)],
    }


def _unknown_future(series: "Series", config: ForecastConfig) -> list[str]:
    from lstm_viz.tables import inspect_series

    return [found.sentence for found in inspect_series(series, config.horizon) if found.kind == "future"]


def _origin_of(table: "Table", series: "Series") -> dict[str, Any]:
    return {
        "rows": table.rows,
        "time": series.time,
        "target": series.name,
        "frequency": series.frequency.alias,
        "season_length": series.frequency.season_length,
    }


def _in_words(report: dict[str, Any]) -> str:
    cells = "1 network" if report["members"] == 1 else f"{report['members']} networks"
    name, coverage = one_line(report["unique_id"] or report["target"]), report["coverage"] or {}
    held = [f"{share:.0%} lay in the {level}% interval" for level, share in coverage.items()]
    tried = f"Of what happened at {report['origins']} origins, {' and '.join(held)}." if held else ""
    head = (
        f"{name}: {report['steps']:,} steps ({report['frequency']}), {cells} ({report['model'].upper()}) with "
        f"{report['parameters']:,} parameters, {report['epochs']} epochs, {report['seconds']:.1f} s"
    )
    lines = [head, report["verdict"], *filter(None, [tried]), *map(one_line, report["effects"]), ""]
    return "\n".join([*lines, *map(_line_of, report["forecast"])])


def _line_of(step: dict[str, Any]) -> str:
    line = f"{step['ds']}  {_number(step['yhat'])}"
    return f"{line}  ({_number(step['lo-80'])} to {_number(step['hi-80'])})" if "lo-80" in step else line


def _number(value: float | None) -> str:
    return "no number" if value is None else format(value, ".6g")


def _write_results(output: Path | None, plot: Path | None, results: "list[tuple[Series, Forecast]]") -> None:
    if output and results:
        from lstm_viz.runs.archive import forecast_csv, forecasts_csv

        named = ((series.unique_id, reports) for series, reports in results)
        write(output, forecasts_csv(named) if len(results) > 1 else forecast_csv(results[0][1]))
    if plot and results:
        from lstm_viz.figures.forecast_image import ImageFormat, forecast_image
        from lstm_viz.runs.archive import chart_html

        kind = plot.suffix.lower()
        image_format: ImageFormat = "png" if kind == ".png" else "svg"
        write(plot, chart_html(*results[0]) if kind == ".html" else forecast_image(*results[0], image_format))
