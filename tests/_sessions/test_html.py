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
    texts = "".join(html.texts)
    assert f"most frequent{title} (1) · mate (1)" in texts
    shown = f"{title} " + ("" if category is None else f"({category}) ")
    assert f"session 0{shown}· mate" in texts


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
    assert "t3 (1)" not in html
    assert "session 2" in html
    assert "nunca" not in html


def test_lengths_and_frequent_titles():
    lists = [["a"], ["b"], ["a", "b"], ["c"], ["b", "d", "e"], *[["f"]] * 4]
    texts = outline(Sessions.from_lists([*lists, [f"t{i}" for i in range(1500)]])).texts
    lengths = texts[texts.index("lengths") + 1]
    # Two of ten are longer than 2; the largest of nine of ten is 3.
    assert lengths == "median 1, 90% up to 3, longest 1,500; 70.0% of one product"
    frequent = texts[texts.index("most frequent") + 1]
    assert frequent == "f (4) · b (3) · a (2) · c (1) · d (1)"
    texts = outline(Sessions.from_lists([["a"], ["a", "b"]])).texts
    assert texts[texts.index("lengths") + 1].startswith("median 1.5, 90% up to 2,")
