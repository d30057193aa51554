"""Text from a file is text: a CommonMark parser, and Streamlit's own extensions, find nothing to act on."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lstm_viz.ui.shell.markdown import duration, literal, with_names

PLAIN = {"paragraph_open", "inline", "paragraph_close"}
# What Streamlit reads beside CommonMark while it parses: icons, emoji, colours and badges, mathematics.
STREAMLIT = re.compile(r"(?<!\\):[a-z0-9_+/-]+[:\[]|(?<!\\)\$")
# What it replaces afterwards in text that was parsed, so that a backslash is no protection: its logo, arrows, dashes and
# comparisons (st.markdown's reference), and what looks like an address (mdast-util-gfm-autolink-literal).
AFTERWARDS = re.compile(r":streamlit:|<-|->|--|[<>~]=|https?://|www(?=\.)|[-.\w+]+@[-\w]+\.[-\w]+", re.IGNORECASE)
WORD_JOINER = "\u2060"


HOSTILE = [
    "**price** <b>",
    "# heading",
    "- item",
    "1. item",
    "1) item",
    "> quote",
    "    code",
    "```",
    "~~~",
    "---",
    "===",
    "a\n===",
    "[link](javascript:alert(1))",
    "![image](http://example.org/x.png)",
    "<img src=x onerror=alert(1)>",
    "<https://example.org>",
    "https://example.org",
    "someone@example.org",
    "WWW.example.org",
    "a <= b >= c ~= d",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "~~struck~~",
    "$x_{$",
    "$$\\frac{1}{2}$$",
    ":material/delete:",
    ":red[colour]",
    ":rainbow[colour]",
    ":red-badge[badge]",
    ":streamlit:",
    ":+1:",
    "&lt;b&gt; &#60; &copy;",
    "\\*escaped\\*",
    "\\",
    "a  \nhard break",
    "[ref]: http://example.org",
    "- [ ] task",
    "[^1]",
    "a <- b -> c -- d",
    "*", "_", "`", "``a``",
    "größe µ °C",
]  # fmt: skip


def words(text: str) -> str:
    return " ".join(text.split())


def seen(text: str) -> str:
    """What there is to see of a text; CommonMark shows the character zero as �."""
    return words(text).replace(WORD_JOINER, "").replace("\0", "\ufffd")


def read_as_markdown(text: str) -> str:
    """What a reader sees, word joiners left out since they are not seen; fails on anything but one paragraph of text."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    shown = ""
    for token in parser.parse(text):
        assert token.type in PLAIN, token.type
        for child in token.children or []:
            assert child.type in ("text", "text_special"), child.type
            shown += child.content
    assert not STREAMLIT.search(text)
    assert not AFTERWARDS.search(shown)
    return shown.replace(WORD_JOINER, "")


def test_the_parser_would_find_markup():
    with pytest.raises(AssertionError):
        read_as_markdown("**price**")
    for text in (":red[c]", ":material/delete:", "$x$", "https\\:\\/\\/example\\.org", "a \\-\\> b"):
        with pytest.raises(AssertionError):
            read_as_markdown(text)
    assert read_as_markdown("price") == "price"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is_written(text):
    assert read_as_markdown(literal(text)) == seen(text)


@given(st.text())
def test_any_text_is_shown_as_it_is_written(text):
    assert read_as_markdown(literal(text)) == seen(text)


MARKUP = st.text("*_`~#<>[](){}!$:;&\\|-+=^\"'/. \n\tab1")


@given(MARKUP)
def test_any_mix_of_markup_is_shown_as_it_is_written(text):
    assert read_as_markdown(literal(text)) == seen(text)


@given(MARKUP)
def test_text_in_the_middle_of_a_sentence_leaves_the_rest_alone(text):
    assert words(read_as_markdown(f"Column {literal(text)} is text.")) == words(f"Column {text} is text.")


@given(MARKUP)
def test_a_name_between_backticks_stands_in_quotation_marks_and_is_text(text):
    told = read_as_markdown(with_names(f"Column `{text}` is text."))
    if text.strip() and "`" not in text:
        assert words(told) == words(f"Column “{text}” is text.")


@given(st.text())
def test_escaped_text_is_one_line(text):
    assert len(literal(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 00 min"),
        (7384, "2 h 03 min"),
    ],
)
def test_durations_never_show_sixty_of_anything(seconds, text):
    assert duration(seconds) == text


@given(st.floats(0, 1e6))
def test_durations_hold_no_number_that_belongs_to_the_next_unit(seconds):
    numbers = [float(number) for number in re.findall(r"[\d.]+", duration(seconds))]
    assert all(number < 60 for number in (numbers[1:] if "h" in duration(seconds) else numbers))
