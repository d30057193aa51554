"""Repeat a forecast with nothing but torch, pandas and safetensors: `python forecast.py`.

Beside this file lie `model.safetensors` (the weights of all networks), `config.json` (how they are built and how values are
prepared) and `series.csv` (the series, columns ds and y, and the columns that go along with it). Append newer rows to
`series.csv` and run it again to forecast from there. The result is printed and written to `forecast.csv`.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file
from torch import nn

HERE = Path(__file__).parent
CONFIG = json.loads((HERE / "config.json").read_text(encoding="utf-8"))
SETTINGS, PREPARATION = CONFIG["config"], CONFIG["preparation"]
SEASON = np.array(PREPARATION["season"])


class Network(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers, output_size, group):
        super().__init__()
        self.series = nn.Embedding(*group) if group else None
        kind = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[cell]
        self.rnn = kind(input_size, hidden_size, num_layers=num_layers, batch_first=True)
        self.head = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        if self.series is not None:  # one of several series: the last channel is its number
            x = torch.cat([x[..., :-1], self.series(x[..., -1].long())], dim=-1)
        return self.head(self.rnn(x)[0][:, -1])


def effects(series, rows):
    """Add up what columns known in advance do; a missing value counts as the mean."""
    columns = series[[name for name in series if name.startswith("known ")]].to_numpy(dtype=float)
    columns = np.concatenate([columns, np.full((max(0, rows - len(columns)), columns.shape[1]), np.nan)])[:rows]
    apart = np.where(np.isfinite(columns), columns - np.array(PREPARATION["effects"]["means"]), 0.0)
    return apart @ np.array(PREPARATION["effects"]["coefficients"])


def past_columns(series):
    """Give further columns that are read, in standard deviations of the training rows."""
    names = [name for name in series if name.startswith("past ")]
    scaling = zip(names, CONFIG["past"], strict=True)
    return [np.nan_to_num((series[name].to_numpy(dtype=float) - mean) / unit) for name, (_, mean, unit) in scaling]


def adjust(values, added):
    """Take logarithms, the season and the effects of known columns off."""
    raw = np.log(np.maximum(values, np.finfo(float).tiny)) if PREPARATION["log"] else values
    return raw - SEASON[np.arange(len(values)) % len(SEASON)] - added


def last_level(adjusted):
    """Smooth exponentially and give the newest level."""
    if PREPARATION["smoothing"] is None:
        return PREPARATION["offset"]
    known = adjusted[np.isfinite(adjusted)]
    level = known[0]
    for value in known[1:]:
        level += PREPARATION["smoothing"] * (value - level)
    return level


def fill(adjusted):
    """Fill gaps: training rows as they were trained, later ones with the value before."""
    end = CONFIG["train_end"]
    training, later = pd.Series(adjusted[:end]), pd.Series(adjusted[end:])
    if SETTINGS["fill"] == "interpolate":
        training = training.interpolate(limit_direction="both")
    training = training.ffill().bfill()
    return np.concatenate([training, pd.concat([training.iloc[-1:], later]).ffill().iloc[1:]])


def restore(answer, rows, level, added):
    """Bring an answer back to the unit of the file."""
    steps = np.arange(rows, rows + len(answer))
    raw = answer * PREPARATION["unit"] + level + SEASON[steps % len(SEASON)] + added
    return np.exp(raw) if PREPARATION["log"] else raw


def networks():
    """Load all members."""
    tensors, shape = load_file(HERE / "model.safetensors"), CONFIG["network"]
    for number in CONFIG["members"]:
        sizes = (shape["input_size"], shape["hidden_size"], shape["num_layers"], shape["output_size"])
        prefix = f"member/{number}/"
        group = tensors[prefix + "series.weight"].shape if CONFIG["company"] else None
        network = Network(shape["cell"], *sizes, group)
        network.load_state_dict({k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)})
        yield network.eval()


def ask(network, window):
    """Ask one network for the whole horizon, at once or step by step."""
    if SETTINGS["strategy"] == "direct":
        return network(window)[0].double().numpy()
    answers = []
    for _ in range(SETTINGS["horizon"]):
        answers.append(network(window))
        newest = window[:, -1:].clone()
        newest[0, 0, 0] = answers[-1][0, 0]
        if CONFIG["masked"]:
            newest[0, 0, 1] = 1.0
        window = torch.cat([window[:, 1:], newest], dim=1)
    return torch.cat(answers, dim=1)[0].double().numpy()


def pattern_steps(ds, last, horizon):
    """Give the steps that follow at the same minutes or days of each week, days of each month or months of each year."""
    unit, slots = CONFIG["pattern"]
    cycles = horizon // len(slots) + 2
    if unit == "minute":
        weeks = pd.date_range(
            last.normalize() - pd.Timedelta(days=last.day_of_week), periods=cycles, freq="7D", unit="us"
        )
        steps = (weeks.to_numpy()[:, None] + np.array(slots, dtype="timedelta64[m]")).ravel()
    else:
        steps = pd.date_range(last, periods=366 * cycles, freq="D", unit="us")
        usual = slots[-1] if unit == "day" else 31 if ds.is_month_end.all() else ds.day.max()
        days = np.where(steps.day == np.minimum(usual, steps.days_in_month), usual, steps.day)
        place = {"weekday": steps.day_of_week, "day": days, "month": np.where(days == usual, steps.month - 1, -1)}[unit]
        steps = steps[np.isin(place, slots)].to_numpy()
    return steps[steps > last.to_numpy()][:horizon]


def coming_steps(ds, horizon):
    if len(ds) == CONFIG["rows"]:
        return CONFIG["future"]
    if CONFIG["frequency"] == "step":
        return np.arange(int(ds.iloc[-1]) + 1, int(ds.iloc[-1]) + 1 + horizon)
    last = pd.Timestamp(ds.iloc[-1]).as_unit("us")
    if CONFIG["pattern"]:
        return pattern_steps(pd.DatetimeIndex(ds), last, horizon)
    return pd.date_range(last, periods=horizon + 1, freq=CONFIG["frequency"], unit="us")[1:]


def main():
    torch.set_num_threads(1)
    series = pd.read_csv(HERE / "series.csv")
    rows = int(series["y"].last_valid_index()) + 1  # what follows tells only columns known in advance
    values = series["y"].to_numpy(dtype=float)[:rows]
    added = effects(series, rows + SETTINGS["horizon"])
    adjusted, ahead = adjust(values, added[:rows]), added[rows:]
    level = last_level(adjusted)
    window = (fill(adjusted)[-SETTINGS["window"] :] - level) / PREPARATION["unit"]
    channels = [window]
    if CONFIG["masked"]:
        seen = np.isfinite(values[-SETTINGS["window"] :]).astype(float)
        channels = [window * seen, seen]
    channels += [column[:rows][-SETTINGS["window"] :] for column in past_columns(series)]
    if CONFIG["company"]:
        channels.append(np.full(len(window), CONFIG["company"]["place"]))
    inputs = torch.tensor(np.stack(channels, axis=-1)[None], dtype=torch.float32)
    with torch.no_grad():
        answer = CONFIG["shrinkage"] * np.mean([ask(network, inputs) for network in networks()], axis=0)
    columns = {"ds": coming_steps(series["ds"][:rows], len(answer)), "yhat": restore(answer, rows, level, ahead)}
    if CONFIG["intervals"]:
        for name, half in zip(CONFIG["intervals"]["levels"], CONFIG["intervals"]["half_widths"], strict=True):
            columns[f"lo-{name}"] = restore(answer - np.array(half), rows, level, ahead)
            columns[f"hi-{name}"] = restore(answer + np.array(half), rows, level, ahead)
    result = pd.DataFrame(columns)
    result.to_csv(HERE / "forecast.csv", index=False)
    print(result.to_string(index=False))


if __name__ == "__main__":
    main()
