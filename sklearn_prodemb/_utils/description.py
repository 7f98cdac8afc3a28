"""Descriptions of what objects hold, and the checks that follow from them.

A class describes its state once, a field a name. `check_form` looks at types and
shapes, which costs nothing; `check_contents` reads all numbers. Sizes have names: a
size that two fields share must be the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from .._public import ROOT
from ..exceptions import InvalidFileError
from .validation import describe, first_not_str

# Nothing that is learned comes near it, and no sum of products of such numbers leaves
# the range of its type.
LARGEST = {"float16": 1e4, "float32": 1e8, "float64": 1e100}
_ROWS_PER_BLOCK = 4096
# A length that others are divided by.
SMALLEST_LENGTH = 1e-6

Sizes = dict[str, int]


class Wrong(Exception):
    """What is wrong with a value: the end of a sentence that begins with its name."""


class Field:
    """Base class: the description of one value.

    Attributes
    ----------
    omitted : bool
        Whether None is not written, and stands for what a file lacks.
    """

    omitted = False

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is of another type or shape; note its sizes."""
        raise NotImplementedError

    def check_contents(self, value: Any) -> None:
        """Raise `Wrong` if a value of the right form holds what it must not.

        By default anything goes that has the form.
        """


Description = Mapping[str, Field]


def check_form(description: Description, state: Mapping[str, Any], owner: str) -> Sizes:
    """Check the types and shapes of a state.

    Parameters
    ----------
    description : dict of str to Field
        The fields.
    state : dict of str to object
        The values.
    owner : str
        The name of the class, for error messages.

    Returns
    -------
    sizes : dict of str to int
        The sizes by name.

    Raises
    ------
    InvalidFileError
        If a name is missing or unknown, or a value is not as described.
    """
    for names, what in (
        (state.keys() - description.keys(), "cannot have"),
        (description.keys() - state.keys(), "lacks"),
    ):
        if names:
            raise InvalidFileError(f"{owner} {what} {', '.join(sorted(names))}")
    sizes: Sizes = {}
    for name, field in description.items():
        _named(owner, name, field.check_form, state[name], sizes)
    return sizes


def check_contents(
    description: Description, state: Mapping[str, Any], owner: str
) -> None:
    """Check what a state of the right form holds.

    Parameters
    ----------
    description : dict of str to Field
        The fields.
    state : dict of str to object
        The values.
    owner : str
        The name of the class, for error messages.

    Raises
    ------
    InvalidFileError
        If a number is not finite or out of range, or what is sorted is not.
    """
    for name, field in description.items():
        _named(owner, name, field.check_contents, state[name])


def _named(owner: str, name: str, check: Callable[..., None], *args: Any) -> None:
    try:
        check(*args)
    except Wrong as wrong:
        raise InvalidFileError(f"{owner}.{name} {wrong}") from None


