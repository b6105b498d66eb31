"""napari's layers, without a window: of `x.implicit()` only the plane that is shown crosses."""

import warnings

import farshore as fs
import numpy as np
import pytest
from outcome import bulk, refused, works

with warnings.catch_warnings():
    # Its plug-in engine uses names that pydantic has deprecated.
    warnings.simplefilter("ignore")
    pytest.importorskip("napari")
    from napari.components import ViewerModel
    from napari.layers import Image, Labels, Points


@pytest.fixture
def stack():
    """5 planes of 32 x 32, 4096 bytes each."""
    return np.random.default_rng(20260208).random((5, 32, 32), np.float32)


@pytest.fixture
def x(stack):
    return fs.asarray(stack)


LAYERS = {"Image(x)": (Image, np.float32), "Labels(x)": (Labels, np.int32)}


@pytest.mark.parametrize("call", LAYERS)
def test_a_layer_is_refused_and_takes_what_is_implicit(call, x):
    layer, dtype = LAYERS[call]
    values = (x * 8).astype(dtype)
    refused(lambda: layer(values))
    shown = works(lambda: layer(values.implicit()), bulk(4096))
    assert np.array_equal(shown._slice.image.raw, values[0].to_numpy())


def test_points_are_refused_too(x):
    refused(lambda: Points(x[0, :, :3]))
    points = works(lambda: Points(x[0, :, :3].to_numpy()), bulk(384))
    assert np.array_equal(points.data, x[0, :, :3].to_numpy())


def test_a_plane_is_all_that_moves(x, stack):
    layer = works(lambda: Image(x.implicit()), bulk(4096))
    assert np.array_equal(layer._slice.image.view, stack[0])
    assert works(lambda: layer.contrast_limits, []) == [stack[0].min(), stack[0].max()]


def test_another_plane_is_another_crossing(x, stack):
    viewer = ViewerModel()
    refused(lambda: ViewerModel().add_image(x))
    with fs.transfers() as log:
        layer = viewer.add_image(x.implicit())
        before = len(log)
        viewer.dims.set_point(0, 4)
    assert np.array_equal(layer._slice.image.view, stack[4])
    assert {one["nbytes"] for one in log.crossings} == {4096}
    assert len(log) == before + 1


def test_a_host_copy_moves_the_whole_stack(x, stack):
    layer = works(lambda: Image(x.to_numpy()), bulk(5 * 4096))
    assert np.array_equal(layer._slice.image.view, stack[0])
