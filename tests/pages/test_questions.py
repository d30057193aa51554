"""What a file leaves open is asked on the page, with the series that each answer gives."""

import pandas as pd
import pytest

from tests.pages.test_data_panel import drawn, text_of

pytestmark = pytest.mark.slow


def line(place):
    return 100 + place % 12 * 3.7 + place / 9


def fiscal_years():
    names = "Apr May Jun Jul Aug Sep Oct Nov Dec Jan Feb Mar".split()  # noqa: SIM905
    return "FY,Month,Sales\n" + "\n".join(f"FY{14 + i // 12},{names[i % 12]},{line(i):.2f}" for i in range(72))


def half_hours():
    rows = [(day, place) for day in pd.date_range("2021-03-01", periods=20) for place in range(48)]
    return "Settlement Date,SP,Price\n" + "\n".join(
        f"{day:%Y-%m-%d},{place + 1},{100 + abs(place - 24) + day.day:.1f}" for day, place in rows
    )


def either_order():
    months = pd.date_range("2021-01-01", periods=12, freq="MS")
    return "date,value\n" + "\n".join(f"{month:%d/%m/%Y},{line(i):.2f}" for i, month in enumerate(months))


def either_mark():
    months = pd.date_range("2020-01-01", periods=36, freq="MS")
    return "month;price\n" + "".join(f"{month:%Y-%m};1,{250 + 7 * i}\n" for i, month in enumerate(months))


def shared_dates():
    days = pd.date_range("2021-01-01", periods=60)
    return "date,sales\n" + "\n".join(f"{day:%Y-%m-%d},{line(i):.2f}" for i, day in enumerate(days) for _ in range(2))


def out_of_order():
    days = pd.date_range("2021-01-01", periods=60)
    turned = [*days[30:], *days[:15], *reversed(days[15:30])]
    return "date,sales\n" + "\n".join(f"{day:%Y-%m-%d},{line(i):.2f}" for i, day in enumerate(turned))


CASES = [
    (
        either_order,
        "date_order",
        {"order": "mdy"},
        ["12 months, 2021-01 to 2021-12", "12 days, 2021-01-01 to 2021-01-12"],
    ),
    (
        fiscal_years,
        "fiscal_year",
        {"year": "begins"},
        ["72 months, 2013-04 to 2019-03", "72 months, 2014-04 to 2020-03"],
    ),
    (
        half_hours,
        "clock",
        {"time": "Settlement Date", "id": "SP"},
        ["960 30-minute steps", "48 series, the first: 20 days"],
    ),
    (either_mark, "decimal", {"dec": "."}, ["first values 1.25, 1.257", "first values 1,250, 1,257"]),
    (shared_dates, "duplicates", {"dup": "sum"}, ["first values 100, 103.8", "first values 200, 207.6"]),
    (
        out_of_order,
        "order",
        {"time": "(row number)"},
        ["60 days, 2021-01-01 to 2021-03-01", "60 rows, row 1 to row 60"],
    ),
]


@pytest.mark.parametrize(("text", "key", "written", "previews"), CASES, ids=[case[1] for case in CASES])
def test_an_open_question_is_asked_with_what_each_answer_gives(upload, text, key, written, previews):
    app = upload("file.csv", text())
    assert not app.exception
    question = app.radio(key=f"ask-{key}")
    captions = list(question.proto.captions)
    assert all(words in shown for words, shown in zip(previews, captions, strict=False)), captions
    assert question.index == 0
    assert key == "clock" or "check before training" in text_of(app)
    assert not set(written) & set(app.query_params), "what the evidence says is not in the address"
    chart = drawn(app)

    question.set_value(question.options[1])
    app.run()
    assert {name: app.query_params[name] for name in written} == written
    assert app.radio(key=f"ask-{key}").index == 1, "the question stays, with its answer"
    assert list(app.radio(key=f"ask-{key}").proto.captions) == captions
    assert drawn(app) != chart

    app.radio(key=f"ask-{key}").set_value(question.options[0])
    app.run()
    assert not set(written) & set(app.query_params)


def test_a_file_that_leaves_nothing_open_asks_nothing(upload):
    days = pd.date_range("2021-01-01", periods=60)
    app = upload("plain.csv", "date,sales\n" + "\n".join(f"{day:%Y-%m-%d},{line(i):.2f}" for i, day in enumerate(days)))
    assert not app.radio


def test_a_column_that_looks_like_a_time_and_is_none_is_said(upload):
    days = pd.date_range("2021-01-01", periods=90)
    app = upload(
        "no year.csv", "date,sales\n" + "\n".join(f"{day:%b} {day.day},{line(i):.2f}" for i, day in enumerate(days))
    )
    assert "its cells name no year" in text_of(app)
    assert "check before training" in text_of(app)