@dataclass(frozen=True)
class Array(Field):
    """An array.

    Parameters
    ----------
    dtype : str
        Its type.
    shape : tuple of str
        The names of its sizes, or sums of products of names and numbers, such as
        "a + b" or "a * b"; "_" is any. All but the first are at least 1.
    ascending : bool, default=False
        Whether it is sorted.
    least : float or None, default=None
        No number is below it.
    missing : bool, default=False
        Whether it may hold NaN, and rows without any number.
    empty_rows : bool, default=False
        Whether its rows may be without any number.
    check : callable or None, default=None
        Looks at the contents, too, and raises `Wrong`.
    """

    dtype: str
    shape: tuple[str, ...]
    ascending: bool = False
    least: float | None = None
    missing: bool = False
    empty_rows: bool = False
    check: Callable[[np.ndarray], None] | None = None

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is of another type or shape; note its sizes."""
        if not isinstance(value, np.ndarray):
            raise Wrong(f"must be an array, but is {describe(value)}")
        if value.dtype != self.dtype:
            raise Wrong(f"must be of {self.dtype}, but is of {value.dtype}")
        _check_shape(value.shape, self.shape, sizes)
        if 0 in value.shape[1:] and not (self.missing or self.empty_rows):
            raise Wrong(f"must have no empty rows, but is of shape {value.shape}")

    def check_contents(self, value: Any) -> None:
        """Raise `Wrong` if a number is not finite or out of range."""
        if self.check is not None:
            self.check(value)
        if self.missing:
            value = value[~np.isnan(value)]
        if not value.size:
            return
        if self.dtype in LARGEST:
            largest, found = LARGEST[self.dtype], _largest_magnitude(value)
            # NaN compares as False.
            if not found <= largest:
                raise Wrong(
                    f"must hold numbers within {largest:g} of zero, but does not"
                )
        if self.least is not None and not value.min() >= self.least:
            raise Wrong(
                f"must hold no number below {self.least}, but holds {value.min()}"
            )
        if self.ascending and not (value[1:] >= value[:-1]).all():
            raise Wrong("must be sorted, but is not")


def _largest_magnitude(value: np.ndarray) -> Any:
    """Give the largest magnitude of an array's numbers; NaN if one of them is."""
    if value.dtype != np.float16:
        return np.maximum(value.max(), -value.min())
    # NumPy takes twenty times as long for half precision as for whole numbers. Without
    # the bit of the sign, bits are in the order of magnitudes, and NaN is behind all.
    bits = value.view(np.uint16)
    blocks = (
        bits[i : i + _ROWS_PER_BLOCK] for i in range(0, len(bits), _ROWS_PER_BLOCK)
    )
    return np.max([(block & 0x7FFF).max() for block in blocks]).view(np.float16)


@dataclass(frozen=True)
class Curve(Field):
    """An array of any numbers, such as losses; nothing is computed with it."""

    length: str

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no array of float64 of this length."""
        Array("float64", (self.length,)).check_form(value, sizes)


@dataclass(frozen=True)
class ByName(Field):
    """A dict of str to values of one description.

    Parameters
    ----------
    of : Field
        The description of each value.
    fewest : int, default=0
        The smallest number of them.
    """

    of: Field
    fewest: int = 0

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no dict of str to what is described."""
        if type(value) is not dict or not all(type(key) is str for key in value):
            raise Wrong(f"must be a dict of str to values, but is {describe(value)}")
        if len(value) < self.fewest:
            raise Wrong(f"must hold {self.fewest} or more, but holds {len(value)}")
        for key, item in value.items():
            _at(key, self.of.check_form, item, sizes)

    def check_contents(self, value: Any) -> None:
        """Raise `Wrong` if one of the values holds what it must not."""
        for key, item in value.items():
            _at(key, self.of.check_contents, item)


def _at(key: str, check: Callable[..., None], *args: Any) -> None:
    try:
        check(*args)
    except Wrong as wrong:
        raise Wrong(f"at {key!r} {wrong}") from None


