"""From the bytes of a file to typed columns."""

import gzip
import io
import json
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from lstm_viz.errors import ColumnError, FileTooLarge, NotATable, SettingsError, TableError
from lstm_viz.tables import MAX_BYTES, Reading, describe_table, make_series, read_table

MONTHS = "month,sales\n2020-01,1.5\n2020-02,2.5\n2020-03,4\n"


def kinds(data: bytes | str, name: str = "x.csv") -> dict[str, str]:
    raw = data.encode() if isinstance(data, str) else data
    return {column.name: column.kind for column in read_table(raw, name).columns}


def values(data: bytes | str, column: str) -> list[float]:
    raw = data.encode() if isinstance(data, str) else data
    return read_table(raw, "x.csv").frame[column].tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_give_the_same_table(encoding):
    table = read_table("Monat,Größe\n2020-01,1\n2020-02,2\n".encode(encoding), "x.csv")
    assert [column.name for column in table.columns] == ["Monat", "Größe"]
    assert table.frame["Größe"].tolist() == [1.0, 2.0]
    assert table.encoding == ("utf-16" if encoding == "utf-16" else encoding)


def test_western_accents_are_read_as_windows_1252():
    table = read_table("Größe €;Zürich\n1,5;3\n2,5;4\n".encode("cp1252"), "x.csv")
    assert [column.name for column in table.columns] == ["Größe €", "Zürich"]
    assert table.encoding == "cp1252"
    assert any(note.startswith("Read as CP1252: the bytes are no UTF-8") for note in table.notes)


def test_cyrillic_text_is_found_by_its_letters():
    rows = "".join(f"2020-{month:02d},{month},Продажи в городе Москва выросли\n" for month in range(1, 13))
    table = read_table(("месяц,продажи,заметка\n" + rows).encode("cp1251"), "x.csv")
    assert [column.name for column in table.columns] == ["месяц", "продажи", "заметка"]


