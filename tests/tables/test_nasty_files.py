"""Every quirk that people bring is read right, or refused with the true reason."""

import pytest

from lstm_viz.errors import LSTMVizError
from lstm_viz.tables import describe_table, read_table
from tests.tables.nasty import NASTY, Nasty

READ = [case for case in NASTY if case.verdict != "refused"]
REFUSED = [case for case in NASTY if case.verdict == "refused"]


def test_each_quirk_has_its_own_name():
    assert len({case.name for case in NASTY}) == len(NASTY) >= 60


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_a_nasty_file_is_read_right(case: Nasty):
    table = read_table(case.data, "file.csv")
    found = describe_table(table)
    assert [column.name for column in table.columns] == list(case.names), table.notes
    numbers = table.frame[case.target or case.names[-1]].tolist()
    assert numbers == pytest.approx(list(case.numbers), rel=0, abs=0, nan_ok=True), table.notes
    assert (table.encoding, table.delimiter, table.header_row) == (case.encoding, case.delimiter, case.header)
    assert table.decimal == case.decimal
    assert any(case.says in note for note in table.notes) or not case.says, table.notes
    assert (found["verdict"], bool(found["reason"])) == (case.verdict, case.verdict == "warning"), found["reason"]
    if case.unit is not None:
        assert table.column(case.target or case.names[-1]).unit == case.unit


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_is_no_table_is_refused_with_the_true_reason(case: Nasty):
    with pytest.raises(LSTMVizError) as refusal:
        _ = read_table(case.data, "file.csv").proposed_target
    assert case.says in str(refusal.value)
