"""What a field of a config declares is what it may be, in the config, in an address and in words."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.errors import SettingsError
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.racing.config import RaceConfig
from lstm_viz.settings import Between, require_valid, settings_of, value_of, with_values, written


@dataclass(frozen=True)
class Oven:
    degrees: Annotated[float, Between(20.0, 300.0, 5.0)] = 180.0
    mode: Literal["fan", "grill"] = "fan"

    def __post_init__(self):
        require_valid(self)


@dataclass(frozen=True)
class Bakery:
    loaves: Annotated[int, Between(1, 9)] = 4
    tins: Annotated[tuple[int, ...], Between(1, 3)] = (1, 2)
    flours: tuple[Literal["rye", "wheat"], ...] = ("rye",)
    rest: Annotated[int | None, Between(0, 60)] = None
    open: bool = True
    oven: Oven = field(default_factory=Oven)

    def __post_init__(self):
        require_valid(self)


def test_settings_of_a_config_and_of_its_parts_are_found_with_what_they_declare():
    found = settings_of(Bakery)
    assert list(found) == ["loaves", "tins", "flours", "rest", "open", "degrees", "mode"]
    assert settings_of(Bakery()) is found
    kinds = {name: one.kind for name, one in found.items()}
    assert kinds == {
        "loaves": int,
        "tins": tuple,
        "flours": tuple,
        "rest": int,
        "open": bool,
        "degrees": float,
        "mode": str,
    }
    assert found["mode"].choices == ("fan", "grill")
    assert found["degrees"].bounds == Between(20.0, 300.0, 5.0)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"loaves": 10}, "`loaves` (=10) must lie between 1 and 9."),
        ({"degrees": float("nan")}, "`degrees` (=nan) must lie between 20.0 and 300.0."),
        ({"mode": "steam"}, "`mode` (=steam) is not known. Use one of fan, grill."),
        ({"tins": (2, 4)}, "`tins` (=4) must lie between 1 and 3."),
        ({"flours": ("rye", "oat")}, "`flours` (=oat) is not known. Use one of rye, wheat."),
        ({"rest": 61}, "`rest` (=61) must lie between 0 and 60."),
        ({"salt": 1}, "There is no setting `salt`."),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(values, sentence):
    with pytest.raises(SettingsError) as refused:
        with_values(Bakery(), values)
    assert str(refused.value) == sentence


def test_values_change_where_they_stand_and_nothing_else():
    changed = with_values(Bakery(), {"loaves": 2, "degrees": 200.0})
    assert changed == Bakery(loaves=2, oven=Oven(degrees=200.0))
    assert (value_of(changed, "degrees"), value_of(changed, "rest")) == (200.0, None)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("loaves", "3", 3),
        ("degrees", "1e2", 100.0),
        ("mode", "grill", "grill"),
        ("open", "False", False),
        ("open", "1", True),
        ("tins", "3, 2,1", (3, 2, 1)),
        ("tins", "3-2/1", (3, 2, 1)),
        ("flours", "wheat-rye", ("rye", "wheat")),
        ("flours", "wheat-oat", ("wheat", "oat")),
    ],
)
def test_a_setting_is_read_as_people_write_it(name, text, value):
    assert settings_of(Bakery)[name].parse(text) == value


@pytest.mark.parametrize(("name", "text"), [("loaves", "3.5"), ("degrees", "hot"), ("open", "yes"), ("tins", "1,,2")])
def test_what_is_no_value_of_its_kind_is_refused(name, text):
    with pytest.raises(ValueError):
        settings_of(Bakery)[name].parse(text)


CONFIGS = (ForecastConfig(), ClassifyConfig(), RaceConfig())


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: type(config).__name__)
def test_every_setting_survives_the_way_through_an_address(config):
    for name, setting in settings_of(config).items():
        assert setting.parse(written(value_of(config, name))) == value_of(config, name)


@given(st.sampled_from(CONFIGS), st.data())
def test_a_number_is_possible_just_where_its_range_says_so(config, data):
    bounded = [one for one in settings_of(config).values() if one.bounds and one.kind is not tuple]
    setting = data.draw(st.sampled_from(bounded))
    value = data.draw(st.integers(-10, 10**6) if setting.kind is int else st.floats())
    possible = setting.bounds.least <= value <= setting.bounds.most
    try:
        refused = value_of(with_values(config, {setting.name: value}), setting.name) != value
    except SettingsError as error:
        refused = f"`{setting.name}`" in str(error)
    assert refused != possible or setting.name == "length", "a task may need longer sequences than others"
