"""Files after the first one are read as a person chose for it."""

from lstm_viz.ui.sources import read_as_chosen

AMBIGUOUS = b"day,visits\n01/02/2024,-999\n02/02/2024,5\n03/02/2024,7\n04/02/2024,6\n"


def test_what_was_chosen_for_the_first_file_holds_for_the_next():
    table = read_as_chosen(AMBIGUOUS, "next.csv", {"real": "-999", "order": "month-first"})
    assert table.reading.genuine == ("-999",)
    assert table.frame["visits"].iloc[0] == -999


def test_a_choice_that_the_next_file_cannot_follow_is_left_to_the_evidence():
    table = read_as_chosen(AMBIGUOUS, "next.csv", {"sep": "|", "header": "40"})
    assert list(table.frame.columns) == ["day", "visits"]
