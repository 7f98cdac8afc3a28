"""What a Markdown page says otherwise on the site than on a code host.

On a code host the page of an example is its script, and the changelog is a file at the
root. On the site both are pages, and a page is known by its title.
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

DOCS = Path(__file__).parents[1]

# What a link says on a code host, and where it leads on the site.
PLACES = (
    (re.compile(r"\]\(\.\./examples/(plot_\w+)\.py\)"), r"](auto_examples/\1.rst)"),
    (re.compile(r"\]\(\.\./examples/?\)"), "](auto_examples/index.rst)"),
    (re.compile(r"\]\(\.\./CHANGELOG\.md(#[\w-]+)?\)"), r"](changelog.md\1)"),
    (re.compile(r"\]\(\.\./CONTRIBUTING\.md(#[\w-]+)?\)"), r"](contributing.md\1)"),
)
# A link whose text is a file.
NAMED = re.compile(r"\[(?:docs/)?(\w+\.md)\](?=\(\1)")


def title_of(link: re.Match[str]) -> str:
    """Give the title of the page that a link names as its text."""
    first, _, _ = (DOCS / link[1]).read_text(encoding="utf-8").partition("\n")
    return f"[{first.removeprefix('# ')}]"


def on_the_site(text: str) -> str:
    """Change the links of a page's text, and keep deviations beside their means."""
    for pattern, place in PLACES:
        text = pattern.sub(place, text)
    return NAMED.sub(title_of, text).replace(
        " ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}"
    )


def change(app: Sphinx, page: str, source: list[str]) -> None:
    """Change the text of a Markdown page; Sphinx calls this with it."""
    if app.env.doc2path(page, base=False).suffix == ".md":
        source[0] = on_the_site(source[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect it to the build."""
    app.connect("source-read", change)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