def test_a_character_cut_off_at_the_end_does_not_change_the_encoding():
    table = read_table("a,größe\n1,2\n3,4\n5,ö".encode()[:-1], "x.csv")
    assert table.encoding == "utf-8"
    assert [column.name for column in table.columns] == ["a", "größe"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(delimiter, line_end):
    text = MONTHS.replace(",", delimiter).replace("\n", line_end)
    table = read_table(text.encode(), "x.txt")
    assert table.delimiter == delimiter
    assert table.frame["sales"].tolist() == [1.5, 2.5, 4.0]
    assert [column.kind for column in table.columns] == ["time", "number"]


def test_a_semicolon_file_is_read_with_decimal_commas():
    assert values("t;x\n01.01.2020;1,5\n02.01.2020;2,25\n03.01.2020;1.234,5\n", "x") == [1.5, 2.25, 1234.5]


def test_a_semicolon_file_with_decimal_points_keeps_them():
    assert values("t;x\n01.01.2020;1.5\n02.01.2020;2.25\n03.01.2020;1,234.5\n", "x") == [1.5, 2.25, 1234.5]


def test_a_tab_file_shows_its_decimal_commas_by_evidence():
    assert values("t\tx\ty\n1\t1,234\t0,5\n2\t2,5\t7\n", "x") == [1.234, 2.5]


def test_quoted_thousands_are_whole_numbers():
    assert values('t,x\n2020,"1,234"\n2021,"12,345,678"\n', "x") == [1234.0, 12345678.0]


def test_spaces_and_apostrophes_separate_thousands():
    assert values("t,x,y\na,1 234,1'000.5\nb,12 345,2\n", "x") == [1234.0, 12345.0]
    assert values("t,x,y\na,1 234,1'000.5\nb,12 345,2\n", "y") == [1000.5, 2.0]


def test_signs_of_currency_and_percent_are_left_out_with_a_note():
    table = read_table(b"t,x,y\na,$1.50,5%\nb,$2.50,6.5 %\n", "x.csv")
    assert table.frame["x"].tolist() == [1.5, 2.5]
    assert table.frame["y"].tolist() == [5.0, 6.5]
    assert any("signs" in note for note in table.notes)


def test_a_decimal_comma_column_alone_is_one_column():
    table = read_table(b"wert\n1,5\n2,7\n3,1\n", "x.csv")
    assert table.delimiter is None
    assert table.frame["wert"].tolist() == [1.5, 2.7, 3.1]


def test_numbers_are_read_to_the_last_bit():
    numbers = np.random.default_rng(0).normal(size=500) * 1e5
    text = "x\n" + "\n".join(repr(float(number)) for number in numbers)
    assert read_table(text.encode(), "x.csv").frame["x"].tolist() == numbers.tolist()


def test_a_file_without_header_gets_numbered_columns():
    table = read_table(b"2020-01,1\n2020-02,2\n2020-03,5\n", "x.csv")
    assert not table.has_header
    assert [column.name for column in table.columns] == ["column_1", "column_2"]
    assert table.frame.index.tolist() == [1, 2, 3]


def test_a_single_column_of_numbers_without_header_works():
    table = read_table(b"5\n7\n8\n", "x.txt")
    assert (table.proposed_time, table.proposed_target) == (None, "column_1")


def test_blank_and_repeated_names_become_unique():
    assert list(kinds("price,price,,price_2\n1,2,3,4\n5,6,7,8\n")) == ["price", "price_3", "column_3", "price_2"]


def test_columns_without_name_and_cells_disappear():
    assert list(kinds("a,b,\n1,2,\n3,4,\n")) == ["a", "b"]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=HYPERLINK(A1)", "=HYPERLINK(A1)"),
        ("a\n\n  b\tc", "a b c"),
        ("a\x07\u202eb", "a b"),
        ("x" * 10_000, "x" * 119 + "…"),
    ],
)
def test_hostile_names_stay_text_on_one_short_line(raw, kept):
    assert list(kinds(f'"{raw}",y\n1,2\n3,4\n')) == [kept, "y"]


@pytest.mark.slow
@pytest.mark.slow
def test_a_thousand_equal_long_names_stay_unique():
    names = list(kinds(",".join(["n" * 300] * 900) + "\n" + ",".join("1" * 900) + "\n" + ",".join("2" * 900) + "\n"))
    assert len(set(names)) == 900
    assert max(map(len, names)) <= 120


def test_quoted_cells_keep_delimiters_quotes_and_line_breaks():
    table = read_table(b'note,x\n"a ""b"", c\nd",1\ne,2\n', "x.csv")
    assert table.frame["note"].tolist() == ['a "b", c\nd', "e"]
    assert table.frame.index.tolist() == [2, 3]


def test_short_rows_are_filled_with_blanks_and_noted():
    table = read_table(b"a,b,c\n1,2,3\n4,5\n7,8,9\n", "x.csv")
    assert table.columns[2].missing == 1
    assert "1 row shorter than the others, the first is row 3: filled with blanks." in table.notes


def test_a_long_row_far_below_adds_a_column():
    text = "a,b\n" + "1,2\n" * 500 + "3,4,5\n"
    table = read_table(text.encode(), "x.csv")
    assert [column.name for column in table.columns] == ["a", "b", "column_3"]
    assert any(note.startswith("1 row longer") and "row 502" in note for note in table.notes)


def test_a_quote_that_never_ends_is_read():
    table = read_table(b'a,b\n1,2\n3,4\n5,"6\n', "x.csv")
    assert table.frame["a"].tolist() == [1.0, 3.0, 5.0]


def test_titles_above_the_table_are_skipped():
    table = read_table(b"Report of sales\n\ndate,a,b\n2020-01,1,2\n2020-02,3,4\n", "x.csv")
    assert [column.name for column in table.columns] == ["date", "a", "b"]
    assert table.frame.index.tolist() == [4, 5]
    assert "Skipped 1 row above the table." in table.notes


