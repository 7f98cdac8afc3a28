"""Names of the package in backticks become links to their pages.

Pages say `ProductEmbedder`, `Sessions.from_events` or `evaluation.compare_models(...)`
and are read on a code host too, so they hold no roles of Sphinx.
"""

from collections.abc import Collection, Mapping
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from sklearn_prodemb._public import NAMES, ROOT

# A link does not stand in these.
NO_LINKS = (nodes.reference, nodes.title, addnodes.desc_signature)


def full_name(
    text: str,
    objects: Collection[str],
    methods: Collection[str],
    inside: str | None = None,
) -> str | None:
    """Find what a text in backticks names.

    Parameters
    ----------
    text : str
        The text, such as "Sessions.from_events(log)".
    objects : collection of str
        The full names of all classes, functions and methods that have a place.
    methods : collection of str
        The bare names of methods. A bare "load" may be one of them and is no link.
    inside : str or None, default=None
        The full name of the class in whose docstring the text is, which may say "save"
        for its own method.

    Returns
    -------
    name : str or None
        The full name, such as "sklearn_prodemb.Sessions.from_events".
    """
    text = text.partition("(")[0]
    head, dot, rest = text.partition(".")
    candidates = [text, f"{inside}.{text}"]
    if dot or text not in methods:
        candidates += [f"{ROOT}.{text}"]
        candidates += [f"{row.path}{dot}{rest}" for row in NAMES if row.name == head]
    return next((name for name in candidates if name in objects), None)


class PublicLinks(SphinxPostTransform):
    """Make a link of each literal that names something public."""

    default_priority = 20  # behind Sphinx's own links

    def run(self, **kwargs: Any) -> None:
        """Go through the literals of a page."""
        objects = self.env.domains.python_domain.objects
        methods = method_names(objects)
        for literal in list(self.document.findall(nodes.literal)):
            around = parents(literal)
            if any(isinstance(node, NO_LINKS) for node in around):
                continue
            name = full_name(literal.astext(), objects, methods, class_of(around))
            if name is None:
                continue
            place = objects[name]
            link = make_refnode(
                self.app.builder,
                self.env.docname,
                place.docname,
                place.node_id,
                literal.deepcopy(),
                name,
            )
            literal.replace_self(link)


def method_names(objects: Mapping[str, Any]) -> set[str]:
    """Give the bare names of all methods."""
    return {
        name.rpartition(".")[2]
        for name, place in objects.items()
        if place.objtype.endswith("method")
    }


def class_of(around: list[nodes.Node]) -> str | None:
    """Give the full name of the class whose description is around a node."""
    for node in around:
        if isinstance(node, addnodes.desc) and node["objtype"] == "class":
            signature = node[0]
            return f"{signature['module']}.{signature['fullname']}"
    return None


def parents(node: nodes.Node) -> list[nodes.Node]:
    """Give the nodes around a node."""
    found = []
    while (node := node.parent) is not None:
        found.append(node)
    return found


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the links to the build."""
    app.add_post_transform(PublicLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
