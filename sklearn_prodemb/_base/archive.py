"""The archive that skops wrote, checked before anything of it is built.

An archive is held against what skops writes for an estimator of this package: plain
members that are no larger than the file, arrays that fill their members, and a tree of
few kinds of nodes, none of which is visited more often than it is written. All of it
takes time and memory in proportion to the file.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from .._utils.validation import describe
from ..exceptions import InvalidFileError

REPEATED = "repeated"
_SCHEMA = "schema.json"
_MAX_DEPTH = 64
_UNKNOWN = -1
# What `numpy.save` writes for an array of plain values.
_ARRAY = re.compile(
    rb"\x93NUMPY\x01\x00(..)\{'descr': '([<>|][biufSUmM]\d+(?:\[\d*[a-z]+\])?)', "
    rb"'fortran_order': (?:False|True), 'shape': \(((?:\d++,? ?)*+)\), \} *\n",
    re.DOTALL,
)
_LONGEST_HEADER = 1024
# The nodes of plain data, and the class that each has.
_PLAIN = {
    "BytesNode": "builtins.bytes",
    "DictNode": "builtins.dict",
    "ListNode": "builtins.list",
    "NdArrayNode": "numpy.ndarray",
    "RandomStateNode": "numpy.random.mtrand.RandomState",
    "TupleNode": "builtins.tuple",
    "TypeNode": "builtins.str",
}


def check_archive(
    data: bytes, what: str, trusted: Collection[str], roots: Collection[str]
) -> dict[str, Any]:
    """Check that an archive is safe to build objects from.

    Parameters
    ----------
    data : bytes
        The archive.
    what : str
        What error messages call it.
    trusted : collection of str
        The classes of objects that may be in it.
    roots : collection of str
        Those that the object may have which the archive holds.

    Returns
    -------
    schema : dict
        The node of the object, with the nodes of what it holds. All were checked; one
        that names a node before it says so by its loader, `REPEATED`, and holds nothing
        else.

    Raises
    ------
    InvalidFileError
        If it is no archive or damaged, holds other classes, or is not as skops writes
        it; the error names the attribute.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist(), len(data))
            tree = _Tree(archive, frozenset(trusted))
            schema: dict[str, Any] = json.loads(archive.read(_SCHEMA))
            tree.check(schema)
    except InvalidFileError as error:
        raise InvalidFileError(f"{what} is damaged: {error}.") from error
    except Exception as error:
        raise InvalidFileError(
            f"{what} is no file that this package saved, or it is damaged: {error}."
        ) from error
    name = _name(schema)
    if name not in roots:
        raise InvalidFileError(f"{what} holds a {name}, no estimator of this package.")
    if tree.foreign:
        raise InvalidFileError(
            f"{what} holds types that are not trusted: "
            f"{', '.join(sorted(tree.foreign))}. Only {', '.join(trusted)} and plain "
            f"data are. A callable normalizer or backbone, or a classifier of another "
            f"package, needs joblib.dump, or skops.io with the types you trust."
        )
    return schema


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    names = Counter(member.filename for member in members)
    for member in members:
        if names[member.filename] > 1:
            raise InvalidFileError(f"it has two members named {member.filename}")
        is_plain = member.compress_type == zipfile.ZIP_STORED
        if not is_plain or member.compress_size != member.file_size:
            raise InvalidFileError(f"its member {member.filename} is compressed")
    total = sum(member.file_size for member in members)
    if total > size:
        raise InvalidFileError(f"its members claim {total} bytes of {size}")