def test_a_header_that_lacks_the_name_of_the_first_column_is_shifted():
    table = read_table(b'"x","y"\n"1",2.5,3\n"2",4.5,5\n', "x.csv")
    assert [column.name for column in table.columns] == ["column_1", "x", "y"]
    assert table.frame["x"].tolist() == [2.5, 4.5]


@pytest.mark.parametrize("mark", ["", "NA", "N/A", "nan", "null", "None", "-", "?", ".", "#N/A", " "])
def test_marks_for_nothing_become_missing(mark):
    table = read_table(f"t,x\n2020-01,1\n2020-02,{mark}\n2020-03,3\n".encode(), "x.csv")
    assert np.isnan(table.frame["x"].iloc[1])
    assert table.columns[1].missing == 1
    assert "Missing cells: 1 in `x`." in table.notes


def test_infinities_count_as_missing_with_a_note():
    table = read_table(b"x\n1\ninf\n-inf\n4\n1e999\n", "x.csv")
    assert table.columns[0].missing == 3
    assert "Column `x`: 3 infinite values counted as missing." in table.notes


def test_a_few_words_in_a_column_of_numbers_are_noted_with_their_row():
    rows = "\n".join(str(number) for number in range(9))
    table = read_table(f"x\n{rows}\noops\n".encode(), "x.csv")
    assert table.columns[0].first_bad == (11, "oops")
    assert 'Column `x`: 1 cell without a number counted as missing, the first is row 11: "oops".' in table.notes


def test_a_column_that_is_mostly_words_is_text():
    assert kinds("x,y\n1,1\nb,2\nc,3\n2,4\n")["x"] == "text"
    with pytest.raises(ColumnError, match=r'Column `x` is text: row 3 holds "b"\. Pick another column\.'):
        make_series(read_table(b"x,y\n1,1\nb,2\nc,3\n2,4\n", "x.csv"), target="x")


def test_words_that_look_like_numbers_are_no_dates():
    assert kinds("code,y\nA-12,1\nB-13,2\nC-14,3\n")["code"] == "text"
    assert kinds("phone,y\n555-0100-22,1\n555-0101-23,2\n")["phone"] == "text"
    assert kinds("ratio,y\n3/4,1\n5/8,2\n")["ratio"] == "text"


def test_an_empty_column_is_known_as_empty():
    assert kinds("a,b\n1,\n2,NA\n") == {"a": "number", "b": "empty"}


def test_the_proposed_target_skips_counters_and_constants():
    table = read_table(b"id,flag,price\n1,1,5.5\n2,1,6.5\n3,1,5\n", "x.csv")
    assert table.proposed_target == "price"


