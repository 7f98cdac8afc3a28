"""How Sphinx builds the site: `make docs`, without a network."""

import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "_ext")]

import make_api  # noqa: E402
from numpydoc import xref  # noqa: E402

from sklearn_prodemb._version import __version__  # noqa: E402

project = "sklearn-prodemb"
author = "The sklearn-prodemb developers"
copyright = f"{author}, BSD-3-Clause"
release = version = __version__

extensions = [
    "myst_parser",
    "numpydoc",
    "pages",
    "public_links",
    "docstrings",
    "sphinx.ext.autodoc",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "_ext", "_templates"]
templates_path = ["_templates"]

# Markdown
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
smartquotes = False
highlight_language = "text"

# Docstrings: names in single backticks, as in scikit-learn.
default_role = "literal"
add_module_names = False
toc_object_entries_show_parents = "hide"
autodoc_member_order = "groupwise"
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_xref_param_type = True
xref.DEFAULT_LINKS.clear()  # to Python's and NumPy's sites: that takes a network
numpydoc_xref_ignore = "all"
numpydoc_xref_aliases = {
    name: f":obj:`{name} <{path}>`"
    for path in make_api.paths()
    for name in (path, path.rpartition(".")[2])
}

# Examples
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"/plot_",
    "ignore_pattern": r"^(?!plot_)",
    "abort_on_example_error": True,
    "parallel": True,  # as many processes as --jobs says
    "reset_modules": ("matplotlib", "gallery.reset_scikit_learn"),
    "within_subsection_order": "gallery.Place",
    "backreferences_dir": "api/examples",
    "doc_module": ("sklearn_prodemb",),
    "thumbnail_size": (400, 280),
    "image_srcset": ["2x"],
    "remove_config_comments": True,
    "show_signature": False,
    "write_computation_times": False,
}

# The look
html_theme = "pydata_sphinx_theme"
html_title = f"{project} {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_sidebars = {"index": []}
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": project},
    "navbar_start": ["navbar-logo", "version"],
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "secondary_sidebar_items": {"**": ["page-toc", "sg_download_links"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


def write_api_pages(app: Sphinx) -> None:
    """Write a page for each public name before Sphinx looks for pages."""
    make_api.write_pages(Path(app.srcdir) / "api")


def add_api_pages(app: Sphinx, page: str, source: list[str]) -> None:
    """Hang the pages of public names below the page that lists them."""
    if page == "api":
        source[0] += make_api.toctrees("api")


def leave_out_signature(
    app: Sphinx,
    what: str,
    name: str,
    thing: Any,
    options: Any,
    arguments: str,
    result: str,
) -> tuple[str, str] | None:
    """Show no arguments of a class that only its class methods build."""
    return (
        ("", result) if what == "class" and arguments == "(*args, **kwargs)" else None
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect these to the build."""
    app.connect("autodoc-process-signature", leave_out_signature)
    app.connect("builder-inited", write_api_pages)
    app.connect("source-read", add_api_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