class _Tree:
    """The nodes of a schema, visited in the order in which they are built."""

    def __init__(self, archive: zipfile.ZipFile, trusted: frozenset[str]) -> None:
        self._archive = archive
        self._trusted = trusted
        self._members: set[str] = set()
        self._sizes: dict[int, int] = {}
        self._n_written = 0
        self.foreign: set[str] = set()

    def check(self, root: Any) -> None:
        """Raise an InvalidFileError if the tree is not as skops writes it."""
        n_nodes = self._visit(root, "", 0)
        # skops writes a shared object as often as it is named, and reads only the
        # first; others may name it without writing it, and so on, level by level.
        if n_nodes > self._n_written:
            raise InvalidFileError("its schema names objects that it does not write")

    def _visit(self, node: Any, path: str, depth: int) -> int:
        """Check a node; give the number of nodes that are visited in it."""
        if depth > _MAX_DEPTH:
            raise InvalidFileError(f"{path} is nested too deeply")
        try:
            key = node.get("__id__") or None
            if not isinstance(key, (int, type(None))):
                raise TypeError(f"an __id__ must be an int, but is {describe(key)}")
            if key in self._sizes:
                if self._sizes[key] == _UNKNOWN:
                    raise ValueError("it holds itself")
                self._n_written += _count(node)
                # It may hold anything, and nobody has looked.
                node.clear()
                node.update(__id__=key, __loader__=REPEATED)
                return self._sizes[key]
            if key is not None:
                self._sizes[key] = _UNKNOWN
            self._n_written += 1
            children = self._children(node, path)
            size = 1
            for name, child in children:
                size += self._visit(child, f"{path}{name}", depth + 1)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, InvalidFileError):
                raise
            raise InvalidFileError(
                f"{path.lstrip('.') or 'its schema'} cannot be read: "
                f"{type(error).__name__} {error}"
            ) from error
        if key is not None:
            self._sizes[key] = size
        return size

    def _children(self, node: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
        loader, name = node["__loader__"], _name(node)
        if loader == "JsonNode":
            if (
                not isinstance(node["content"], str)
                or node["content"][:1] in "[{ \t\r\n"
            ):
                raise ValueError("its content is no number or str")
        elif loader == "ObjectNode" and name in self._trusted:
            yield "", _of_loader(node["content"], "DictNode")
        elif name == _PLAIN.get(loader) and loader != "TypeNode":
            yield from self._plain_children(loader, node, path)
        elif loader == "NdArrayNode" and node["type"] == "numpy":
            # A single number, such as a numpy.int64.
            kind, shape = self._check_array(node["file"])
            module, cls = node["__module__"], node["__class__"]
            if shape or module != "numpy" or getattr(np, cls, None) is not kind.type:
                raise ValueError(f"it is no {name}")
        else:
            self.foreign.add(name)

    def _plain_children(
        self, loader: str, node: dict[str, Any], path: str
    ) -> Iterator[tuple[str, Any]]:
        content = node.get("content")
        if loader == "BytesNode":
            self._take_member(node["file"])
        elif loader == "NdArrayNode" and node["type"] == "numpy":
            self._check_array(node["file"])
        elif loader in ("ListNode", "TupleNode", "NdArrayNode"):
            if not isinstance(content, list):
                raise TypeError(f"its content is {describe(content)}")
            for i, child in enumerate(content):
                yield f"[{i}]", child
            if loader == "NdArrayNode":
                shape = _of_loader(node["shape"], "TupleNode")
                if len(shape["content"]) != 1:
                    raise ValueError("it has more than one dimension")
                yield ".shape", shape
        elif loader == "DictNode":
            types = _of_loader(node["key_types"], "ListNode")
            for child in types["content"]:
                # Keys are str: there is nothing to build.
                _of_loader(child, "TypeNode")
            if not isinstance(content, dict) or len(content) != len(types["content"]):
                raise ValueError("it has more keys than types of keys, or fewer")
            for key, child in content.items():
                yield f".{key}", child
        elif loader == "RandomStateNode":
            yield "", _of_loader(content, "DictNode")

    def _take_member(self, name: str) -> zipfile.ZipInfo:
        if name in self._members:
            raise ValueError(f"its member {name} belongs to something else, too")
        self._members.add(name)
        return self._archive.getinfo(name)

    def _check_array(self, name: str) -> tuple[np.dtype, tuple[int, ...]]:
        """Check that an array is as large as its header says, or numpy obeys that."""
        member = self._take_member(name)
        with self._archive.open(member) as file:
            header = _ARRAY.match(file.read(_LONGEST_HEADER))
        if header is None:
            raise ValueError("its header is not that of a plain array")
        length, descr, sizes = header.groups()
        kind = np.dtype(descr.decode())
        shape = tuple(int(size) for size in sizes.replace(b",", b" ").split())
        n_values: int = math.prod(shape)
        n_bytes = n_values * kind.itemsize
        begin = header.end()
        if (
            int.from_bytes(length, "little") != begin - 10
            or n_bytes != member.file_size - begin
            or (n_values and not n_bytes)
        ):
            raise ValueError(
                f"its header claims {n_bytes} bytes, but there are "
                f"{member.file_size - begin}"
            )
        return kind, shape


def _name(node: dict[str, Any]) -> str:
    return f"{node['__module__']}.{node['__class__']}"


def _of_loader(node: Any, loader: str) -> Any:
    if node["__loader__"] != loader or _name(node) != _PLAIN[loader]:
        raise ValueError(f"it must be written as a {loader}")
    return node


def _count(node: Any) -> int:
    """Count the nodes that are written in a node."""
    n_nodes, stack = 0, [node]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            n_nodes += "__loader__" in item
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return n_nodes