@dataclass(frozen=True)
class Texts(Field):
    """A list of str.

    Parameters
    ----------
    length : str
        The name of its size.
    check : callable or None, default=None
        Looks at the contents, and raises `Wrong`.
    """

    length: str
    check: Callable[[list[str]], None] | None = None

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no list of str of this length."""
        if type(value) is not list:
            raise Wrong(f"must be a list, but is {describe(value)}")
        _check_size(len(value), self.length, sizes)
        row = first_not_str(value)
        if row is not None:
            raise Wrong(f"must hold str, but holds {describe(value[row])}")

    def check_contents(self, value: Any) -> None:
        """Raise `Wrong` if a str is not what it must be."""
        if self.check is not None:
            self.check(value)


@dataclass(frozen=True)
class Labels(Field):
    """An array of plain values of any kind, all different: labels, ids, categories.

    Parameters
    ----------
    length : str
        The name of its size.
    dtype : str or None, default=None
        Its type; None is any that labels have.
    of : type, default=object
        The type of its values, if it is an array of object.
    fewest : int, default=0
        The smallest number of them.
    """

    length: str
    dtype: str | None = None
    of: type = object
    fewest: int = 0

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no array of labels of this length."""
        if not isinstance(value, np.ndarray):
            raise Wrong(f"must be an array, but is {describe(value)}")
        if value.dtype.kind not in "biufUSMmO" or self.dtype not in (None, value.dtype):
            raise Wrong(f"must be of {self.dtype or 'labels'}, but is of {value.dtype}")
        _check_shape(value.shape, (self.length,), sizes)
        if len(value) < self.fewest:
            raise Wrong(f"must hold {self.fewest} or more, but holds {len(value)}")

    def check_contents(self, value: Any) -> None:
        """Raise `Wrong` if two labels are equal, or one is no plain value."""
        values = value.tolist()
        if value.dtype == object:
            for item in values:
                if hasattr(item, "__dict__") or not isinstance(item, self.of):
                    raise Wrong(f"must hold plain values, but holds {describe(item)}")
        try:
            n_distinct = len(set(values))
        except TypeError as error:
            raise Wrong(f"must hold what can be hashed, but: {error}") from None
        if n_distinct != len(values):
            raise Wrong("must hold distinct values, but does not")


@dataclass(frozen=True)
class Bytes(Field):
    """Bytes, and what they hold, which a function checks that raises `Wrong`."""

    check: Callable[[bytes], None] | None = None

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no bytes, or empty."""
        if type(value) is not bytes:
            raise Wrong(f"must be bytes, but is {describe(value)}")
        if not value:
            raise Wrong("must not be empty")

    def check_contents(self, value: Any) -> None:
        """Raise `Wrong` if the bytes hold what they must not."""
        if self.check is not None:
            self.check(value)


@dataclass(frozen=True)
class Whole(Field):
    """An int.

    Parameters
    ----------
    least : int, default=0
        The smallest that is allowed.
    size : str or None, default=None
        The name of the size that it is.
    """

    least: int = 0
    size: str | None = None

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no int, is too small or another size."""
        if isinstance(value, bool) or not isinstance(value, Integral):
            raise Wrong(f"must be an int, but is {describe(value)}")
        if value < self.least:
            raise Wrong(f"must be {self.least} or more, but is {describe(value)}")
        if self.size is not None:
            _check_size(int(value), self.size, sizes)


@dataclass(frozen=True)
class Wholes(Field):
    """A tuple of positive ints, at least one.

    Parameters
    ----------
    length, total : str
        The names of their number and of their sum.
    """

    length: str
    total: str

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no tuple of positive ints."""
        if type(value) is not tuple or not value:
            raise Wrong(f"must be a tuple of ints, but is {describe(value)}")
        for item in value:
            Whole(1).check_form(item, sizes)
        _check_size(len(value), self.length, sizes)
        _check_size(int(sum(value)), self.total, sizes)


@dataclass(frozen=True)
class Number(Field):
    """A number between two others, or equal to one of them."""

    least: float
    most: float

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no number, or out of range."""
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        # NaN compares as False.
        if not is_number or not self.least <= value <= self.most:
            raise Wrong(
                f"must be a number from {self.least:g} to {self.most:g}, but is "
                f"{describe(value)}"
            )


