"""*Anatomy* runs for every cell and every address."""

import json

import pytest

from lstm_viz.lessons.misconceptions import MYTHS
from lstm_viz.ui.layer.worked import FIELDS, classic, edited

pytestmark = pytest.mark.slow


def said(app):
    return [error.value.replace("\\", "") for error in app.error]


def data_of(app, name):
    """What was sent to a component."""
    (component,) = [each for each in app.get("bidi_component") if each.proto.component_name.endswith(name)]
    return json.loads(component.proto.json)


def worked(app):
    return data_of(app, "worked_example")


@pytest.mark.parametrize(("cell", "gates"), [(None, 4), ("lstm", 4), ("gru", 3), ("rnn", 1), ("transformer", 4)])
def test_every_cell_is_worked_out_at_once(open_page, cell, gates):
    app = open_page("anatomy", part="hand", **({"cell": cell} if cell else {}))
    assert not app.exception
    assert said(app) == []
    example = worked(app)
    assert len(example["gates"]) == gates
    assert example["errors"] == {}
    assert example["fields"]["h"] == ["0.1", "0.2", "0.3"]
    assert example["fields"]["x"] == ["0.6", "0.7", "0.8"]


def test_the_address_carries_the_numbers(open_page):
    app = open_page("anatomy", x="0.6,-0.75,0.8", f1="0,0,0,0,1,0,0.5", c="1,2,3")
    assert said(app) == []
    example = worked(app)
    first = example["gates"][0]["units"][0]
    assert (first["pre_words"], first["words"]) == ("−0.25", "0.4378")
    assert example["fields"]["c"] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("wrong", "place", "words"),
    [
        ({"x": "0.6,abc,0.8"}, "x/1", "“abc” is no number. Type one such as 0.3 or −1.25. Until then 0.7 is used."),
        ({"f1": "<b>1</b>,0.1,-0.4,0.3,-0.2,0.6,1"}, "f1/0", "“<b>1</b>” is no number."),
        ({"c": "0.2,11,0.6"}, "c/1", "11 lies outside −10 to 10"),
        ({"h": "0.12345,0.2,0.3"}, "h/0", "0.12345 has more than 3 decimals"),
        ({"h": "nan,0.2,0.3"}, "h/0", "“nan” is no number"),
        ({"x": "1,2"}, "x", "x (=1,2) must be 3 numbers, separated by commas."),
        ({"g2": "1,2,3"}, "g2", "g2 (=1,2,3) must be 7 numbers"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_told_at_its_place_and_the_rest_is_used(open_page, wrong, place, words):
    app = open_page("anatomy", **wrong)
    assert not app.exception
    example = worked(app)
    assert list(example["errors"]) == [place]
    assert example["errors"][place].startswith(words)
    if "/" in place:
        name, number = place.split("/")
        assert example["typed"] == {place: wrong[name].split(",")[int(number)]}
    assert all(unit["value"] is not None for gate in example["gates"] for unit in gate["units"])


def test_an_empty_number_is_the_classic_one(open_page):
    example = worked(open_page("anatomy", x=",0.9,"))
    assert example["fields"]["x"] == ["0.6", "0.9", "0.8"]
    assert example["errors"] == {}


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_typed_and_taken_back_leaves_the_address(name):
    usual = f"{classic(name)[1]:f}"
    changed = edited(name, 1, "−9,5", None)
    assert changed.split(",")[1] == "-9.5"
    assert edited(name, 1, usual, changed) is None
    assert edited(name, 1, "", changed) is None
    assert edited(name, 1, "7", "what,ever") == changed.replace("-9.5", "7")


def test_nothing_typed_breaks_the_list_in_the_address():
    assert edited("x", 0, "1,2,3", None) == "1.2.3,0.7,0.8"
    assert len(edited("x", 0, "9" * 500, None)) < 40


def test_claims_are_closed_and_unmeasured_until_they_are_opened(open_page):
    cards = data_of(open_page("anatomy", part="myths"), "myths")["cards"]
    assert [card["key"] for card in cards] == [myth.key for myth in MYTHS]
    assert all(set(card) == {"key", "claim"} for card in cards)


def test_the_address_opens_claims(open_page):
    cards = data_of(open_page("anatomy", myth="padding.c_n"), "myths")["cards"]
    assert [card["key"] for card in cards if "evidence" in card] == ["c_n", "padding"]
    cards = data_of(open_page("anatomy", myth="all"), "myths")["cards"]
    for card, myth in zip(cards, MYTHS, strict=True):
        first = myth.measure(0).figures[0]
        assert card["evidence"]["figures"][0] == {"words": first.words, "value": first.value, "text": first.text}


def test_a_claim_that_is_none_is_told_and_the_others_open(open_page):
    app = open_page("anatomy", myth="c_n.<i>x</i>")
    assert said(app) == ["“<i>x</i>” is not a claim in this list. Open one below."]
    assert "evidence" in data_of(app, "myths")["cards"][0]


def test_the_numbers_are_still_there_when_one_comes_back(open_page):
    from lstm_viz.paths import ROOT

    app = open_page("anatomy", x="0.1,0.2,0.3", cell="gru")
    app = app.switch_page(str(ROOT / "pages" / "home.py")).run()
    app = app.switch_page(str(ROOT / "pages" / "anatomy.py")).run()
    assert worked(app)["fields"]["x"] == ["0.1", "0.2", "0.3"]
    assert worked(app)["cell"] == "gru"