def test_a_table_without_numbers_says_what_it_has():
    with pytest.raises(ColumnError, match=r"No column holds numbers: the file has `t` \(time\), `who` \(text\)\."):
        _ = read_table(b"t,who\n2020-01,a\n2020-02,b\n", "x.csv").proposed_target


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty: 0 bytes"),
        (b" \n\n\t\n", "empty"),
        (b"a,b,c\n", "only a header (3 columns)"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG picture"),
        (b"%PDF-1.7\n" + bytes(100), "a PDF document"),
        (gzip.compress(MONTHS.encode(), mtime=0), "a gzip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "an old Excel"),
        (b"PK\x03\x04" + bytes(100), "a damaged ZIP or Excel file"),
        (b"PAR1" + bytes(100), "damaged"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "a web page (HTML)"),
        (b'{"a": [1, 2, 3]}', "JSON"),
        (bytes(range(256)) * 4, "NUL bytes"),
        (b"a,b\n1,2\n\x00\x003,4\n", "NUL bytes"),
        (bytes(range(1, 9)) * 40, "control characters"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence_that_names_it(data, words):
    with pytest.raises(NotATable) as refusal:
        read_table(data, "x.csv")
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_zip_archive_is_named():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x.csv", MONTHS)
    with pytest.raises(NotATable, match="a ZIP archive"):
        read_table(buffer.getvalue(), "x.csv")


def test_more_bytes_than_the_limit_are_refused_with_both_sizes():
    with pytest.raises(FileTooLarge, match=r"50\.0 MB, and the limit is 50\.0 MB"):
        read_table(b"1" * (MAX_BYTES + 1), "x.csv")


def test_too_many_columns_are_refused():
    with pytest.raises(FileTooLarge, match="more than 1,000 columns"):
        read_table((",".join("1" * 1001) + "\n").encode() * 2, "x.csv")


def test_too_many_rows_are_refused():
    with pytest.raises(FileTooLarge, match="more than 1,000,000 rows"):
        read_table(b"x\n" + b"1\n" * 1_000_001, "x.csv")


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_gives_its_first_sheet_with_cells():
    rows = [["date", "x"], [pd.Timestamp("2020-01-31"), 1.5], [pd.Timestamp("2020-02-29"), 2], [None, None]]
    table = read_table(workbook(empty=[], data=rows, other=[[1]]), "x.xlsx")
    assert [(column.name, column.kind) for column in table.columns] == [("date", "time"), ("x", "number")]
    assert any(note.startswith("Read the sheet `data`, the first that is full of numbers") for note in table.notes)
    assert make_series(table).frequency.alias == "ME"


def test_a_workbook_with_a_title_and_an_empty_margin_is_read():
    rows = [["Sales"], [], [None, "year", "x"], [None, 2001, 1], [None, 2002, 3], [None, 2003, 2]]
    table = read_table(workbook(data=rows), "x.xlsx")
    assert [(column.name, column.kind) for column in table.columns][-2:] == [("year", "time"), ("x", "number")]


def test_a_workbook_named_csv_is_read_with_a_note():
    table = read_table(workbook(data=[["t", "x"], [1, 2], [2, 5]]), "x.csv")
    assert table.frame["x"].tolist() == [2.0, 5.0]
    assert "The name ends in .csv, but the file is an Excel workbook and was read as that." in table.notes


def test_an_empty_workbook_is_refused():
    with pytest.raises(NotATable, match="every sheet is empty"):
        read_table(workbook(a=[], b=[]), "x.xlsx")


def test_a_damaged_workbook_is_refused():
    whole = bytearray(workbook(data=[["t", "x"], [1, 2], [2, 5]]))
    whole[600:1200] = bytes(600)
    with pytest.raises(NotATable, match="damaged"):
        read_table(bytes(whole), "x.xlsx")


def parquet(**columns: object) -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame(columns).to_parquet(buffer)
    return buffer.getvalue()


def test_a_parquet_file_keeps_its_types():
    when = pd.date_range("2020-01-01", periods=4, freq="h", tz="Europe/Berlin")
    table = read_table(parquet(t=when, x=[1, 2, 3, 5], who=["a", "b", None, "d"], ok=[True, False, True, True]), "x.pq")
    assert [column.kind for column in table.columns] == ["time", "number", "text", "text"]
    assert table.frame["t"].iloc[0] == pd.Timestamp("2019-12-31 23:00")
    assert make_series(table).frequency.alias == "h"


def test_parquet_columns_of_text_are_read_like_csv():
    table = read_table(parquet(t=["Jan 2020", "Feb 2020"], x=["1.5", "NA"], l=[[1], [2, 3]]), "x.csv")
    assert [column.kind for column in table.columns] == ["time", "number", "text"]
    assert any("Parquet" in note for note in table.notes)


def test_a_parquet_file_without_rows_is_refused():
    with pytest.raises(NotATable, match="no rows"):
        read_table(parquet(x=[]), "x.parquet")


def chosen(table) -> list[str]:
    return [decision.setting for decision in table.decisions if decision.chosen]


def test_every_decision_is_told_with_its_reason():
    table = read_table("sep=;\nDatum;Größe\n2020-01;1,5\n2020-02;2,5\n".encode("cp1252"), "x.csv")
    told = {decision.setting: (decision.value, decision.sentence) for decision in table.decisions}
    assert told["encoding"] == (
        "cp1252",
        "Read as CP1252: the bytes are no UTF-8, and the letters read best as Western European text.",
    )
    assert told["delimiter"] == (";", "Cut the rows at semicolons, as the first line says.")
    assert told["header"] == (2, "Took the names of the columns from row 2: the values start below.")
    assert told["decimal"][0] == ","
    assert not chosen(table)


def test_a_plain_file_has_decisions_but_no_notes():
    table = read_table(MONTHS.encode(), "x.csv")
    assert {decision.setting for decision in table.decisions} == {"encoding", "delimiter", "header", "decimal"}
    assert table.notes == ()


def test_a_person_overrides_encoding_delimiter_decimal_and_header():
    raw = "a,b;c\n1,2;3\n4,5;6\n".encode("gb18030")
    table = read_table(raw, "x.csv", Reading(encoding="gbk", delimiter=",", header=0))
    assert table.frame.shape == (3, 2)
    assert chosen(table) == ["encoding", "delimiter", "header"]
    assert (table.encoding, table.delimiter, table.header_row) == ("gbk", ",", None)
    assert read_table(b"x\n1.234\n5.678\n", "x", Reading(decimal=",")).frame["x"].tolist() == [1234.0, 5678.0]
    assert read_table(b"x;y\n1,234;1\n5,678;2\n", "x", Reading(decimal=".")).frame["x"].tolist() == [1234.0, 5678.0]


def test_a_wanted_header_row_names_the_columns_and_drops_what_is_above():
    table = read_table(b"a,b\nc,d\n1,2\n3,4\n", "x.csv", Reading(header=1))
    assert [column.name for column in table.columns] == ["a", "b"]
    assert read_table(b"a,b\nc,d\n1,2\n3,4\n", "x.csv", Reading(header=2)).frame["c"].tolist() == [1.0, 3.0]


def test_further_marks_for_nothing_are_taken():
    table = read_table(b"x\n1\n2\nfehlt\n4\n-1\n", "x.csv", Reading(missing=("Fehlt", "-1")))
    assert table.columns[0].missing == 2
    assert table.columns[0].first_bad is None


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Reading(encoding="utf-8"), r"`encoding` \(=utf-8\) does not fit: 5 characters"),
        (Reading(encoding="utf-16"), r"`encoding` \(=utf-16\) does not fit"),
        (Reading(header=9), r"`header` \(=9\) lies beyond the file \(=3 rows\)"),
    ],
)
def test_a_request_that_cannot_work_is_refused_by_its_name(reading, words):
    with pytest.raises((TableError, SettingsError), match=words):
        read_table("größe,straße\n1,ä\n2,ö\n".encode("cp1252"), "x.csv", reading)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"encoding": "foo"}, r"`encoding` \(=foo\) is not known\. Use one of utf-8"),
        ({"encoding": "base64"}, r"`encoding` \(=base64\) is not known"),
        ({"delimiter": "#"}, r"`delimiter` \(=#\) is not known"),
        ({"decimal": ";"}, r"`decimal` \(=;\) is not known"),
        ({"date_order": "dym"}, r"`date_order` \(=dym\) is not known"),
        ({"header": -1}, r"`header` \(=-1\) must not be negative"),
        ({"header": "two"}, r"`header` \(=two\) must be a whole number"),
        ({"missing": "NA"}, "`missing` must be a list of texts"),
        ({"quote": "'"}, r"`quote` is not known\. Use one of encoding, delimiter"),
    ],
)
def test_a_reading_of_wrong_values_is_refused(values, words):
    with pytest.raises(SettingsError, match=f"^{words}"):
        Reading.from_dict(values)


