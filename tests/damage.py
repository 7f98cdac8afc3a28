"""Files of estimators, damaged with valid checksums, and what becomes of them.

`damage` changes one file; `outcome` loads it and uses what was loaded. A test does a
few hundred of both, `studies/damaged_files.py` many thousand.
"""

import copy
import io
import json
import random
import warnings
import zipfile
import zlib
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from small import (
    ID_SESSIONS,
    LABELS,
    PRICES,
    SESSIONS,
    TITLES,
    small,
    small_cnn,
    small_fasttext,
    small_product,
    spectral,
)
from small_offers import random_offers

from sklearn_prodemb.baselines import (
    MetaProd2Vec,
    Prod2Vec,
    TextCNNClassifier,
    TextCNNRegressor,
)
from sklearn_prodemb.encoders import ProductIds
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.matching import (
    EmbeddingMatcher,
    NetworkPairMatcher,
    PairMatcher,
    ProductMatcher,
)
from sklearn_prodemb.multimodal import (
    AttributeAutoencoder,
    AttributeEmbedder,
    BPREmbedder,
    ClickEmbedder,
    ImageEmbedder,
    ImageFeatures,
    MultiModalEmbedder,
    SiameseImageEmbedder,
)

SCHEMA = "schema.json"
USED_ON = [*TITLES[:20], "", "x" * 300, "zapatilas rojas", "mesa silla lampara", "漢字"]
OFFERS, GROUPS = random_offers(15, seed=0)
OF_IDS = {"embedding_dim": 4, "max_epochs": 1, "random_state": 0}


def frame_of(titles, n_digits=4, n_values=3):
    """Give a frame with all kinds of columns that matchers know."""
    numbers = [hash_of(title) for title in titles]
    # pandas' own str hold no lone surrogates.
    text = partial(pd.Series, dtype=object)
    return pd.DataFrame(
        {
            "title": text(titles),
            "maker": text([title.partition(" ")[0] for title in titles]),
            "price": [number / 7 if number % 3 else None for number in numbers],
            "phash": text(
                [f"{n:0{n_digits}x}"[:n_digits] if n % 5 else None for n in numbers]
            ),
            "image": [
                [float(n >> place & 1) for place in range(n_values)] if n % 4 else None
                for n in numbers
            ],
        }
    )


def hash_of(title):
    return zlib.crc32(title.encode("utf-8", "surrogatepass")) % 2**16


def pairs_of(titles, n_digits=4, n_values=3):
    """Pair each title with the one before, as frames."""
    left, right = titles, [*titles[-1:], *titles[:-1]]
    return frame_of(left, n_digits, n_values), frame_of(right, n_digits, n_values)


def with_columns(frame, columns):
    """Give a frame other columns of the same kinds: which were seen cannot be told."""
    of_kind = {"text": "title", "number": "price", "hash": "phash", "vector": "image"}
    return pd.DataFrame({name: frame[of_kind[kind]] for name, kind in columns.items()})


def attributes_of(titles, names):
    """Give a frame of attributes: words of titles, or missing."""
    words = [[*title.split(), *[None] * len(names)] for title in titles]
    return pd.DataFrame(
        {name: [row[i] for row in words] for i, name in enumerate(names)}, dtype=object
    )


def catalogue_of(titles, names):
    """Give a frame of titles, each of which may be missing, and of attributes."""
    first, *others = names
    frame = attributes_of(titles, others)
    return frame.assign(**{first: pd.Series([t or None for t in titles], dtype=object)})


