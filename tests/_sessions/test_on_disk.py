"""Sessions as a folder: what is saved comes back, and damage is told."""

import pickle
import re
import shutil
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from full_disk import full_disk

from sklearn_prodemb import ProductEmbedder, Sessions
from sklearn_prodemb._utils.folders import read_folder, write_folder
from sklearn_prodemb._utils.manifest import MANIFEST
from sklearn_prodemb.exceptions import InvalidFileError

ROWS = {
    "visit": [7, 3, 7, 3, 7, 9, 7],
    "who": ["ana", "leo", "ana", None, None, "ana", "ana"],
    "where": [1, 2.5, 1, 1, 1, 1, 1],
    "title": ["mesa", "\ud800\0", "ñandú", "", "mesa", "", "MESA"],
    "kind": ["b", None, "a", None, "c", "d", "e"],
    "id": [10, "20", 0.5, 10**30, 10, True, 10],
    "what": ["view", "cart", None, "view", "purchase", "view", "view"],
    "many": [1, 2, 3, None, -1, 5, 1],
}
FRAME = pd.DataFrame({name: pd.Series(v, dtype=object) for name, v in ROWS.items()})
COLUMNS = {"session": "visit", "title": "title"}
BY_ID = {**COLUMNS, "category": "kind", "product": "id"}
EVENTS = {**BY_ID, "event": "what", "quantity": "many", "user": "who"}


def read(frame=FRAME, **columns):
    return Sessions.from_frame(frame, **(columns or EVENTS))


EVERY = {
    "titles": read(**COLUMNS),
    "categories": read(**COLUMNS, category="kind"),
    "whole numbers": read(**COLUMNS, category="visit"),
    "numbers": read(**COLUMNS, category="where"),
    "bool": Sessions.from_lists([[("a", True), ("b", False)]]),
    "large": Sessions.from_lists([[(str(c), c) for c in (3, 2**63 + 1, 2**63 + 3)]]),
    "larger": Sessions.from_lists([[("a", 10**30)]]),
    "unsigned": Sessions.from_lists([[("a", 2**63 + 1)]]),
    "ids": read(**BY_ID),
    "events": read(),
    "only kinds": read(**BY_ID, event="what"),
    "only quantities": read(**BY_ID, quantity="many"),
    "kinds that are numbers": read(**BY_ID, event="where"),
    "users of two columns": read(**BY_ID, user=["who", "where"]),
}


def parts(sessions):
    """All columns of sessions by their names."""
    found = {}
    for record in (sessions, sessions.by_id, sessions.events):
        for name in () if record is None else record.__slots__:
            found[type(record).__name__, name] = getattr(record, name)
    return found


@pytest.mark.parametrize("sessions", EVERY.values(), ids=EVERY)
def test_what_is_saved_comes_back(sessions, tmp_path):
    folder = tmp_path / "sessions"
    sessions.save(folder)
    again = Sessions.load(str(folder))
    assert again == sessions
    assert again.fingerprint == sessions.fingerprint
    assert again.to_lists() == sessions.to_lists()
    assert (again.by_id, again.events) == (sessions.by_id, sessions.events)
    expected, found = parts(sessions), parts(again)
    assert expected.keys() == found.keys()
    for name, column in expected.items():
        if isinstance(column, np.ndarray):
            assert found[name].dtype == column.dtype
            assert not found[name].flags.writeable
            types = [list(map(type, c.tolist())) for c in (column, found[name])]
            assert types[0] == types[1]
    if sessions.events is not None:
        assert again.events.ids is again.by_id.ids
    # Saved again, to the folder that it is mapped from.
    again.save(folder)
    assert Sessions.load(folder) == again == sessions


def test_numbers_are_mapped_and_pickles_are_whole(tmp_path):
    sessions = EVERY["events"]
    sessions.save(tmp_path / "sessions")
    again = Sessions.load(tmp_path / "sessions")
    columns = [again.title_codes, again.category_codes, again.offsets]
    columns += [again.by_id.codes, again.by_id.offsets]
    events = ("codes", "offsets", "kind_codes", "quantities", "places", "users")
    columns += [getattr(again.events, name) for name in events]
    assert all(isinstance(column, np.memmap) for column in columns)
    pickled = pickle.dumps(again)
    assert joblib.hash(again) == joblib.hash(sessions)
    shutil.rmtree(tmp_path / "sessions")
    whole = pickle.loads(pickled)
    assert whole == sessions
    assert type(whole.offsets) is type(whole.events.codes) is np.ndarray


def test_what_is_loaded_is_used_as_any_other(tmp_path):
    lists = [[("mesa", "a"), ("silla", "b"), ("mate", None)], [("mesa", "a")]] * 3
    sessions = Sessions.from_lists(lists)
    sessions.save(tmp_path)
    again = Sessions.load(tmp_path)
    assert again.split(0.5, random_state=0) == sessions.split(0.5, random_state=0)
    assert Sessions.concatenate([again, sessions]).to_lists() == lists * 2
    vectors = [
        ProductEmbedder(n_components=8, max_epochs=0, random_state=0)
        .fit(s)
        .transform(["mesa"])
        for s in (sessions, again)
    ]
    assert (vectors[0] == vectors[1]).all()