def test_a_reading_survives_the_way_through_json():
    reading = Reading("gbk", ";", ",", 3, "Tabelle 1", "dmy", ("fehlt",))
    assert Reading.from_dict(json.loads(json.dumps(reading.to_dict()))) == reading
    assert Reading.from_dict({}) == Reading()


COVER = [["Annual report"], ["by the office"], ["2021"]]
DATA = [["date", "x"], *[[pd.Timestamp("2020-01-01") + pd.Timedelta(days=day), day + 0.5] for day in range(9)]]


def test_a_cover_sheet_is_passed_over_and_can_be_chosen():
    book = workbook(Cover=COVER, Data=DATA, More=DATA)
    table = read_table(book, "x.xlsx")
    assert (table.sheet, table.sheets) == ("Data", ("Cover", "Data", "More"))
    assert table.frame["x"].tolist() == [day + 0.5 for day in range(9)]
    assert read_table(book, "x.xlsx", Reading(sheet="Cover")).sheet == "Cover"
    with pytest.raises(SettingsError, match=r"`sheet` \(=Data 2\) is not in the file\. Use one of Cover, Data, More\."):
        read_table(book, "x.xlsx", Reading(sheet="Data 2"))


def test_a_title_over_merged_cells_and_a_total_are_left_out():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Sales of the year", None, None], [], ["date", "net", "gross"]]:
        sheet.append(row)
    for day in range(1, 8):
        sheet.append([pd.Timestamp(2020, 1, day), day * 1.5, day * 2])
    sheet.append(["Total", 42, 56])
    sheet.merge_cells("A1:C1")
    buffer = io.BytesIO()
    book.save(buffer)
    table = read_table(buffer.getvalue(), "x.xlsx")
    assert [column.kind for column in table.columns] == ["time", "number", "number"]
    assert (table.rows, table.header_row) == (7, 3)
    assert any(note.startswith("Left out 1 row below the table, the first is row 11") for note in table.notes)


