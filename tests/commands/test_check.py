"""`python -m lstm_viz check`: one description per file, in words or in JSON, whatever becomes of the other files."""

import json
import os
from pathlib import Path

import pytest

from lstm_viz.tables import MAX_BYTES, SAMPLES, sample_bytes
from tests.commands.running import AIRLINE, assert_refused, daily, long_file, monthly, run, run_process


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_check_finds_time_target_and_frequency_of_every_sample(sample, tmp_path):
    path = tmp_path / sample.file
    path.write_bytes(sample_bytes(sample.key))
    done = run("check", str(path), "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["time"], found["target"]) == (sample.time, sample.target)
    assert (
        found["frequency"]
        == {"airline_passengers": "MS", "sunspots": "MS", "nile": "YS", "mauna_loa_co2": "W-SAT"}[sample.key]
    )
    assert f"target: {sample.target}" in run("check", str(path)).stdout


def test_check_describes_even_a_file_that_it_refuses(tmp_path):
    path = tmp_path / "series.csv"
    path.write_bytes(daily([5.0] * 40))
    done = run("check", "--json", str(path))
    assert done.exit_code == 2
    found = json.loads(done.stdout)
    assert found["rows"] == 40
    assert found["refusal"] == found["reason"]
    assert done.stderr == f"refused {path}: {found['reason']}\n"


PROMISED = {
    "file", "verdict", "reason", "encoding", "delimiter", "decimal", "header", "rows", "columns", "time", "frequency",
    "target", "series", "findings", "notes",
}  # fmt: skip


def objects(*arguments: str) -> list[dict]:
    """Each line of the JSON output, which must be an object of its own."""
    return [json.loads(line) for line in run("check", "--json", *arguments).stdout.splitlines()]


@pytest.fixture
def several(tmp_path) -> list[str]:
    """A good file, a missing one, a folder, an empty one, one whose values never move, and a good one again."""
    (tmp_path / "good.csv").write_bytes(daily([float(step % 7) for step in range(60)]))
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "flat.csv").write_bytes(daily([5.0] * 40))
    (tmp_path / "folder").mkdir()
    names = ("good.csv", "missing.csv", "folder", "empty.csv", "flat.csv", "good.csv")
    return [str(tmp_path / name) for name in names]


def test_a_refusal_does_not_keep_the_files_after_it_from_being_checked(several):
    done = run("check", "--json", *several)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 2
    assert [one["file"] for one in found] == several
    assert [one["verdict"] for one in found] == ["ok", "refused", "refused", "refused", "refused", "ok"]
    assert len(done.stderr.splitlines()) == 4
    for one in found:
        assert set(one) >= PROMISED
        assert isinstance(one["columns"], list)
        assert bool(one["reason"]) == (one["verdict"] != "ok")
    assert ["missing.csv" in found[1]["reason"], "folder" in found[2]["reason"], "empty" in found[3]["reason"]] == [
        True
    ] * 3
    assert [column["name"] for column in found[4]["columns"]] == ["day", "value"], "what can be told is told"


def test_refused_files_have_the_same_keys_as_others(several):
    found = objects(*several)
    assert {frozenset(set(one) - {"refusal"}) for one in found} == {frozenset(set(found[0]))}


def test_nothing_refused_is_exit_code_zero(several):
    done = run("check", several[0], AIRLINE)
    assert (done.exit_code, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if not line.startswith("  ")] == [
        f"ok {several[0]}",
        f"ok {AIRLINE}",
    ]


def test_words_begin_with_the_verdict_and_hold_the_reason_once(several, tmp_path):
    path = tmp_path / "footer.csv"
    rows = daily([float(step % 7) for step in range(60)])
    path.write_bytes(rows + b"2024-03-01,oops\n")
    done = run("check", str(path), several[4])
    assert done.exit_code == 2
    assert done.stdout.startswith(f"warning {path}: ")
    assert done.stdout.count("oops") == 1
    assert done.stderr.startswith(f"refused {several[4]}: ")


