"""Text becomes tokens without losing a character, and never crashes."""

import time
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.errors import SequenceError, UnknownTokens
from lstm_viz.sequences.tasks.task import MAX_CHARACTERS, MAX_TOKENS, SPLITS, Vocabulary, read_tokens, split

any_text = st.text(st.characters(exclude_categories=()), max_size=60)  # surrogates and control characters too
mixed_text = st.text(st.sampled_from("ab 'X.3⏎我ไท👩🏽‍👩🇩🇪é́\u200d\n\x00\ud800"), max_size=30)


@given(any_text | mixed_text, st.sampled_from(SPLITS))
def test_all_that_is_not_white_space_is_kept_in_order(text, into):
    assert "".join(split(text, into)) == "".join(text.split())


@given(any_text | mixed_text, st.sampled_from(SPLITS))
def test_no_token_is_empty_or_holds_white_space(text, into):
    assert all(token and token == "".join(token.split()) for token in split(text, into))


@given(any_text | mixed_text)
def test_auto_is_words_or_characters(text):
    assert split(text) in (split(text, "words"), split(text, "characters"))


@given(st.text(st.sampled_from("abc"), min_size=1), st.text(st.sampled_from("abc"), min_size=1))
def test_auto_reads_two_words_as_words_and_one_as_characters(first, second):
    assert split(f" {first}  {second}\n") == (first, second)
    assert split(first) == tuple(first)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("don't stop, it’s 3.14!", ("don't", "stop", ",", "it’s", "3.14", "!")),
        ("我爱北京天安门", tuple("我爱北京天安门")),
        ("我爱 coffee", ("我", "爱", "coffee")),
        ("ひらがな", tuple("ひらがな")),
        ("مرحبا بالعالم", ("مرحبا", "بالعالم")),
        ("שלום עולם", ("שלום", "עולם")),
        ("สวัสดี", ("ส", "วั", "ส", "ดี")),
        ("()[]", ("(", ")", "[", "]")),
    ],
)
def test_words_are_cut_where_readers_of_the_script_would(text, tokens):
    assert split(text, "words") == tokens


@pytest.mark.parametrize("cluster", ["👩‍👩‍👧", "👍🏽", "🇩🇪", "e\u0301", "ดี", "한", "1️⃣"])
def test_what_a_reader_takes_for_one_character_is_one_token(cluster):
    assert split(f"a{cluster}b", "characters") == ("a", cluster, "b")


def test_flags_side_by_side_stay_apart():
    assert split("🇩🇪🇫🇷🇯🇵", "characters") == ("🇩🇪", "🇫🇷", "🇯🇵")


@pytest.mark.parametrize("text", ["", "   ", "\n\t\u3000"])
def test_nothing_to_read_is_said(text):
    with pytest.raises(SequenceError, match="nothing to read"):
        read_tokens(text)


def test_as_many_tokens_as_allowed_are_read_and_one_more_is_not():
    assert len(read_tokens("ab " * MAX_TOKENS)) == MAX_TOKENS
    with pytest.raises(SequenceError, match="1,001 tokens; at most 1,000"):
        read_tokens("ab " * (MAX_TOKENS + 1))


def test_a_text_too_long_is_refused_before_it_is_cut():
    with pytest.raises(SequenceError, match=r"50,000,000 characters; at most 10,000"):
        read_tokens("🇩" * 50_000_000)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["🇩", "\u0301", "a'", "👩\u200d", "a", " "])
def test_the_longest_text_takes_a_moment_whatever_is_in_it(unit):
    text = (unit * MAX_CHARACTERS)[:MAX_CHARACTERS]
    started = time.process_time()
    for into in SPLITS:
        split(text, into)
    assert time.process_time() - started < 5


@given(st.lists(st.sampled_from("abcXYZ我"), max_size=20).map(tuple))
def test_decoding_undoes_encoding(tokens):
    vocabulary = Vocabulary(tuple("abcXYZ我"))
    numbers = vocabulary.encode(tokens)
    assert numbers.dtype == np.int64
    assert numbers.shape == (len(tokens),)
    assert vocabulary.decode(numbers) == tokens
    assert [vocabulary.index(token) for token in tokens] == numbers.tolist()


def test_unknown_tokens_are_named_up_to_five_and_the_known_ones_offered():
    with pytest.raises(UnknownTokens) as raised:
        Vocabulary(tuple("abcdefghijklmno")).encode(tuple("a1b234567711"))
    assert str(raised.value) == (
        "This cell does not know “1”, “2”, “3”, “4”, “5” and 2 more. It knows a b c d e f g h i j k l and 3 more."
    )


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=100))
def test_a_message_about_any_token_is_short_and_can_be_written(token):
    with pytest.raises(UnknownTokens) as raised:
        Vocabulary(("known",)).index(f"?{token}")
    message = str(raised.value)
    assert len(message) < 250
    message.encode("utf-8")
    assert not any(unicodedata.category(character) == "Cc" for character in message)
