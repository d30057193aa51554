"""What was chosen of a file survives the way through addresses and runs, whatever its columns are called."""

from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.runs.file_choices import names_in, requested_columns, written_names
from lstm_viz.tables import Columns

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.lists(TEXT, min_size=1, max_size=8, unique=True))
def test_names_of_any_signs_are_read_back(names):
    assert names_in(written_names(names) or "") == tuple(names)


@given(TEXT)
def test_any_text_gives_names_or_none(text):
    assert all(isinstance(name, str) for name in names_in(text))


def test_what_is_no_list_of_names_counts_as_not_chosen():
    for text in ("", "price", '"price"', "[1]", '[["a"]]', '["\\ud800"]', "[" * 100_000, "9" * 5000):
        assert names_in(text) == ()
        assert requested_columns({"known": text, "past": text}) == Columns()


def test_choices_become_columns():
    choices = {
        "time": "day",
        "id": "(one series)",
        "dup": "product",
        "known": '["a,b"]',
        "past": '["c","c"]',
        "sep": ";",
    }
    assert requested_columns(choices) == Columns("day", series_id="", known=("a,b",), past=("c",))