def test_another_process_reads_the_same(tmp_path):
    EVERY["events"].save(tmp_path)
    code = (
        "import sys; from sklearn_prodemb import Sessions; "
        "print(Sessions.load(sys.argv[1]).events.fingerprint)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    out = subprocess.run(command, capture_output=True, check=True, text=True)
    assert out.stdout.strip() == EVERY["events"].events.fingerprint


def test_the_old_folder_stays_until_the_new_one_is_complete(tmp_path):
    folder = tmp_path / "sessions"
    EVERY["ids"].save(folder)
    mapped = Sessions.load(folder)
    with pytest.raises(OSError, match="too large") as caught, full_disk(200):
        EVERY["events"].save(folder)
    assert caught.value.filename == str(folder)
    assert Sessions.load(folder) == EVERY["ids"]
    EVERY["titles"].save(folder)
    assert Sessions.load(folder) == EVERY["titles"]
    # What was mapped before is still there.
    assert mapped.to_lists() == EVERY["ids"].to_lists()


# Damage -----------------------------------------------------------------------


def test_any_damaged_byte_is_found(tmp_path):
    EVERY["events"].save(tmp_path)
    rng = np.random.default_rng(0)
    for path in [p for p in tmp_path.rglob("*") if p.is_file()]:
        data = path.read_bytes()
        for at in sorted({*rng.integers(0, len(data), 12).tolist(), len(data) - 1}):
            flipped = data[at] ^ (1 << int(rng.integers(8)))
            path.write_bytes(data[:at] + bytes([flipped]) + data[at + 1 :])
            with pytest.raises(InvalidFileError, match=re.escape(path.name)):
                Sessions.load(tmp_path)
        for damaged in (data[:-1], data[: len(data) // 2], b"", data + b"\0"):
            path.write_bytes(damaged)
            with pytest.raises(InvalidFileError, match=re.escape(path.name)):
                Sessions.load(tmp_path)
        path.unlink()
        with pytest.raises(InvalidFileError, match=re.escape(path.name)):
            Sessions.load(tmp_path)
        path.write_bytes(data)
    assert Sessions.load(tmp_path) == EVERY["events"]


def test_foreign_folders(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no such folder"):
        Sessions.load(tmp_path / "nowhere")
    with pytest.raises(InvalidFileError, match="holds nothing that this package"):
        Sessions.load(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"such as 'notes\.txt'"):
        EVERY["ids"].save(tmp_path)
    write_folder(tmp_path / "others", "Recipes-1", {"a": lambda p: p.write_text("")})
    with pytest.raises(InvalidFileError, match="holds Recipes, not Sessions: open"):
        Sessions.load(tmp_path / "others")
    assert (tmp_path / "others" / MANIFEST).exists()


def seal(folder, change, name, of_titles=lambda data: data):
    """Write sessions with one file changed or left out, and valid checksums."""
    folder.mkdir(exist_ok=True)
    EVERY["events"].save(folder / "right")
    files = {
        n: p.read_bytes()
        for n, p in read_folder(folder / "right", "Sessions-1").items()
    }
    assert name in files
    if change is None:
        del files[name]
    else:
        files[name] = change(files[name])
    files["by_id.titles.utf8"] = of_titles(files["by_id.titles.utf8"])
    write_folder(
        folder / "wrong",
        "Sessions-1",
        {
            n: (lambda path, data=data: path.write_bytes(data))
            for n, data in files.items()
        },
    )
    return folder / "wrong"


def as_array(*values, dtype=None):
    def change(data):
        path = as_array.folder / "array.npy"
        np.save(path, np.array(values, dtype), allow_pickle=True)
        return path.read_bytes()

    return change


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("title_codes.npy", as_array(0, 1, 2, 3, 4, 4, dtype=np.int64)),
        ("title_codes.npy", as_array(0, 1, 2, 3, 4, 5, dtype=np.int32)),
        ("title_codes.npy", as_array(0, 2, 1, 3, 4, 4, dtype=np.int32)),
        ("title_codes.npy", as_array(0, 1, 2, 3, 3, 3, dtype=np.int32)),
        ("title_codes.npy", as_array(0, 1, 2, -1, 4, 4, dtype=np.int32)),
        ("title_codes.npy", as_array(dtype=np.int32)),
        ("title_codes.npy", as_array([0, 1], [2, 3], dtype=np.int32)),
        ("title_codes.npy", as_array(None, "x", dtype=object)),
        ("title_codes.npy", lambda data: b""),
        ("title_codes.npy", lambda data: data[:-4]),
        ("title_codes.npy", lambda data: data[:80]),
        ("title_codes.npy", lambda data: data.replace(b"<i4", b">i4")),
        ("title_codes.npy", lambda data: data.replace(b"(6,)", b"(9,)")),
        ("title_codes.npy", lambda data: data.replace(b"'<i4'", b"[][0]")),
        ("category_codes.npy", as_array(0, 1, 2, 3, 4, 5, dtype=np.int32)),
        ("category_codes.npy", as_array(0, 0, 0, 0, 0, 0, dtype=np.int32)),
        ("category_codes.npy", as_array(0, dtype=np.int32)),
        ("offsets.npy", as_array(0, 3, 3, 6)),
        ("offsets.npy", as_array(0, 4, 3, 6)),
        ("offsets.npy", as_array(0, 3, 5, 7)),
        ("offsets.npy", as_array(1, 3, 5, 6)),
        ("offsets.npy", as_array(0)),
        ("offsets.npy", as_array()),
        ("titles.offsets.npy", as_array(0, 1)),
        ("titles.offsets.npy", lambda data: data[:-8]),
        ("titles.utf8", lambda data: data[:-1] + b"\xff"),
        ("titles.utf8", lambda data: data + b"x"),
        ("titles.utf8", lambda data: data.replace(b"MESA", b"mesa")),
        ("categories.utf8", lambda data: data[::-1]),
        ("categories.types.npy", as_array(1, 1, 1, 0, dtype=np.uint8)),
        ("categories.types.npy", as_array(1, 1, 1, 2, dtype=np.uint8)),
        ("by_id.ids.types.npy", as_array(1, 1, 1, 1, 0, dtype=np.uint8)),
        ("by_id.titles.offsets.npy", as_array(0)),
        ("by_id.categories.offsets.npy", as_array(0, 1, 2)),
        ("by_id.codes.npy", as_array(1, 0, 2, 3, 4, dtype=np.int32)),
        ("by_id.offsets.npy", as_array(0, 2, 5)),
        ("by_id.title_codes.npy", as_array(0, 1, dtype=np.int32)),
        ("by_id.title_codes.npy", as_array(0, 1, 2, 3, 9, dtype=np.int32)),
        ("by_id.title_codes.npy", as_array(0, 1, 2, 3, -1, dtype=np.int32)),
        ("by_id.codes.npy", None),
        ("events.codes.npy", None),
        ("events.users.npy", None),
        ("events.kind_codes.npy", as_array(*[3] * 7, dtype=np.int32)),
        ("events.quantities.npy", as_array(*[np.inf] * 7)),
        ("events.quantities.npy", as_array(*[1] * 7)),
        ("events.places.npy", as_array(0, 1, 2, 3, 4, 5, 5)),
        ("events.places.npy", as_array(0, 1, 2, 3, 4, 5, -1)),
        ("events.users.npy", as_array(1, 0, 1)),
        ("events.users.npy", as_array(-2, 0, 1)),
        ("events.users.npy", as_array(0, 1)),
        ("events.user_ids.0.utf8", lambda data: b"anaana"),
        ("events.offsets.npy", as_array(0, 7)),
        ("titles.utf8", None),
        ("offsets.npy", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_read_is_checked_before_it_is_believed(name, change, tmp_path):
    as_array.folder = tmp_path
    folder = seal(tmp_path, change, name)
    with pytest.raises(InvalidFileError, match=re.escape(str(folder))):
        Sessions.load(folder)


def test_folders_of_before_have_the_first_title_of_each_id(tmp_path):
    again = Sessions.load(seal(tmp_path, None, "by_id.title_codes.npy"))
    by_id = again.by_id
    expected = by_id.titles[by_id.codes].tolist()
    assert again.titles[by_id.title_codes].tolist() == expected
    assert by_id.title_codes.dtype == np.int32
    # No id of these rows has two titles in two sessions.
    assert again == EVERY["events"]

    def other(data):
        return data.replace("ñandú".encode(), "ñandu ".encode())

    folder = seal(tmp_path / "x", None, "by_id.title_codes.npy", other)
    with pytest.raises(InvalidFileError, match=r"by_id\.titles .*titles of no sess"):
        Sessions.load(folder)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(8))
def test_random_damage_with_valid_checksums(seed, tmp_path):
    rng = np.random.default_rng(seed)
    EVERY["events"].save(tmp_path / "right")
    names = sorted(read_folder(tmp_path / "right", "Sessions-1"))
    for _ in range(12):
        name = names[rng.integers(len(names))]

        def change(data):
            data = bytearray(data)
            for _ in range(int(rng.integers(1, 4))):
                if data:
                    data[rng.integers(len(data))] = rng.integers(256)
            return bytes(data)

        folder = seal(tmp_path, change, name)
        try:
            sessions = Sessions.load(folder)
        except InvalidFileError:
            continue
        # Other sessions perhaps, but whole ones.
        sessions.to_lists(), sessions.by_id.to_lists(), sessions.events.to_lists()
        assert pickle.loads(pickle.dumps(sessions)) == sessions
