"""Dataclasses come back from JSON as they were, whatever their fields hold."""

import json
from dataclasses import asdict, dataclass, field

import pytest

from lstm_viz.errors import SettingsError
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.plain_values import from_plain
from lstm_viz.recurrent.specification import StackConfig
from lstm_viz.zoo.catalogue import Scores


@dataclass(frozen=True)
class Everything:
    stacks: tuple[StackConfig, ...] = ()
    by_name: dict[str, Scores] = field(default_factory=dict)
    pair: tuple[int, str] = (0, "")
    maybe: StackConfig | None = None
    text: str | None = None


SCORES = Scores("share", 0.5, values=((1, 0.5),))
FULL = Everything((StackConfig(sizes=(3, 4)),), {"a": SCORES}, (1, "b"), StackConfig(), "c")


@pytest.mark.parametrize("value", [Everything(), FULL, ForecastConfig(), StackConfig("gru", sizes=(5, 4))])
def test_what_json_wrote_comes_back(value):
    assert from_plain(type(value), json.loads(json.dumps(asdict(value)))) == value


def test_what_is_missing_keeps_its_default():
    assert from_plain(ForecastConfig, {"training": {"epochs": 7}}).preparation == ForecastConfig().preparation


@pytest.mark.parametrize("wrong", [{"cell": "xlstm"}, {"dropout": 7}, {"sizes": []}])
def test_a_dataclass_refuses_wrong_values_in_its_own_words(wrong):
    with pytest.raises(SettingsError):
        from_plain(StackConfig, wrong)


@pytest.mark.parametrize("wrong", [{"nonsense": 1}, {"training": {"nonsense": 1}}])
def test_an_unknown_name_is_no_field(wrong):
    with pytest.raises(TypeError, match="nonsense"):
        from_plain(ForecastConfig, wrong)


@pytest.mark.parametrize("wrong", [[1], [1, "a", 2], []])
def test_a_pair_has_two_values(wrong):
    with pytest.raises(ValueError, match="zip"):
        from_plain(Everything, {"pair": wrong})


@pytest.mark.parametrize("wrong", [{"stacks": 1}, {"stacks": [1]}, {"by_name": [1]}, {"maybe": 3}, {"pair": None}])
def test_one_number_is_not_several_values(wrong):
    with pytest.raises(TypeError):
        from_plain(Everything, wrong)
