"""Repeat a forecast with nothing but torch, pandas and safetensors: `python forecast.py`.

Beside this file lie `model.safetensors` (the weights), `config.json` (how the network is built and how values are scaled)
and `series.csv` (the series, columns ds and y). Append newer rows to `series.csv` and run it again to forecast from there.
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


class Network(nn.Module):
    def __init__(self, cell, hidden_size, num_layers, output_size):
        super().__init__()
        kind = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[cell]
        self.rnn = kind(1, hidden_size, num_layers=num_layers, batch_first=True)
        self.head = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        return self.head(self.rnn(x)[0][:, -1])


def fill_gaps(values, train_end):
    """Interpolate the training rows among themselves; carry later values forward."""
    training, later = pd.Series(values[:train_end]), pd.Series(values[train_end:])
    training = training.interpolate(limit_direction="both")
    return np.concatenate([training, pd.concat([training.iloc[-1:], later]).ffill().iloc[1:]])


def scale(values):
    s = CONFIG["scaling"]
    raw = np.log(np.maximum(values, np.finfo(float).tiny)) if s["log"] else values
    return (raw - s["offset"]) / s["scale"]


def unscale(z):
    s = CONFIG["scaling"]
    raw = z * s["scale"] + s["offset"]
    return np.exp(raw) if s["log"] else raw


def coming_steps(ds, horizon):
    if len(ds) == CONFIG["rows"]:
        return CONFIG["future"]
    if CONFIG["frequency"] == "step":
        return np.arange(int(ds.iloc[-1]) + 1, int(ds.iloc[-1]) + 1 + horizon)
    last = pd.Timestamp(ds.iloc[-1]).as_unit("us")
    return pd.date_range(last, periods=horizon + 1, freq=CONFIG["frequency"], unit="us")[1:]


def main():
    torch.set_num_threads(1)
    series = pd.read_csv(HERE / "series.csv")
    model = CONFIG["model"]
    network = Network(model["cell"], model["hidden_size"], model["num_layers"], model["output_size"])
    network.load_state_dict(load_file(HERE / "model.safetensors"))
    network.eval()
    z = scale(fill_gaps(series["y"].to_numpy(dtype=float), CONFIG["train_end"]))
    window = z[-CONFIG["window"] :]
    with torch.no_grad():
        answer = network(torch.tensor(window - window[-1], dtype=torch.float32).reshape(1, -1, 1))[0].numpy()
    yhat = unscale(answer.astype(float) + window[-1])
    result = pd.DataFrame({"ds": coming_steps(series["ds"], len(yhat)), "yhat": yhat})
    result.to_csv(HERE / "forecast.csv", index=False)
    print(result.to_string(index=False))


if __name__ == "__main__":
    main()
