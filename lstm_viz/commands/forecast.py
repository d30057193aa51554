"""`python -m lstm_viz forecast`: train on a file and say what comes next, of one series or of several."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lstm_viz.commands.files import read_file, refuse_places, write
from lstm_viz.commands.one_sentence import REFUSED, complain, one_line
from lstm_viz.commands.options import COLUMN_OPTIONS, READING_OPTIONS, chosen_columns, chosen_reading, options
from lstm_viz.commands.progress import progress
from lstm_viz.commands.settings import asked_for, choose_config, setting_options
from lstm_viz.errors import LSTMVizError, RunError, SettingsError
from lstm_viz.forecasting.config import MAX_COMPANY, ForecastConfig

if TYPE_CHECKING:
    from lstm_viz.forecasting.company import Company
    from lstm_viz.forecasting.forecast import Forecast
    from lstm_viz.runs.job import TrainingResult
    from lstm_viz.tables import Panel, Series, Table


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@options(*READING_OPTIONS, *COLUMN_OPTIONS)
@click.option(
    "--series",
    "names",
    metavar="NAME",
    multiple=True,
    help=f"Only this one; again for more. Else the first {MAX_COMPANY}.",
)
@options(*setting_options())
@click.option("--output", type=click.Path(path_type=Path), help="Write the forecast there as CSV.")
@click.option("--plot", type=click.Path(path_type=Path), help="Write the chart there: .html, .png or .svg.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
def forecast(
    file: Path,
    names: tuple[str, ...],
    output: Path | None,
    plot: Path | None,
    as_json: bool,
    **wishes: Any,
) -> None:
    """Train on FILE and forecast what comes next, with intervals and back-tests.

    Of a file with several series each is forecast by itself; with `--scope global` one model learns all of them. Exit
    code 0: all were forecast; 2: one or more were refused.
    """
    refuse_places(output, plot)
    reading, columns = chosen_reading(wishes), chosen_columns(wishes)
    asked_for(wishes)
    table = read_file(file, reading)
    from lstm_viz.tables import make_panel

    panel = make_panel(table, columns)
    chosen = _chosen_series(panel, names)
    if wishes["scope"] == "one":
        chosen = chosen[:1]
    if plot and len(chosen) > 1:
        raise SettingsError(f"`--plot` draws one series, and {len(chosen)} are forecast. Pick one with --series NAME.")
    if len(chosen) == 1:
        wishes["scope"] = "one"
        told, report = forecast_one(table, chosen[0], wishes)
        _write_results(output, plot, [(chosen[0], told)])
        click.echo(json.dumps(report, ensure_ascii=False) if as_json else in_words(report))
        return
    left_out = _sentence_of_limit(panel, names)
    if left_out:
        complain(left_out)  # before the work starts
    several = _forecast_together if wishes["scope"] == "global" else _forecast_all
    results, reports = several(table, chosen, {**wishes, "scope": wishes["scope"] or "one"}, as_json)
    _write_results(output, plot, results)
    if as_json:
        notes = [*table.notes, *panel.notes, *panel.skipped, *filter(None, [left_out])]
        click.echo(json.dumps(_summarise_all(table, panel, reports, notes), ensure_ascii=False))
    if len(results) < len(chosen):
        raise click.exceptions.Exit(REFUSED)


def _chosen_series(panel: "Panel", names: tuple[str, ...]) -> "list[Series]":
    """Give the series of these names, or the first `MAX_COMPANY` of the file."""
    if names:
        return [panel.get(name) for name in dict.fromkeys(names)]
    return list(panel.series[:MAX_COMPANY])


def _sentence_of_limit(panel: "Panel", names: tuple[str, ...]) -> str:
    """Say that not all series of the file are forecast; nothing where all are, or where a person chose."""
    if names or len(panel) <= MAX_COMPANY:
        return ""
    return (
        f"The file holds {len(panel):,} series: the first {MAX_COMPANY} are forecast. Name others with --series NAME, "
        "which can be given again."
    )


def _forecast_all(
    table: "Table", chosen: "list[Series]", wishes: dict[str, Any], as_json: bool
) -> "tuple[list[tuple[Series, Forecast]], list[dict[str, Any]]]":
    """Forecast one series after the other, each by networks of its own; one that is refused does not stop the others."""
    results, reports = [], []
    for number, series in enumerate(chosen, start=1):
        try:
            told, report = forecast_one(table, series, wishes, f"{series.unique_id} ({number} of {len(chosen)})")
            results.append((series, told))
        except LSTMVizError as error:
            report = {"unique_id": series.unique_id, "target": series.name, "refusal": str(error)}
            complain(f"{series.unique_id}: {error}")
        reports.append(report)
        if not as_json and "refusal" not in report:
            click.echo(f"{in_words(report)}\n")
    return results, reports


def _forecast_together(
    table: "Table", chosen: "list[Series]", wishes: dict[str, Any], as_json: bool
) -> "tuple[list[tuple[Series, Forecast]], list[dict[str, Any]]]":
    """Forecast all series by one model that learns all of them; its settings are those that suit the longest."""
    from lstm_viz.forecasting.company import Company

    longest = max(chosen, key=len)
    company = Company.of(tuple(chosen), longest)
    first, result, report = _train_on(table, longest, wishes, f"{len(company.names)} series", company)
    reports, results = [], []
    for series in chosen:
        name = series.unique_id
        forecast = first if series is longest else result.others.forecasts.get(name)
        if forecast is None:
            reports.append({"unique_id": name, "target": series.name, "refusal": result.others.refused[name]})
            complain(f"{name}: {result.others.refused[name]}")
            continue
        results.append((series, forecast))
        about = _summarise(table, series, ForecastConfig.from_dict(report["settings"]), result, forecast)
        reports.append({**about, "seconds": report["seconds"]})
        if not as_json:
            click.echo(f"{in_words(reports[-1])}\n")
    return results, reports


def forecast_one(
    table: "Table", series: "Series", wishes: dict[str, Any], of: str = ""
) -> "tuple[Forecast, dict[str, Any]]":
    """Train on a series, forecast it, and gather what there is to report.

    Raises:
        LSTMVizError: the series does not allow what is asked for, or training diverged.
    """
    told, _, report = _train_on(table, series, wishes, of)
    return told, report


def _train_on(
    table: "Table", series: "Series", wishes: dict[str, Any], of: str, company: "Company | None" = None
) -> "tuple[Forecast, TrainingResult, dict[str, Any]]":
    """Train, and give the forecast of this series, all that training left, and the report."""
    config = choose_config(series, wishes)
    for sentence in _unknown_future(series, config):
        complain(f"{one_line(series.unique_id or series.name)}: {sentence}")
    from lstm_viz.runs.job import TrainingJob, train  # torch takes seconds to import; a refusal must not wait for it

    started = time.perf_counter()
    with progress(config.training.epochs, one_line(of)) as bar:
        result = train(TrainingJob(series, config, company=company), bar)
    if result.forecast is None:
        raise RunError("Training diverged in its first epoch, so there is no forecast. Use another --seed or file.")
    report = _summarise(table, series, config, result, result.forecast)
    return result.forecast, result, {**report, "seconds": round(time.perf_counter() - started, 3)}


def _summarise(
    table: "Table", series: "Series", config: ForecastConfig, result: "TrainingResult", forecast: "Forecast"
) -> dict[str, Any]:
    """Gather what `--json` prints of one series: what was asked, how training went, and all that a forecast tells."""
    told = forecast.to_dict()
    seconds = {record.member: record.seconds for record in result.history}
    from lstm_viz.figures.effect_words import effects_in_words
    from lstm_viz.forecasting.portable import read_facts

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
        "forecast": told.pop("future"),
        **told,
        "effects": list(effects_in_words(series, read_facts(result.recipe, series.unique_id))) if result.recipe else [],
        "notes": [*table.notes, *series.notes, *_unknown_future(series, config)],
    }


def _unknown_future(series: "Series", config: ForecastConfig) -> list[str]:
    from lstm_viz.tables import inspect_series

    return [found.sentence for found in inspect_series(series, config.horizon) if found.kind == "future"]


def _summarise_all(table: "Table", panel: "Panel", reports: list[dict[str, Any]], notes: list[str]) -> dict[str, Any]:
    """Gather what `--json` prints of several series."""
    return {**_origin_of(table, panel.series[0]), "layout": panel.layout, "series": reports, "notes": notes}


def _origin_of(table: "Table", series: "Series") -> dict[str, Any]:
    return {
        "rows": table.rows,
        "time": series.time,
        "target": series.name,
        "frequency": series.frequency.alias,
        "season_length": series.frequency.season_length,
    }


def in_words(report: dict[str, Any]) -> str:
    """Write the report of one series for a terminal."""
    cells = "1 network" if report["members"] == 1 else f"{report['members']} networks"
    name, coverage = one_line(report["unique_id"] or report["target"]), report["coverage"] or {}
    held = [f"{share:.0%} lay in the {level}% interval" for level, share in coverage.items()]
    tried = f"Of what happened at {report['origins']} origins, {' and '.join(held)}." if held else ""
    return "\n".join(
        [
            f"{name}: {report['steps']:,} steps ({report['frequency']}), {cells} "
            f"({report['model'].upper()}) with {report['parameters']:,} parameters, {report['epochs']} epochs, "
            f"{report['seconds']:.1f} s",
            report["verdict"],
            *filter(None, [tried]),
            *map(one_line, report["effects"]),
            "",
            *map(_line_of, report["forecast"]),
        ]
    )


def _line_of(step: dict[str, Any]) -> str:
    """Write a step of the forecast, with its 80% interval where there is one."""
    line = f"{step['ds']}  {number(step['yhat'])}"
    return f"{line}  ({number(step['lo-80'])} to {number(step['hi-80'])})" if "lo-80" in step else line


def number(value: float | None) -> str:
    """Write a number with six digits, or that there is none."""
    return "no number" if value is None else format(value, ".6g")


def _write_results(output: Path | None, plot: Path | None, results: "list[tuple[Series, Forecast]]") -> None:
    """Write the forecasts as CSV and the chart of the only one, where that was asked for."""
    if output and results:
        write(output, _csv_bytes(results))
    if plot and results:
        write(plot, _chart_bytes(plot, *results[0]))


def _csv_bytes(results: "list[tuple[Series, Forecast]]") -> bytes:
    from lstm_viz.runs.exports import forecast_csv, forecasts_csv

    if len(results) == 1:
        return forecast_csv(results[0][1])
    return forecasts_csv((series.unique_id, told) for series, told in results)


def _chart_bytes(path: Path, series: "Series", forecast: "Forecast") -> bytes:
    from lstm_viz.figures.forecast_image import forecast_image
    from lstm_viz.runs.exports import chart_html

    if path.suffix.lower() == ".html":
        return chart_html(series, forecast)
    return forecast_image(series, forecast, "png" if path.suffix.lower() == ".png" else "svg")
