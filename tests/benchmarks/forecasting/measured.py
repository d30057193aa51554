"""Figures of the neural peers that were measured once and ship, since measuring takes hours.

`measured.json` holds for each peer the day, the versions, the seed, and per series the MASE and the seconds of its four
forecasts, or why there is none. `--neural` measures and renews it; `python -m tests.benchmarks.forecasting.measured` renews
it from what `.cache/` holds already and fits nothing.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from tests.benchmarks.forecasting import neural, series
from tests.benchmarks.forecasting.scoring import ask

FILE = Path(__file__).with_name("measured.json")
UNKNOWN = "not measured"


def fit(names: list[str], chosen: list[series.PublicSeries]) -> None:
    """Fit the peers of these names to all origins of these series, then renew the file."""
    neural.quieten()
    for peer in map(neural.NeuralPeer, names):
        for task in (task for one in chosen for task in one.tasks()):
            peer.fit(task)
            print(task.key, heading(peer.name), file=sys.stderr, flush=True)
    renew()


def renew() -> None:
    """Score all forecasts that the cache holds and write them into the file; what it holds of other series stays."""
    chosen = [one for which in series.NAMES for one in series.load(which)]
    records = stored()
    for name in neural.NAMES:
        peer = neural.NeuralPeer(name)
        method = peer.method()
        results = {one.label: entry(ask(method, one)) for one in chosen}
        results = {label: result for label, result in results.items() if result.get("note") != UNKNOWN}
        if results:
            about = {"measured": day_of(peer.path), "versions": neural.versions(), "seed": neural.SEED}
            records[name] = {**about, "series": {**records.get(name, {}).get("series", {}), **results}}
    FILE.write_text(written({name: records[name] for name in neural.NAMES if name in records}))


def written(records: dict[str, Any]) -> str:
    """Write JSON with a line for each series, so that a change of the file can be read."""
    peers = []
    for name, record in records.items():
        lines = [f"{json.dumps(label)}: {json.dumps(result)}" for label, result in record["series"].items()]
        about = json.dumps({key: value for key, value in record.items() if key != "series"})
        peers.append(f'{json.dumps(name)}: {about[:-1]}, "series": {{\n' + ",\n".join(lines) + "\n}}")
    return "{\n" + ",\n".join(peers) + "\n}\n"


def entry(scores: pd.DataFrame) -> dict[str, Any]:
    """Keep of a series what the table needs."""
    if scores["note"].ne("").any():
        return {"note": scores["note"].iloc[0]}
    return {"mase": scores["mase"].round(4).tolist(), "seconds": scores["seconds"].round(1).tolist()}


def day_of(cache: Path) -> str:
    """Name the day on which the newest forecast was made."""
    return datetime.fromtimestamp(cache.stat().st_mtime, UTC).date().isoformat()


def stored() -> dict[str, Any]:
    """Read the file, by peer."""
    records: dict[str, Any] = json.loads(FILE.read_text()) if FILE.exists() else {}
    return records


def scores(chosen: list[series.PublicSeries]) -> pd.DataFrame:
    """Give the stored figures of some series in the columns of `scoring`."""
    rows = [
        {"series": one.label, "season": one.season, "method": heading(name), **figures}
        for name, record in stored().items()
        for one in chosen
        for figures in figures_of(record["series"].get(one.label, {"note": UNKNOWN}))
    ]
    return pd.DataFrame(rows)


def figures_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Give one row per forecast, or one with the reason."""
    if "note" in result:
        return [{"note": result["note"]}]
    pairs = zip(result["mase"], result["seconds"], strict=True)
    return [{"mase": mase, "seconds": seconds, "note": ""} for mase, seconds in pairs]


def heading(name: str) -> str:
    """Head the column of a peer so that nobody takes it for ours or for fresh."""
    return f"nf {name}*"


def labels() -> list[str]:
    """Say of each peer when and with what it was measured."""
    return [label_of(name, record) for name, record in stored().items()]


def label_of(name: str, record: dict[str, Any]) -> str:
    """Say when and with what a peer was measured."""
    kind = "tuned by hand" if name.endswith("tuned") else "library defaults"
    using = ", ".join(f"{package} {number}" for package, number in record["versions"].items())
    day, seed = record["measured"], record["seed"]
    return f"{heading(name)}: neuralforecast's, {kind}, not fresh: measured on {day} with {using}, seed {seed}"


if __name__ == "__main__":
    renew()
