"""Write docs/api.md from the table of public names: python docs/make_api.py.

The build of the site writes a page for each name too, to the folder docs/api, which is
not kept.
"""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from sklearn_prodemb._public import NAMES, ROOT, PublicName

PAGE = Path(__file__).with_name("api.md")


def first_sentence(thing: object) -> str:
    """Give the first paragraph of a docstring on one line."""
    return (inspect.getdoc(thing) or "").partition("\n\n")[0].replace("\n", " ")


def thing_of(row: PublicName) -> object:
    """Import what a row of the table names, as users do."""
    return getattr(import_module(module_of(row.package)), row.name)


def module_of(package: str) -> str:
    """Give the full name of a package of the table."""
    return ".".join(filter(None, (ROOT, package)))


def by_package() -> Iterator[tuple[str, list[PublicName]]]:
    """Give each package with its rows."""
    for package in dict.fromkeys(row.package for row in NAMES):
        yield package, [row for row in NAMES if row.package == package]


def paths() -> list[str]:
    """Give the names of the table as users write them."""
    return [row.path for row in NAMES]


def page() -> str:
    """Give the page."""
    lines = [
        "# API",
        "",
        "Each name with the first line of its docstring; `help(name)` shows the rest.",
    ]
    for package, rows in by_package():
        module = import_module(module_of(package))
        lines += ["", f"## `{module.__name__}`", "", first_sentence(module), ""]
        lines += ["| name | what it is |", "| --- | --- |"]
        lines += [f"| `{row.path}` | {first_sentence(thing_of(row))} |" for row in rows]
    return "\n".join(lines) + "\n"


def toctrees(folder: str) -> str:
    """Give what hangs the pages of names below the page, a list for each package."""
    lines = []
    for package, rows in by_package():
        lines += ["", "```{toctree}", ":hidden:", f":caption: {module_of(package)}", ""]
        lines += [*(f"{folder}/{row.path}" for row in rows), "```"]
    return "\n".join(lines) + "\n"


def name_page(row: PublicName) -> str:
    """Give the page of one name, in reStructuredText."""
    thing = thing_of(row)
    lines = [row.name, "=" * len(row.name), "", f".. currentmodule:: {ROOT}", ""]
    if inspect.isclass(thing):
        lines += [f".. autoclass:: {row.path}", "   :members:"]
        if not issubclass(thing, Exception):
            lines += ["   :inherited-members:"]
    else:
        lines += [f".. autofunction:: {row.path}"]
    lines += ["", f".. minigallery:: {row.path}", "   :add-heading: In the gallery", ""]
    return "\n".join(lines)


def write_pages(folder: Path) -> None:
    """Write the pages of all names, and only what has changed."""
    folder.mkdir(exist_ok=True)
    texts = {folder / f"{row.path}.rst": name_page(row) for row in NAMES}
    for path in folder.glob("*.rst"):
        if path not in texts:
            path.unlink()
    for path, text in texts.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