def test_the_verdict_of_a_table_names_the_first_warning():
    told = describe_table(
        read_table(b"t,x\n2020-01,1\n2020-02,2\n2020-03,4\n2020-04,5\n2020-05,6\n2020-06,oops\n", "x.csv")
    )
    assert told["verdict"] == "warning"
    assert told["reason"].endswith('the first is row 7: "oops".')
    assert (told["decimal"], told["header"], told["columns"][1]["unit"]) == (".", 1, "")
    assert describe_table(read_table(MONTHS.encode(), "x.csv"))["verdict"] == "ok"
    refusal = describe_table(read_table(b"who,where\nAnn,Rome\nBob,Oslo\n", "x.csv"))
    assert (refusal["verdict"], refusal["reason"]) == ("refused", refusal["refusal"])


MARKED = "day,v\n" + "".join(f"2024-01-{day:02d},{-9999 if day in (4, 9) else day % 5}\n" for day in range(1, 29))


def test_a_number_that_looks_like_a_mark_is_kept_where_a_person_says_so():
    table = read_table(MARKED.encode(), "x.csv", Reading(genuine=("-9999.0",)))
    assert (table.frame["v"] == -9999).sum() == 2
    assert "Column `v`: 2 cells of -9999 kept as numbers, as you chose." in table.notes
    assert read_table(MARKED.encode(), "x.csv").column("v").missing == 2


def test_a_number_that_a_person_calls_missing_is_so_however_it_is_written():
    for reading in (Reading(missing=("2",)), Reading(missing=("2.0", "no number", "inf"))):
        table = read_table(MARKED.encode(), "x.csv", reading)
        assert not (table.frame["v"] == 2).any()
    out = io.BytesIO()
    pd.DataFrame({"day": pd.date_range("2024-01-01", periods=20), "v": np.arange(20.0) % 5}).to_parquet(out)
    table = read_table(out.getvalue(), "x.parquet", Reading(missing=("2",)))
    assert table.column("v").missing == 4
    assert "Column `v`: 4 cells of 2 counted as missing, as you chose." in table.notes
