"""Archives that cost more than they hold, or hold what skops would not write."""

import io
import json
import zipfile

import numpy as np
import pytest
from damage import SCHEMA, json_node, named_again, npy, pack, unpack
from small import SESSIONS, spectral

from sklearn_prodemb._base.archive import check_archive
from sklearn_prodemb._base.persistence import TRUSTED_TYPES
from sklearn_prodemb.exceptions import InvalidFileError

ROOTS = ["sklearn_prodemb.SpectralEmbedder"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "file"
    spectral(random_state=np.random.RandomState(0)).fit(SESSIONS).save(path)
    return path.read_bytes()


@pytest.fixture
def members(saved):
    return unpack(saved)


def check(data):
    check_archive(data, "The file", TRUSTED_TYPES, ROOTS)


def refuse(data, message):
    with pytest.raises(InvalidFileError, match=f"^The file .*{message}"):
        check(data)


def test_what_skops_writes_is_accepted(saved, members):
    check(saved)
    check(pack(members))


def change(members, edit):
    """Edit the attributes of the estimator, and give the file."""
    schema = json.loads(members[SCHEMA])
    edit(schema["content"]["content"])
    return pack(members | {SCHEMA: json.dumps(schema).encode()})


# Members ----------------------------------------------------------------------


def test_compressed_members_are_refused(members):
    refuse(pack(members, zipfile.ZIP_DEFLATED), r"member .* is compressed")
    bomb = members | {"x.bin": bytes(10_000_000)}
    packed = pack(bomb, zipfile.ZIP_LZMA)
    assert len(packed) < 100_000
    refuse(packed, "is compressed")


def test_members_of_one_name_are_refused(members):
    file = io.BytesIO(pack(members))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(match="Duplicate name"):
        archive.writestr(SCHEMA, members[SCHEMA])
    refuse(file.getvalue(), r"two members named schema\.json")


def test_members_that_overlap_are_refused(members):
    file = io.BytesIO(pack(members))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(3):
            again = archive.getinfo(SCHEMA)
            again = zipfile.ZipInfo(f"{number}.bin")
            of = archive.getinfo(SCHEMA)
            for name in ("header_offset", "file_size", "compress_size", "CRC"):
                setattr(again, name, getattr(of, name))
            archive.filelist.append(again)
        archive._didModify = True
    refuse(file.getvalue(), r"its members claim \d+ bytes of \d+")


def test_a_member_that_belongs_to_two_attributes_is_refused(members):
    def edit(attributes):
        encoder = attributes["encoder_"]["content"]["content"]
        encoder["context_vectors"]["file"] = encoder["word_vectors"]["file"]

    refuse(change(members, edit), r"encoder_\.context_vectors .* belongs to something")


def test_a_member_that_is_missing_is_named(members):
    def edit(attributes):
        attributes["encoder_"]["content"]["content"]["word_vectors"]["file"] = "x"

    refuse(change(members, edit), r"encoder_\.word_vectors .*KeyError")


# Arrays -----------------------------------------------------------------------


def with_word_vectors(members, content):
    schema = json.loads(members[SCHEMA])
    encoder = schema["content"]["content"]["encoder_"]["content"]["content"]
    return pack(members | {encoder["word_vectors"]["file"]: content})


@pytest.mark.parametrize(
    "content",
    [
        npy(np.zeros(3))[:-1],
        npy(np.zeros(3)) + b"x",
        npy(np.zeros(3)).replace(b"(3,), ", b"(9999999999999,), "),
        npy(np.zeros(0, "U1")).replace(b"<U1", b"<U0").replace(b"(0,)", b"(9,)"),
        npy(np.zeros(3, [("a", "f4")])),
        npy(np.zeros(3)).replace(b"NUMPY\x01", b"NUMPY\x02"),
        npy(np.zeros(3)).replace(b"{'descr'", b"((((((((("),
        pack({"a.npy": npy(np.zeros(3))}),
        b"",
    ],
)
def test_an_array_is_as_large_as_its_header_says(members, content):
    refuse(with_word_vectors(members, content), r"encoder_\.word_vectors cannot be rea")


@pytest.mark.parametrize("shape", [b"1" * 900, b"1," * 400, b"1, " * 300, b" " * 900])
def test_headers_are_read_in_no_time(members, shape):
    header = (
        b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': ("
    )
    refuse(with_word_vectors(members, header + shape + b"x"), "not that of a plain")


@pytest.mark.parametrize(
    "array", [np.zeros((2, 3)), np.zeros((3, 2)).T, np.array(3.0), np.array(["a", "b"])]
)
def test_plain_arrays_are_accepted(members, array):
    check(with_word_vectors(members, npy(array)))


def test_a_single_number_is_of_its_class(members):
    members["x.npy"] = npy(np.array(5))
    number = {"__class__": "int64", "__module__": "numpy", "__loader__": "NdArrayNode"}
    number |= {"type": "numpy", "file": "x.npy"}

    def edit(attributes):
        attributes["vocab_size"] = number

    check(change(members, edit))
    number["__class__"] = "void"  # void(n) takes n bytes
    refuse(change(members, edit), r"vocab_size .* it is no numpy\.void")


# The schema -------------------------------------------------------------------


@pytest.mark.parametrize("n_levels", [3, 22, 60])
def test_lists_that_name_one_list_twice_are_refused(members, n_levels):
    def edit(attributes):
        attributes["sessions"] = named_again(n_levels)

    refuse(change(members, edit), "names objects that it does not write")


def test_a_list_that_holds_itself_is_refused(members):
    tower = named_again(3)
    tower["content"][1]["__id__"] = tower["__id__"]

    def edit(attributes):
        attributes["sessions"] = tower

    refuse(change(members, edit), r"sessions\[1\] cannot be read: .* it holds itself")


def test_an_object_that_is_written_as_often_as_it_is_named_is_accepted(members):
    def edit(attributes):
        shared = json_node("1") | {"__id__": 7}
        shared = {"content": [shared, shared], "__id__": 8}
        shared |= {"__loader__": "TupleNode", "__class__": "tuple"}
        shared |= {"__module__": "builtins"}
        attributes["sessions"] = attributes["memory"] = shared

    check(change(members, edit))


def test_depth_is_bounded(members):
    def edit(attributes):
        node = json_node("1")
        for _ in range(70):
            plain = {"__class__": "list", "__module__": "builtins"}
            node = plain | {"__loader__": "ListNode", "content": [node]}
        attributes["sessions"] = node

    refuse(change(members, edit), "is nested too deeply")
    refuse(pack({SCHEMA: b"[" * 100_000}), "no file that this package saved")


@pytest.mark.parametrize(
    "content", [2_000_000_000, None, "[[[[", "[1]", '{"a": 1}', " [1]"]
)
def test_a_value_is_one_number_or_str(members, content):
    def edit(attributes):
        attributes["sessions"] = json_node(content)

    refuse(change(members, edit), "sessions cannot be read.*content is no number or st")


def test_keys_are_str_and_as_many_as_their_types(members):
    schema = json.loads(members[SCHEMA])
    types = schema["content"]["key_types"]["content"]
    types.pop()
    refuse(pack(members | {SCHEMA: json.dumps(schema).encode()}), "more keys than type")
    types.append(types[0] | {"__class__": "int"})
    refuse(pack(members | {SCHEMA: json.dumps(schema).encode()}), "as a TypeNode")


@pytest.mark.parametrize("schema", [b"[]", b"1", b"{}", b"null", b"{", b"\xff"])
def test_a_schema_that_is_none_is_refused(members, schema):
    refuse(pack(members | {SCHEMA: schema}), "")


@pytest.mark.parametrize(
    ("module", "name", "loader"),
    [
        ("numpy", "add", "FunctionNode"),
        ("sklearn.linear_model._base", "LinearRegression", "ObjectNode"),
        ("builtins", "set", "SetNode"),
        ("builtins", "eval", "TypeNode"),
        ("builtins", "str", "TypeNode"),
        ("functools", "partial", "PartialNode"),
    ],
)
def test_other_types_are_named(members, module, name, loader):
    def edit(attributes):
        attributes["sessions"] = {
            "__class__": name,
            "__module__": module,
            "__loader__": loader,
            "content": [],
        }

    refuse(change(members, edit), rf"types that are not trusted: {module}\.{name}")


def test_no_constructor_is_called(members):
    values = {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode"}
    node = {"content": values | {"content": [json_node('"2.5"')]}}
    node |= {"__class__": "WordTokenizer", "__module__": "sklearn_prodemb.encoders"}
    node |= {"__loader__": "ConstructorFromReduceNode"}

    def edit(attributes):
        attributes["sessions"] = node

    refuse(change(members, edit), r"not trusted: sklearn_prodemb\.encoders\.WordToken")


def test_the_file_holds_an_estimator(members):
    schema = json.loads(members[SCHEMA])
    tokenizer = schema["content"]["content"]["encoder_"]
    data = pack(members | {SCHEMA: json.dumps(tokenizer).encode()})
    refuse(data, "holds a sklearn_prodemb.encoders.SpectralEncoder, no estimator")
