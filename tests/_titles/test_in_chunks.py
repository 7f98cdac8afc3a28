"""Titles encoded in chunks: against one title at a time."""

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from sklearn_prodemb._titles.in_chunks import encode_in_chunks


def vector(title):
    return [len(title), sum(map(ord, title)), 1]


@pytest.fixture(params=["one thread", "threads"])
def threads(request):
    """Whether chunks are encoded in two threads, also on a machine with one core."""
    if request.param == "one thread":
        yield False
        return
    with threadpool_limits(2, user_api="blas"):
        yield True


@pytest.mark.parametrize(
    ("n_titles", "sizes"), [(0, []), (1, [1]), (4, [4]), (5, [4, 1]), (8, [4, 4])]
)
def test_in_chunks(n_titles, sizes, threads):
    titles = [f"mesa {i}" for i in range(n_titles)]
    chunks = []

    def encode(chunk, out):
        chunks.append(chunk)
        out[:] = [vector(title) for title in chunk]

    vectors = encode_in_chunks(titles, encode, 3, titles_per_chunk=4, threads=threads)
    expected = np.reshape([vector(title) for title in titles], (-1, 3))
    np.testing.assert_array_equal(vectors, expected)
    assert vectors.dtype == np.float32
    chunks.sort(key=lambda chunk: titles.index(chunk[0]))
    assert [len(chunk) for chunk in chunks] == sizes
    assert [title for chunk in chunks for title in chunk] == titles


@pytest.mark.parametrize("n_titles", [0, 1, 4, 9])
def test_the_keys_of_ids_go_along(n_titles, threads):
    titles = [f"mesa {i}" for i in range(n_titles)]
    keys = np.arange(n_titles, dtype=np.uint64) + np.uint64(7)

    def encode(chunk, out, id_keys):
        assert len(chunk) == len(id_keys)
        out[:, 0] = id_keys
        out[:, 1] = [int(title.split()[1]) for title in chunk]

    vectors = encode_in_chunks(
        titles, encode, 2, id_keys=keys, titles_per_chunk=4, threads=threads
    )
    assert vectors[:, 0].tolist() == keys.tolist()
    assert vectors[:, 1].tolist() == list(range(n_titles))


def test_what_is_left_is_done_by_the_caller(threads):
    titles = [f"mesa {i}" for i in range(20)]
    order = []

    def encode(chunk, out):
        out[:] = 1
        first = int(chunk[0].split()[1])
        order.append("begin")

        def finish():
            order.append((first, threading.current_thread()))
            out[:] += first

        return finish if first % 8 else None

    vectors = encode_in_chunks(titles, encode, 2, titles_per_chunk=4, threads=threads)
    rest = [what for what in order if what != "begin"]
    assert rest == [(4, threading.current_thread()), (12, threading.current_thread())]
    # Of several threads none is disturbed by it: they are through.
    assert not threads or order[-2:] == rest
    assert vectors[::4, 0].tolist() == [1, 5, 1, 13, 1]


def test_an_error_of_a_chunk_comes_to_the_caller(threads):
    def encode(chunk, out):
        if "mesa 9" in chunk:
            raise ValueError("mesa 9")

    titles = [f"mesa {i}" for i in range(40)]
    with pytest.raises(ValueError, match="mesa 9"):
        encode_in_chunks(titles, encode, 2, titles_per_chunk=4, threads=threads)


def test_chunks_are_encoded_at_once(threads):
    if not threads:
        return
    # Each waits for the other.
    barrier = threading.Barrier(2, timeout=20)

    def encode(chunk, out):
        barrier.wait()

    encode_in_chunks(["mesa"] * 8, encode, 2, titles_per_chunk=4, threads=True)


def test_chunks_of_many_titles_are_larger_in_threads(threads):
    sizes = []

    def encode(chunk, out):
        sizes.append(len(chunk))
        out[:, 0] = [int(title) for title in chunk]

    titles = [str(i) for i in range(1_000)]
    vectors = encode_in_chunks(titles, encode, 1, titles_per_chunk=4, threads=threads)
    assert max(sizes) == (16 if threads else 4)
    assert vectors[:, 0].tolist() == list(range(1_000))
