"""What docstrings need, ours and those that come from scikit-learn.

Links of the latter name labels of scikit-learn's own documentation: Sphinx would look
them up in an inventory of that site, which takes a network. Here they are a table.
Their formulas would make the reader's browser load a program from another host: they
stay text.
"""

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)

SITE = "https://scikit-learn.org/stable/"
PAGES = {
    "accuracy_score": "modules/model_evaluation.html#accuracy-score",
    "df_output_transform": "modules/df_output_transform.html",
    "meta-estimator": "glossary.html#term-meta-estimator",
    "metadata_routing": "metadata_routing.html",
    "r2_score": "modules/model_evaluation.html#r2-score",
    "sphx_glr_auto_examples_miscellaneous_plot_set_output.py": (
        "auto_examples/miscellaneous/plot_set_output.html"
    ),
}


def to_scikit_learn(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Element | None:
    """Give the link for a label of the table; for others None, so that Sphinx warns."""
    if node.get("refdomain") != "std" or node["reftarget"] not in PAGES:
        return None
    url = SITE + PAGES[node["reftarget"]]
    return nodes.reference("", "", content, internal=False, refuri=url)


class FormulasAsText(SphinxTransform):
    """Make text in a fixed font of formulas in a line, such as R^2."""

    default_priority = 500

    def apply(self, **kwargs: Any) -> None:
        """Go through the formulas of a page."""
        for formula in list(self.document.findall(nodes.math)):
            formula.replace_self(nodes.literal("", formula.astext()))


def find_quotes(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of formulas that lack a "::" before them and became quotes."""
    if app.env.docname.startswith("api/"):
        for quote in doctree.findall(nodes.block_quote):
            LOGGER.warning(
                "%r is shown as a quote: write :: before a formula",
                quote.astext(),
                location=quote,
            )


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect these to the build."""
    app.connect("doctree-read", find_quotes)
    app.add_transform(FormulasAsText)
    app.connect("missing-reference", to_scikit_learn)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