@dataclass(frozen=True)
class Lengths(Field):
    """A tuple of so many lengths, which others may be divided by."""

    n: int

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no tuple of so many lengths."""
        if type(value) is not tuple or len(value) != self.n:
            raise Wrong(f"must be a tuple of {self.n}, but is {describe(value)}")
        for item in value:
            is_number = isinstance(item, Real) and not isinstance(item, bool)
            largest = LARGEST["float32"]
            if not is_number or not SMALLEST_LENGTH <= item <= largest:
                raise Wrong(
                    f"must hold numbers from {SMALLEST_LENGTH:g} to {largest:g}, but "
                    f"holds {describe(item)}"
                )


@dataclass(frozen=True)
class OneOf(Field):
    """One of some values, or a callable if that is allowed.

    Parameters
    ----------
    values : tuple
        The values.
    or_callable : bool, default=False
        Whether it may be a callable.
    """

    values: tuple[Any, ...]
    or_callable: bool = False

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is none of them."""
        if self.or_callable and callable(value):
            return
        if not any(isinstance(value, type(v)) and value == v for v in self.values):
            names = ", ".join(map(repr, self.values))
            raise Wrong(f"must be one of {names}, but is {describe(value)}")


@dataclass(frozen=True)
class Text(Field):
    """A str, or None if that is allowed.

    Parameters
    ----------
    optional : bool, default=False
        Whether it may be None.
    check : callable or None, default=None
        Looks at a str, and raises `Wrong`.
    """

    optional: bool = False
    check: Callable[[str], None] | None = None

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is no str."""
        if not isinstance(value, str) and not (self.optional and value is None):
            raise Wrong(f"must be a str, but is {describe(value)}")

    def check_contents(self, value: Any) -> None:
        """Raise `Wrong` if the str is not what it must be."""
        if self.check is not None and value is not None:
            self.check(value)


class Part(Field):
    """An object that has a description of its own.

    Parameters
    ----------
    kind : str
        Its class, a name of `sklearn_prodemb.encoders`; as a name, since an estimator
        does not import its encoder before it has one.
    optional : bool, default=False
        Whether it may be None.
    omitted : bool, default=False
        Whether None is not written: files of before there was such a part lack it.
    **sizes : str
        Sizes of the part, by their names there or else by attributes: what they are
        here, as in the shape of an `Array`.
    """

    def __init__(
        self,
        kind: str,
        *,
        optional: bool = False,
        omitted: bool = False,
        **sizes: str,
    ) -> None:
        self.kind = kind
        self.optional = optional or omitted
        self.omitted = omitted
        self.sizes = sizes

    def check_form(self, value: Any, sizes: Sizes) -> None:
        """Raise `Wrong` if the value is of another class or size."""
        if self.optional and value is None:
            return
        found = (type(value).__module__, type(value).__qualname__)
        if found != (f"{ROOT}.encoders", self.kind):
            raise Wrong(f"must be a {self.kind}, but is a {'.'.join(found)}")
        if self.sizes:
            own = check_form(value._state, vars_of(value), self.kind)
            for name, here in self.sizes.items():
                n = own[name] if name in own else getattr(value, name)
                _check_size(n, here, sizes)

    def check_contents(self, value: Any) -> None:
        """Raise an InvalidFileError if the part holds what it must not."""
        if value is not None:
            check_contents(value._state, vars_of(value), self.kind)
            value._check_together()


def vars_of(part: Any) -> dict[str, Any]:
    """Give the state of an object by its description."""
    return {name: getattr(part, name) for name in part._state}


def _check_shape(
    shape: tuple[int, ...], described: tuple[str, ...], sizes: Sizes
) -> None:
    if len(shape) != len(described):
        raise Wrong(f"must have {len(described)} dimensions, but has {len(shape)}")
    for n, size in zip(shape, described, strict=True):
        _check_size(n, size, sizes)


def _check_size(n: int, size: str, sizes: Sizes) -> None:
    """Note a size that has a name of its own, and check one that is known."""
    if size == "_":
        return
    if size.isidentifier() and size not in sizes:
        sizes[size] = n
    expected = sum(_product(term, sizes) for term in size.split(" + "))
    if n != expected:
        raise Wrong(f"must have the size {size} = {expected}, but has {n}")


def _product(term: str, sizes: Sizes) -> int:
    result = 1
    for name in term.split(" * "):
        result *= int(name) if name.isdigit() else sizes[name]
    return result
