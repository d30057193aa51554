"""Changes survive the way through an address, and what is no change is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.interventions import Ablate, Hold, Start
from lstm_viz.recurrent.specification import CELLS
from lstm_viz.scenes.step_scene import JOINT, MAX_CHANGES, Change, NewToken, for_cell, read_changes, write_change

places = st.integers(0, 999)
values = st.integers(-99_000, 99_000).map(lambda thousandths: thousandths / 1000)
cells = st.sampled_from(CELLS)
names = st.sampled_from(["forget_gate", "candidate", "cell_state", "update_gate"])


@st.composite
def holds(draw):
    first = draw(places)
    last = draw(st.none() | st.integers(first, 1500))
    units = draw(st.just(()) | places.map(lambda unit: (unit,)))
    return Hold(draw(names), draw(values), units, first, last)


inside = st.builds(
    Change,
    holds() | st.builds(Ablate, places) | st.builds(Start, st.just("cell_state"), places, values),
    cells,
)
tokens = st.builds(Change, st.builds(NewToken, places, st.text(min_size=1, max_size=20)))


@given(st.lists(inside | tokens, max_size=10))
def test_what_is_written_is_read_back(changes):
    assert read_changes(JOINT.join(write_change(change) for change in changes)) == tuple(changes)


def test_places_in_an_address_are_counted_from_one_like_on_the_screen():
    (change,) = read_changes("lstm.forget_gate.4@3-=0")
    assert change == Change(Hold("forget_gate", 0.0, (3,), 2, None), "lstm")


@pytest.mark.parametrize(
    ("text", "hold"),
    [
        ("gru.update_gate.*@3=1", Hold("update_gate", 1.0, (), 2, 2)),
        ("gru.update_gate.*@3-7=0.25", Hold("update_gate", 0.25, (), 2, 6)),
        ("gru.candidate.1@1-=-1", Hold("candidate", -1.0, (0,), 0, None)),
    ],
)
def test_steps_and_units_are_read_as_documented(text, hold):
    assert read_changes(text) == (Change(hold, "gru"),)


def test_changes_act_on_the_layer_that_is_shown():
    (change,) = read_changes("lstm.off.2", layer=1)
    assert change.what == Ablate(1, layer=1)


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "lstm.forget_gate.4@3-",
        "lstm.forget_gate.4@3-=open",
        "lstm.forget_gate.4@3-=1e9",
        "lstm.forget_gate.4@3-=nan",
        "transformer.attention.1@1=0",
        "<script>alert(1)</script>",
        "token@2=",
        "lstm.off.-1",
    ],
)
def test_what_is_no_change_is_refused_in_one_sentence(text):
    with pytest.raises(SettingsError, match="is no change"):
        read_changes(text)


def test_more_changes_than_anybody_sets_by_hand_are_refused():
    with pytest.raises(SettingsError, match=f"holds {MAX_CHANGES + 1} changes"):
        read_changes("~".join(["lstm.off.1"] * (MAX_CHANGES + 1)))


def test_a_lane_gets_its_own_changes_and_no_tokens():
    changes = read_changes("lstm.off.1~gru.off.2~token@1=b")
    assert for_cell(changes, "gru") == [Ablate(1)]
    assert for_cell(changes, "rnn") == []
