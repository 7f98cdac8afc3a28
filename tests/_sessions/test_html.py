"""Sessions as a notebook shows them."""

from html.parser import HTMLParser

import pytest

from sklearn_prodemb import Sessions


class Outline(HTMLParser):
    """Collects the texts, and the tags that are open."""

    def __init__(self):
        super().__init__()
        self.open, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def outline(sessions):
    parser = Outline()
    parser.feed(sessions._repr_html_())
    parser.close()
    return parser


@pytest.mark.parametrize("title", ["mesa", "<td>", "</table>", "a & b", "\"'>", ""])
@pytest.mark.parametrize("category", [None, 3, "<i>", "</tr>"])
def test_texts_are_shown_as_they_are(title, category):
    html = outline(Sessions.from_lists([[(title, category), "mate"]]))
    assert html.open == []
    shown = f"{title} " + ("" if category is None else f"({category}) ")
    assert f"session 0{shown}· mate" in "".join(html.texts)


def test_the_counts_come_first():
    sessions = Sessions.from_lists([[("a", 1), ("b", 2), ("c", 2)], ["a"]])
    assert outline(sessions).texts[:5] == [
        "Sessions",
        "2 sessions",
        "3 products",
        "3 pairs",
        "2 categories",
    ]


def test_only_the_first_sessions_and_titles_are_shown():
    title, many = "<script>&", [f"t{i}" for i in range(1200)]
    lists = [[(title, "<b>"), ("mate", 'x"')], many, ["mesa"], ["nunca"]]
    html = Sessions.from_lists(lists)._repr_html_()
    assert "&lt;script&gt;&amp; <i>(&lt;b&gt;)</i>" in html
    assert "<script>" not in html
    assert "<b>" not in html
    assert "1,203" not in html
    assert "1,204 products" in html
    assert "t4 …" in html
    assert "t5" not in html
    assert "session 2" in html
    assert "nunca" not in html
