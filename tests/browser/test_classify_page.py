"""A classifier in a real browser: trained, read with, drawn for, its mistakes looked at, shared; files of one's own."""

import re

import pytest
from playwright.sync_api import expect

from lstm_viz.figures.theme import LIGHT
from tests.browser.accessible import expect_nothing_serious
from tests.browser.classify_page import QUICK, ClassifyPage
from tests.browser.reading import watch_reading, words_while_reading

PEN = 5 / 56  # its width, in shares of the pad's side


@pytest.fixture
def classify(page, server):
    return ClassifyPage(page, server)


def test_digits_are_learned_drawn_mistaken_and_shared(classify, page, browser, server):
    classify.open(**QUICK)
    classify.train()
    expect(classify.belief).to_contain_text("After all 8 rows")
    expect_nothing_serious(page)
    slider = page.get_by_role("slider", name=re.compile("row|step", re.IGNORECASE)).first
    slider.focus()
    page.keyboard.press("Home")
    expect(classify.belief).to_contain_text("After 1 of 8 rows")

    cell = page.locator("table button").first
    cell.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"mistake=\d\.\d"))
    reads = page.get_by_role("button", name=re.compile(r"^\d+ · \d+%$"))
    number = reads.first.inner_text().split(" · ")[0]
    reads.first.click()
    expect(page).to_have_url(re.compile(rf"example={number}(&|$)"))
    expect(page.get_by_text(f"Test sequence {number}", exact=True)).to_be_visible()

    page.get_by_role("radio", name="Draw one").or_(page.get_by_role("button", name="Draw one")).first.click()
    expect(classify.pad).to_be_visible()
    classify.draw_three()
    expect(page).to_have_url(re.compile("drawn=[0-9a-g]{64}"))
    expect(page.get_by_text("Your drawing", exact=True)).to_be_visible()
    expect(classify.belief).to_contain_text("After all 8 rows it predicts")
    told, address = classify.belief.inner_text(), page.url
    page.reload()
    expect(classify.belief).to_have_text(told)
    other = browser.new_context().new_page()
    other.goto(address)
    expect(ClassifyPage(other, server).belief).to_have_text(told)
    other.context.close()

    page.goto(f"{address}&projector=1")
    expect(classify.belief).to_have_text(told)
    for row in (2, 5):
        slider.press("Home")
        for _ in range(row - 1):
            slider.press("ArrowRight")
        expect(classify.belief).to_contain_text(f"After {row} of 8 rows")
        classify.point_at_row_read(LIGHT.lstm)
        expect(classify.belief).to_contain_text(f"After {row} of 8 rows")
    page.get_by_role("button", name="Clear").click()
    classify.draw([(0.3, 0.6), (0.75, 0.6)])
    assert classify.ink() == {
        "across": pytest.approx([0.3 - PEN / 2, 0.75 + PEN / 2], abs=0.02),
        "down": pytest.approx([0.6 - PEN / 2, 0.6 + PEN / 2], abs=0.02),
    }


def test_files_of_ones_own_are_learned_and_bad_ones_get_one_sentence(classify, page):
    classify.open(**QUICK)
    uploader = page.locator('input[type="file"]')
    uploader.set_input_files({"name": "one.csv", "mimeType": "text/csv", "buffer": b"label,a,b\nx,1,2\nx,2,3\n"})
    expect(page.get_by_role("alert")).to_contain_text("nothing to tell apart")
    expect(page.get_by_text("1,213 training")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Remove")).first.click()
    expect(page.get_by_role("alert")).to_have_count(0)
    many = "".join(f"{'up' if row % 2 else 'down'}{f',{row / 7:.4f}' * 100}\n" for row in range(45_000))
    large = f"label,{','.join(f's{step}' for step in range(100))}\n{many}".encode()
    watch_reading(page, click=".st-key-classify-train button")
    uploader.set_input_files({"name": "large.csv", "mimeType": "text/csv", "buffer": large})
    assert words_while_reading(page) == "Reading large.csv …"
    expect(page.get_by_text(re.compile("45,000 examples of 100 steps"))).to_be_visible()
    assert "run=" not in page.url
    page.get_by_role("button", name=re.compile("^Remove")).first.click()
    expect(page.get_by_role("button", name=re.compile("^Remove"))).to_have_count(0)
    hostile = "<img src=x onerror=alert(1)>**b**" + "x" * 300
    rows = "".join(f"{hostile if n % 2 else 'down'},{n},{n + (3 if n % 2 else -3)},{n}\n" for n in range(60))
    uploader.set_input_files({"name": "lines.csv", "mimeType": "text/csv", "buffer": f"label,a,b,c\n{rows}".encode()})
    expect(page).to_have_url(re.compile("data=f-"))
    expect(page.get_by_text(re.compile("60 examples of 3 steps.*2 classes"))).to_be_visible()
    classify.train()
    expect(page.get_by_text(hostile[:12]).first).to_be_visible()
    assert page.locator("img[src='x']").count() == 0
    for width in (400, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator("table .name span").first).to_be_visible()
        head, cell = page.locator("table thead").bounding_box(), page.locator("table td button").first.bounding_box()
        assert head is not None
        assert cell is not None
        assert head["height"] < 200, "a long name is cut, and leaves the matrix in sight"
        assert cell["x"] + cell["width"] < width
    page.get_by_role("link", name="Home").first.click()
    page.get_by_role("link", name="Classify").first.click()
    expect(classify.verdict).to_be_visible()
