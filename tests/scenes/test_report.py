"""The command line prints what the page shows."""

import json

import numpy as np
import pytest

from lstm_viz.__main__ import main
from lstm_viz.recurrent.trace import memory_ledger
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import build_scene


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(["trace", *arguments])
    return ended.value.code, *capsys.readouterr()


def test_a_trace_is_printed_with_the_names_of_the_design(capsys):
    code, out, _ = run(capsys, "--model", "counting", "--text", "aaaXbbb", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["tokens"] == list("aaaXbbb")
    assert told["difference_to_torch"] < 1e-6
    layer = told["layers"][0]
    names = {"input_gate", "forget_gate", "candidate", "cell_state", "output_gate", "hidden_state", "forget_gate_pre"}
    assert names <= set(layer["activations"])
    trace = build_scene(StepRequest(source="counting", text="aaaXbbb")).lanes[0].trace
    np.testing.assert_allclose(layer["activations"]["cell_state"], trace.layer()["cell_state"])
    np.testing.assert_allclose(layer["ledger"]["kept"], memory_ledger(trace.layer()).kept)
    np.testing.assert_allclose(told["probabilities"], trace.probabilities)


def test_the_counting_cell_knows_when_to_end(capsys):
    _, out, _ = run(capsys, "--model", "counting", "--text", "aaaXbbb", "--json")
    told = json.loads(out)
    assert told["outputs"][int(np.argmax(told["probabilities"][-1]))] == "⏎"


def test_words_for_a_terminal_name_every_step(capsys):
    code, out, _ = run(capsys, "--model", "recall", "--text", "Bxyz?")
    assert code == 0
    assert [line.split()[1] for line in out.splitlines()[3:]] == list("Bxyz?")


def test_a_change_is_told_beside_the_original(capsys):
    _, out, _ = run(capsys, "--model", "recall", "--what-if", "lstm.forget_gate.*@2-=0", "--json")
    told = json.loads(out)
    kept = np.array(told["changed"]["layers"][0]["ledger"]["kept"])
    assert np.abs(kept[1:]).max() == 0
    assert np.abs(told["layers"][0]["ledger"]["kept"]).max() > 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--model", "recall", "--text", "Bq"], "does not know"),
        (["--text", " "], "nothing to read"),
        (["--model", "untrained", "--hidden-size", "0"], "hidden_size"),
        (["--model", "transformer"], "not known"),
        (["--model", "recall", "--what-if", "lstm.forget_gate.99@1=0"], "unit"),
        (["--model", "recall", "--what-if", "rubbish"], "no change"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_two(capsys, arguments, sentence):
    code, out, error = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert sentence in error
    assert error.count("\n") == 1
