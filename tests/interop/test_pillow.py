"""Pillow: `Image.fromarray` asks for an attribute, whose absence says in our words what to write."""

import farshore as fs
import numpy as np
import pytest
from outcome import absent, bulk, unasked, upload, works

pytest.importorskip("PIL")

from PIL import Image


@pytest.fixture
def picture():
    """4 x 6 pixels of 3 bytes, 72 bytes."""
    return np.arange(72, dtype=np.uint8).reshape(4, 6, 3)


@pytest.fixture
def pixels(picture):
    return fs.asarray(picture)


def test_fromarray_raises_with_our_sentence(pixels):
    absent(lambda: Image.fromarray(pixels), "__array_interface__")


def test_an_implicit_array_has_no_memory_to_show_either(pixels):
    error = unasked(lambda: Image.fromarray(pixels.implicit()), AttributeError, "no memory to point to")
    assert "x.to_numpy()" in str(error)


@pytest.mark.parametrize("make", [Image.frombytes, Image.frombuffer])
def test_bytes_are_not_there(make, pixels):
    unasked(lambda: make("RGB", (6, 4), pixels), TypeError, "a bytes-like object is required")
    got = works(lambda: make("RGB", (6, 4), pixels.to_numpy()), bulk(72))
    assert np.array_equal(np.asarray(got), pixels.to_numpy())


def test_putdata_wants_a_sequence(pixels):
    unasked(lambda: Image.new("L", (6, 4)).putdata(pixels[..., 0]), TypeError, "is not a sequence")


@pytest.mark.parametrize(
    "copy",
    [lambda x: x.to_numpy(), lambda x: np.asarray(x, copy=True), lambda x: np.asarray(x.implicit())],
    ids=["to_numpy", "copy=True", "implicit"],
)
def test_a_host_copy_works(copy, pixels, picture):
    image = works(lambda: Image.fromarray(copy(pixels)), bulk(72))
    assert np.array_equal(np.asarray(image), picture)


def test_only_the_part_that_is_shown_moves(pixels, picture):
    image = works(lambda: Image.fromarray(pixels[::2, ::2].to_numpy()), bulk(18))
    assert np.array_equal(np.asarray(image), picture[::2, ::2])


def test_theirs_to_ours(picture):
    got = works(lambda: fs.asarray(Image.fromarray(picture)), upload(72))
    assert got.dtype == np.uint8
    assert np.array_equal(got.to_numpy(), picture)


def test_mapped_memory_is_read_without_a_copy(shared_memory, pixels, picture):
    def lend():
        with pixels.map_host() as mapped:
            return Image.frombytes("RGB", (6, 4), mapped)

    image = works(lend, ["to host map 72"])
    assert np.array_equal(np.asarray(image), picture)