def pictures_of(titles):
    """Give a frame of pictures: one pixel of a colour, or missing."""
    numbers = [hash_of(title) for title in titles]
    colours = [[n % 256, n // 256 % 256, n % 99] if n % 5 else None for n in numbers]
    return pd.DataFrame(
        {"picture": [c and np.array([[c]], np.uint8) for c in colours]}, dtype=object
    )


def wide(pictures, n_features=3):
    """Give features of pictures: their colour again and again."""
    return np.array([np.resize(np.asarray(p), n_features) for p in pictures])


def with_a_file(estimator):
    """Name a file as the backbone, which is not opened: a callable is not saved."""
    estimator.backbone_digest_ = "0" * 64
    return estimator.set_params(backbone="features.onnx")


def widths_of(matcher):
    """Give the lengths of hashes and vectors: that others were seen cannot be told."""
    if hasattr(matcher, "encoder_"):
        widths = [len(w) for w in matcher.encoder_.projections.values()]
    else:
        names = ("offers_", "left_offers_", "right_offers_")
        seen = [getattr(matcher, name) for name in names if hasattr(matcher, name)]
        widths = [
            max(of.bits["phash"].shape[1] for of in seen),
            max(of.vectors["image"].shape[1] for of in seen),
        ]
    n_bits, n_values = widths
    return {"n_digits": n_bits // 4 or 4, "n_values": n_values or 3}


# Of all kinds that a file can hold whole.
FITTED = {
    "ProductEmbedder": lambda: small_product(early_stopping=True).fit(SESSIONS),
    "ProductEmbedder, no network": lambda: small_product(max_epochs=0).fit(SESSIONS),
    "SpectralEmbedder": lambda: spectral(random_state=np.random.RandomState(0)).fit(
        SESSIONS
    ),
    "SpectralEmbedder, ids": lambda: spectral().fit(ID_SESSIONS),
    "TextCNNEmbedder": lambda: small().fit(SESSIONS),
    "Prod2Vec": lambda: Prod2Vec(**OF_IDS).fit(ID_SESSIONS),
    "MetaProd2Vec": lambda: MetaProd2Vec(**OF_IDS).fit(ID_SESSIONS),
    "BPREmbedder": lambda: BPREmbedder(**OF_IDS).fit(ID_SESSIONS),
    "ClickEmbedder": lambda: ClickEmbedder(n_components=4, random_state=0).fit(
        ID_SESSIONS
    ),
    "FastTextClassifier": lambda: small_fasttext().fit(TITLES, LABELS),
    "TextCNNClassifier": lambda: small_cnn(TextCNNClassifier, max_epochs=2).fit(
        TITLES, LABELS
    ),
    "TextCNNRegressor": lambda: small_cnn(TextCNNRegressor, max_epochs=2).fit(
        TITLES, PRICES
    ),
    "ProductMatcher": lambda: ProductMatcher(method="features", random_state=0).fit(
        frame_of(OFFERS), GROUPS
    ),
    "ProductMatcher, similarity": lambda: ProductMatcher(method="similarity").fit(
        OFFERS, GROUPS
    ),
    "EmbeddingMatcher": lambda: EmbeddingMatcher(
        embedding_dim=2, max_iter=2, random_state=0
    ).fit(frame_of(OFFERS), GROUPS),
    "PairMatcher": lambda: PairMatcher(random_state=0).fit(
        pairs_of(OFFERS), np.roll(GROUPS, 1) == GROUPS
    ),
    "AttributeAutoencoder": lambda: AttributeAutoencoder(
        embedding_dim=4, max_epochs=2, random_state=0
    ).fit(attributes_of(TITLES, ["maker", "kind"])),
    "MultiModalEmbedder": lambda: MultiModalEmbedder(
        [
            ("title", spectral(random_state=0), "title"),
            (
                "attributes",
                AttributeAutoencoder(embedding_dim=4, max_epochs=2, random_state=0),
                ["maker", "kind"],
            ),
        ],
        sessions=SESSIONS,
        weights={"title": 0.5},
    ).fit(catalogue_of(TITLES, ["title", "maker", "kind"])),
    "AttributeEmbedder": lambda: AttributeEmbedder(n_components=4, random_state=0).fit(
        attributes_of(TITLES, ["maker", "kind"]).assign(product_id=TITLES),
        sessions=ID_SESSIONS,
    ),
    "ImageFeatures": lambda: with_a_file(
        ImageFeatures(wide).fit(pictures_of(TITLES)),
    ),
    "ImageEmbedder": lambda: with_a_file(
        ImageEmbedder(wide, n_components=4, random_state=0).fit(
            pictures_of(TITLES).assign(product_id=TITLES), sessions=ID_SESSIONS
        )
    ),
    "SiameseImageEmbedder": lambda: with_a_file(
        SiameseImageEmbedder(wide, embedding_dim=4, max_epochs=1, random_state=0).fit(
            pictures_of(TITLES).assign(product_id=TITLES), sessions=ID_SESSIONS
        )
    ),
    "NetworkPairMatcher": lambda: NetworkPairMatcher(
        embedding_dim=2, hidden_layer_sizes=(4,), random_state=0
    ).fit(pairs_of(OFFERS), np.roll(GROUPS, 1) == GROUPS),
}


@cache
def fitted(name):
    """Give a fitted estimator, its file and its output."""
    estimator = FITTED[name]()
    expected = output(estimator)
    with TemporaryDirectory() as folder:
        estimator.save(Path(folder) / "file")
        return estimator, (Path(folder) / "file").read_bytes(), expected


# What becomes of a file -------------------------------------------------------


def outcome(path, load, expected):
    """Tell what became of a file; raise an AssertionError if a promise is broken.

    Parameters
    ----------
    path : Path
        The file.
    load : callable
        Loads it.
    expected : ndarray
        The `output` of the estimator whose file was damaged.

    Returns
    -------
    found : str
        "refused"; or "accepted, same output" if the damage was to something else;
        or "accepted, other output", as for a bit of a weight.
    """
    try:
        estimator = load(path)
    except InvalidFileError as error:
        if str(path) not in str(error):
            raise AssertionError("refused without the file's name") from error
        return "refused"
    try:
        with warnings.catch_warnings():
            # A damaged file may know ids or values of other types, and warn of it.
            warnings.simplefilter("ignore")
            result = output(estimator)
    except Exception as error:
        raise AssertionError(f"accepted, raises {type(error).__name__}") from error
    assert np.isfinite(result).all(), "accepted, not finite"
    assert len(result) == len(USED_ON), "accepted, other number of rows"
    if hasattr(estimator, "transform"):
        width = len(estimator.get_feature_names_out())
        assert result.shape[1] == width, "accepted, other width"
        assert result.dtype == np.float32, "accepted, other type"
    same = np.array_equal(result, expected)
    return f"accepted, {'same' if same else 'other'} output"


def output(estimator, titles=USED_ON):
    """Give vectors, or predictions as numbers."""
    if isinstance(estimator, AttributeAutoencoder):
        estimator.set_output(transform="default")
        return estimator.transform(
            attributes_of(titles, list(estimator.encoder_.values))
        )
    if isinstance(estimator, MultiModalEmbedder):
        names = estimator.feature_names_in_.tolist()
        for _, part, _ in estimator.embedders_:
            part.set_output(transform="default")
        estimator.set_output(transform="default")
        return estimator.transform(catalogue_of(titles, names))
    if isinstance(estimator, AttributeEmbedder):
        estimator.set_output(transform="default")
        return estimator.transform(attributes_of(titles, list(estimator.values_)))
    if hasattr(estimator, "backbone"):
        # The network is no part of the file: one of the width that fit saw.
        backbone = partial(wide, n_features=estimator.n_backbone_features_)
        estimator = copy.copy(estimator).set_params(backbone=backbone)
        estimator.set_output(transform="default")
        return estimator.transform(pictures_of(titles))
    if isinstance(estimator, (ProductMatcher, EmbeddingMatcher)):
        offers = titles
        if len(estimator.columns_) > 1:
            offers = frame_of(titles, **widths_of(estimator))
        if isinstance(estimator, EmbeddingMatcher):
            offers = with_columns(offers, estimator.columns_)
        assert len(estimator.predict(offers)) == len(titles)
        if isinstance(estimator, EmbeddingMatcher):
            estimator.set_output(transform="default")
            return estimator.transform(offers)
        return estimator.kneighbors_graph(offers).toarray()
    if isinstance(estimator, (PairMatcher, NetworkPairMatcher)):
        titles = pairs_of(titles, **widths_of(estimator))
    if isinstance(estimator, NetworkPairMatcher):
        titles = tuple(with_columns(side, estimator.columns_) for side in titles)
    if hasattr(estimator, "handle_unknown"):
        estimator.set_params(handle_unknown="ignore")
    if hasattr(estimator, "transform"):
        estimator.set_output(transform="default")
        ids = getattr(getattr(estimator, "encoder_", None), "ids", None)
        if isinstance(ids, ProductIds):
            titles = np.array([titles, titles], object).T
        return estimator.transform(titles)
    if hasattr(estimator, "predict_proba"):
        assert set(estimator.predict(titles)) <= set(estimator.classes_)
        return estimator.predict_proba(titles)
    return estimator.predict(titles)


# Damage -----------------------------------------------------------------------


def damage(data, rng):
    """Damage a file in one way, sometimes in two.

    Parameters
    ----------
    data : bytes
        A file that `save` wrote.
    rng : random.Random
        Where all choices come from.

    Returns
    -------
    kinds : str
        What was done.
    data : bytes
        The damaged file.
    """
    kinds = []
    for _ in range(rng.choice([1, 1, 1, 1, 2])):
        change = rng.choice(RAW if rng.random() < 0.15 else OF_MEMBERS)
        try:
            if change in RAW:
                data = change(data, rng)
            else:
                members = unpack(data)
                packed = change(members, rng)
                data = pack(members) if packed is None else packed
        except Exception:
            continue  # not every file has all of it, least a damaged one
        kinds.append(change.__name__)
    return ", ".join(kinds), data


def unpack(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(members, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


# Of the file as it is: checksums tell of most.


def flipped_bits(data, rng):
    data = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def cut_file(data, rng):
    return data[: rng.randrange(len(data))]


def lost_block(data, rng):
    begin = rng.randrange(len(data))
    return data[:begin] + data[begin + rng.randint(1, 4096) :]


# Of members, with valid checksums.


def flipped_bits_of_an_array(members, rng):
    name = rng.choice(of_kind(members, ".npy"))
    members[name] = flipped_bits(members[name], rng)


def flipped_bits_at_the_front(members, rng):
    """Bits of what libraries in C++ read first: their headers and dictionaries."""
    name = rng.choice(of_kind(members, (".npy", ".bin")))
    begin = 128 if name.endswith(".npy") else 0
    end = begin + rng.choice([100, 1000])
    front = flipped_bits(members[name][begin:end], rng)
    members[name] = members[name][:begin] + front + members[name][end:]


def largest_numbers(members, rng):
    """The largest numbers that are accepted, in all tables at once."""
    for name in of_kind(members, ".npy"):
        array = np.load(io.BytesIO(members[name]))
        if array.dtype == np.float32:
            numbers = [rng.choice([-1e8, 1e8]) for _ in range(array.size)]
            members[name] = npy(np.array(numbers, "f4").reshape(array.shape))


def changed_header(members, rng):
    name = rng.choice(of_kind(members, ".npy"))
    header, _, rest = members[name].partition(b"\n")
    digits = [i for i in range(10, len(header)) if header[i : i + 1].isdigit()]
    place = rng.choice(digits)
    new = rng.choice([b"0", b"1", b"9", b"99999999", b",", b"("])
    members[name] = header[:place] + new + header[place + 1 :] + b"\n" + rest


def other_array(members, rng):
    name = rng.choice(of_kind(members, ".npy"))
    array = np.load(io.BytesIO(members[name]))
    with np.errstate(all="ignore"):
        members[name] = npy(rng.choice(ARRAYS)(array, rng))


ARRAYS = [
    lambda a, rng: np.ones((1, 100_000), np.float32),
    lambda a, rng: a[: rng.randrange(len(a) + 1)],
    lambda a, rng: np.concatenate([a, a]),
    lambda a, rng: a[::-1],
    lambda a, rng: a.T,
    lambda a, rng: a[..., None],
    lambda a, rng: a[..., : a.shape[-1] // 2],
    lambda a, rng: np.zeros_like(a),
    lambda a, rng: a.astype(rng.choice(["f2", "f4", "f8", "i1", "u8", "U3", ">f4"])),
    lambda a, rng: np.array(0, a.dtype),
    lambda a, rng: np.zeros((0, *a.shape[1:]), a.dtype),
    lambda a, rng: np.zeros((*a.shape[:-1], 0), a.dtype),
    lambda a, rng: with_value(a, rng, [np.nan, np.inf, -np.inf]),
    lambda a, rng: with_value(a, rng, [3e38, -3e38, 1e20, -1, 2**31, 1e-45]),
    lambda a, rng: a * a.dtype.type(rng.choice([3, 100])),
    lambda a, rng: (a.astype("f8") * rng.choice([1e3, 1e15, 1e30])).astype(a.dtype),
]


def with_value(array, rng, values):
    array = np.array(array)
    flat = array.reshape(-1)
    for _ in range(rng.randint(1, 3)):
        flat[rng.randrange(len(flat))] = np.array(rng.choice(values)).astype(
            array.dtype
        )
    return array


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def fewer_rows_alike(members, rng):
    arrays = {
        name: np.load(io.BytesIO(members[name])) for name in of_kind(members, ".npy")
    }
    n_rows = rng.choice(sorted({len(array) for array in arrays.values()}))
    left = rng.choice([0, 1, n_rows // 2])
    for name, array in arrays.items():
        if len(array) == n_rows:
            members[name] = npy(array[:left])


def changed_bytes(members, rng):
    name = rng.choice(of_kind(members, ".bin"))
    change = rng.choice([flipped_bits, cut_file, lost_block, lambda data, rng: b""])
    members[name] = change(members[name] or b"x", rng)


def swapped_members(members, rng):
    a, b = rng.sample(sorted(members), 2)
    members[a], members[b] = members[b], members[a]


def lost_member(members, rng):
    del members[rng.choice(sorted(members))]


def compressed(members, rng):
    return pack(members, zipfile.ZIP_DEFLATED)


def member_twice(members, rng):
    file = io.BytesIO(pack(members))
    # The one that is read last wins.
    name = rng.choice(sorted(members))
    with zipfile.ZipFile(file, "a") as archive:
        archive.filelist.append(archive.getinfo(name))
        archive._didModify = True
    return file.getvalue()


# Of the schema.


def changed_text(members, rng):
    members[SCHEMA] = flipped_bits(members[SCHEMA], rng)


def other_value(members, rng):
    schema = json.loads(members[SCHEMA])
    nodes = list(nodes_of(schema))
    values = [n for n in nodes if n["__loader__"] == "JsonNode"]
    node = rng.choice(values if rng.random() < 0.7 else nodes)
    node.clear()
    node.update(json_node(rng.choice(VALUES)))
    members[SCHEMA] = json.dumps(schema).encode()


VALUES = ["null", "true", "-1", "0", "1", "2000000000", "1e400", "NaN", "-0.5", '"x"']
VALUES += ['""', '"es"', '"pt"', "[]", "{}", "[" * 5000, "9" * 5000, "[[0]]", 7, None]


def json_node(content):
    plain = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode"}
    return plain | {"content": content}


def other_attribute(members, rng):
    schema = json.loads(members[SCHEMA])
    node = rng.choice([n for n in nodes_of(schema) if n["__loader__"] == "DictNode"])
    content, types = node["content"], node["key_types"]["content"]
    names = sorted(content)
    new = rng.choice(["transform", "predict", "__class__", "_lock", "network", "x"])
    what = rng.choice(["rename", "lose", "add", "swap"])
    if what == "add":
        content[new] = rng.choice([json_node('"x"'), *content.values()])
        types.append(types[0])
    elif what == "lose":
        del content[rng.choice(names)]
        types.pop()
    elif what == "rename":
        content[new] = content.pop(rng.choice(names))
    else:
        a, b = rng.choice(names), rng.choice(names)
        content[a], content[b] = content[b], content[a]
    members[SCHEMA] = json.dumps(schema).encode()


def other_class(members, rng):
    schema = json.loads(members[SCHEMA])
    nodes = list(nodes_of(schema))
    node, other = rng.choice(nodes), rng.choice(nodes)
    keys = ["__class__", "__module__", "__loader__"]
    for key in keys if rng.random() < 0.5 else [rng.choice(keys)]:
        node[key] = other[key]
    members[SCHEMA] = json.dumps(schema).encode()


def other_reference(members, rng):
    schema = json.loads(members[SCHEMA])
    nodes = list(nodes_of(schema))
    files = [node for node in nodes if "file" in node]
    key = rng.choice(["__id__", "file"]) if len(files) > 1 else "__id__"
    a, b = rng.sample(files if key == "file" else nodes, 2)
    a[key] = b.get(key)
    members[SCHEMA] = json.dumps(schema).encode()


def named_again_and_again(members, rng):
    schema = json.loads(members[SCHEMA])
    values = [n for n in nodes_of(schema) if n["__loader__"] == "JsonNode"]
    node = rng.choice(values)
    node.clear()
    node.update(named_again(rng.choice([3, 30, 60, 100])))
    members[SCHEMA] = json.dumps(schema).encode()


def named_again(n_levels):
    """Lists of which each names the one before twice, and writes it once."""
    plain = {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode"}
    node = plain | {"content": [], "__id__": 1}
    for level in range(2, n_levels + 1):
        named = plain | {"__id__": level - 1}
        node = plain | {"content": [node, named], "__id__": level}
    return node


def of_kind(members, ending):
    names = [name for name in sorted(members) if name.endswith(ending)]
    if not names:
        raise KeyError(ending)
    return names


def nodes_of(schema):
    stack = [schema]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "__loader__" in item:
                yield item
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


RAW = [flipped_bits, cut_file, lost_block]
OF_MEMBERS = [
    flipped_bits_of_an_array,
    flipped_bits_at_the_front,
    largest_numbers,
    changed_header,
    other_array,
    other_array,
    fewer_rows_alike,
    changed_bytes,
    swapped_members,
    lost_member,
    compressed,
    member_twice,
    changed_text,
    other_value,
    other_value,
    other_attribute,
    other_class,
    other_reference,
    named_again_and_again,
]


def some_damage(data, seed, numbers):
    """Give a damaged file for each number, the same for equal seeds."""
    for number in numbers:
        yield damage(data, random.Random(f"{seed}-{number}"))
