"""Write docs/api.md from the table of public names: python docs/make_api.py."""

import inspect
from importlib import import_module
from pathlib import Path

from sklearn_prodemb._public import NAMES, ROOT, PublicName

PAGE = Path(__file__).with_name("api.md")


def first_sentence(thing: object) -> str:
    """Give the first paragraph of a docstring on one line."""
    return (inspect.getdoc(thing) or "").partition("\n\n")[0].replace("\n", " ")


def thing_of(row: PublicName) -> object:
    """Import what a row of the table names, as users do."""
    return getattr(import_module(row.path.rpartition(".")[0]), row.name)


def page() -> str:
    """Give the page."""
    lines = [
        "# API",
        "",
        "Each name with the first line of its docstring; `help(name)` shows the rest.",
    ]
    for package in dict.fromkeys(row.package for row in NAMES):
        module = import_module(".".join(filter(None, (ROOT, package))))
        lines += ["", f"## `{module.__name__}`", "", first_sentence(module), ""]
        lines += ["| name | what it is |", "| --- | --- |"]
        lines += [
            f"| `{row.path}` | {first_sentence(thing_of(row))} |"
            for row in NAMES
            if row.package == package
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