def test_options_overrule_what_the_file_seems_to_say(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes("a note\nTag;Wert;Größe\n01.02.2024;1,5;7\n02.02.2024;-77;8\n03.02.2024;3,5;9\n".encode("cp1252"))
    options = ("--encoding", "cp1252", "--delimiter", ";", "--decimal", ",", "--header", "2", "--date-order", "dmy")
    (found,) = objects(
        str(path), *options, "--missing", "-77", "--missing", "none", "--time", "Tag", "--target", "Wert"
    )
    told = [found[name] for name in ("encoding", "delimiter", "decimal", "header", "time", "target", "gaps")]
    assert told == ["cp1252", ";", ",", 2, "Tag", "Wert", 1]
    assert [column["name"] for column in found["columns"]] == ["Tag", "Wert", "Größe"]
    assert (found["start"], found["end"]) == ("2024-02-01", "2024-02-03")
    (american,) = objects(str(path), "--date-order", "mdy", "--header", "2")
    assert (american["start"], american["end"]) == ("2024-01-02", "2024-03-02")


def test_rows_can_be_the_time_and_a_delimiter_can_be_named_in_words(tmp_path):
    path = tmp_path / "tabs.csv"
    path.write_bytes(daily([float(step % 7) for step in range(60)]).replace(b",", b"\t"))
    (found,) = objects(str(path), "--delimiter", "tab", "--time", "(row number)")
    assert (found["delimiter"], found["time"], found["frequency"]) == ("\t", None, "step")


def test_a_long_file_is_described_as_its_series(tmp_path):
    path = tmp_path / "long.csv"
    flat = monthly("Flat", 40).assign(sales=5.0)
    path.write_bytes(long_file(monthly("North", 60), monthly("South", 5), flat))
    (found,) = objects(str(path))
    told = [found[name] for name in ("layout", "series_id", "series", "ids", "steps", "start", "end")]
    assert told == ["long", "region", 2, ["North", "South"], 65, "2019-01-01", "2023-12-01"]
    assert found["verdict"] == "warning"
    assert "`Flat`" in found["reason"]
    assert "series: 2 by region: North, South" in run("check", str(path)).stdout
    (single,) = objects(str(path), "--series-id", "", "--duplicates", "sum")
    assert (single["layout"], single["series"], single["steps"]) == ("single", 1, 60)


def test_series_too_short_for_the_horizon_asked_for_are_a_warning(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(long_file(monthly("North", 60), monthly("South", 20), monthly("West", 20)))
    assert objects(str(path))[0]["verdict"] == "ok"
    (found,) = objects(str(path), "--horizon", "12")
    assert found["verdict"] == "warning"
    assert found["reason"].startswith("`South`: A horizon of 12 is too long for 20 months. Use at most 5")
    assert next(finding for finding in found["findings"] if finding["kind"] == "short")["series"] == 2


def test_the_findings_of_a_single_series_are_told(tmp_path):
    path = tmp_path / "spike.csv"
    values = [10 + float(step % 7) for step in range(100)]
    values[50] = 900.0
    path.write_bytes(daily(values))
    (found,) = objects(str(path))
    (outlier,) = [finding for finding in found["findings"] if finding["kind"] == "outliers"]
    assert (outlier["severity"], outlier["places"]) == ("warning", [[50, 51]])
    assert outlier["sentence"] in run("check", str(path)).stdout


WRONG = {
    "an unknown encoding": (["--encoding", "klingon"], "klingon"),
    "an unknown delimiter": (["--delimiter", "x"], "delimiter"),
    "an unknown decimal sign": (["--decimal", "!"], "decimal"),
    "a header in words": (["--header", "first"], "first"),
    "a header above the file": (["--header", "-1"], "header"),
    "an unknown order of dates": (["--date-order", "ydm"], "ydm"),
    "an unknown way with duplicates": (["--duplicates", "shuffle"], "shuffle"),
    "no horizon": (["--horizon", "0"], "horizon"),
    "an unknown option": (["--nope"], "--nope"),
}


@pytest.mark.parametrize(("options", "word"), WRONG.values(), ids=WRONG)
def test_options_that_cannot_be_are_refused_in_one_sentence_before_any_file(options, word):
    assert_refused(run("check", AIRLINE, "missing.csv", "--json", *options), word)


UNFIT = {
    "a header below the file": (["--header", "9999"], "header"),
    "a column that is not there": (["--target", "nope"], "nope"),
    "an id that is not there": (["--series-id", "nope"], "nope"),
    "a time that is none": (["--time", "passengers"], "passengers"),
    "an unknown frequency": (["--frequency", "fortnight"], "fortnight"),
    "an encoding that does not fit": (["--encoding", "utf-16"], "utf-16"),
}


@pytest.mark.parametrize(("options", "word"), UNFIT.values(), ids=UNFIT)
def test_options_that_do_not_fit_a_file_refuse_this_file(options, word):
    done = run("check", "--json", AIRLINE, *options)
    (found,) = map(json.loads, done.stdout.splitlines())
    assert (done.exit_code, found["verdict"]) == (2, "refused")
    assert word in found["reason"]


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (found,) = objects(str(path))
    assert (found["verdict"], found["rows"]) == ("refused", None)
    assert "50 MB" in found["reason"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_into_which_nobody_writes_is_refused_and_not_waited_for(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    (found,) = objects(str(path))
    assert "empty" in found["reason"]


@pytest.mark.slow
def test_a_pipe_that_is_written_to_is_read():
    done = run_process("check", "/dev/stdin", "--json", text=Path(AIRLINE).read_text(encoding="utf-8"))
    found = json.loads(done.stdout)
    assert (found["verdict"], found["rows"]) == ("ok", 144)


def test_what_a_name_holds_steers_no_terminal(tmp_path):
    path = tmp_path / "red\x1b[31m.csv"
    path.write_bytes(daily([float(step % 7) for step in range(60)], "\x1b[2J"))
    done = run("check", str(path), str(tmp_path / "no\x1b[31m.csv"))
    assert "\x1b" not in done.stdout + done.stderr
    (found,) = objects(str(path))
    assert found["file"] == str(path)
