"""matplotlib: some functions call `x.to_numpy()` by themselves; the others are refused, some half way."""

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, refused, works

pytest.importorskip("matplotlib")

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

WORKS = {
    "plot(x)": (lambda ax, x, x2: ax.plot(x), [80]),
    "plot(x, x)": (lambda ax, x, x2: ax.plot(x, x), [80, 80]),
    "plot(x2)": (lambda ax, x, x2: ax.plot(x2), [1600]),
    "step(x, x)": (lambda ax, x, x2: ax.step(x, x), [80, 80]),
    "hist(x)": (lambda ax, x, x2: ax.hist(x), [80]),
    "boxplot(x)": (lambda ax, x, x2: ax.boxplot(x), [80]),
    "stem(x)": (lambda ax, x, x2: ax.stem(x), [80, 80, 80]),
    "imshow(x2)": (lambda ax, x, x2: ax.imshow(x2), [1600]),
    "image.set_data(x2)": (lambda ax, x, x2: ax.imshow(np.eye(20)).set_data(x2), [1600]),
}
REFUSED = {  # after these crossings, in vain
    "scatter(x, x)": (lambda ax, x, x2: ax.scatter(x, x), [80] * 4),
    "bar(x, x)": (lambda ax, x, x2: ax.bar(x, x), [80] * 3),
    "errorbar(x, x, x)": (lambda ax, x, x2: ax.errorbar(x, x, x), []),
    "fill_between(x, x)": (lambda ax, x, x2: ax.fill_between(x, x), [80] * 4),
    "hist([x, x])": (lambda ax, x, x2: ax.hist([x, x]), []),
    "hist2d(x, x)": (lambda ax, x, x2: ax.hist2d(x, x), []),
    "contour(x2)": (lambda ax, x, x2: ax.contour(x2), []),
    "contourf(x, x, x2)": (lambda ax, x, x2: ax.contourf(x, x, x2), [80] * 4),
    "pcolormesh(x2)": (lambda ax, x, x2: ax.pcolormesh(x2), []),
    "matshow(x2)": (lambda ax, x, x2: ax.matshow(x2), []),
}
ALL = {call: draw for call, (draw, _) in {**WORKS, **REFUSED}.items()}


def pixels(draw, x, x2) -> np.ndarray:
    canvas = FigureCanvasAgg(Figure((2, 2), dpi=50))
    draw(canvas.figure.subplots(), x, x2)
    canvas.draw()
    return np.array(canvas.buffer_rgba())


@pytest.mark.parametrize("call", ALL)
def test_other_numbers_give_another_picture(call, h, h2):
    assert not np.array_equal(pixels(ALL[call], h, h2), pixels(ALL[call], h * h, h2.T))


@pytest.mark.parametrize("call", WORKS)
def test_what_asks_for_to_numpy_by_itself_works(call, x, x2, h, h2):
    draw, sizes = WORKS[call]
    assert np.array_equal(works(lambda: pixels(draw, x, x2), bulk(*sizes)), pixels(draw, h, h2))


@pytest.mark.parametrize("call", REFUSED)
def test_the_rest_is_refused(call, x, x2):
    draw, sizes = REFUSED[call]
    refused(lambda: pixels(draw, x, x2), bulk(*sizes))


def test_bar_reads_heights_one_by_one_before_it_is_refused(x, h):
    refused(lambda: pixels(lambda ax, x, _: ax.bar(h, x), x, None), bulk(80, *[4] * 20))


@pytest.mark.parametrize("call", ALL)
def test_host_copies_draw_the_same(call, x, x2, h, h2):
    drawn = works(lambda: pixels(ALL[call], x.to_numpy(), x2.to_numpy()), bulk(80, 1600))
    assert np.array_equal(drawn, pixels(ALL[call], h, h2))


TIMES = {  # that an array crosses, where it does when it is needed: with x.implicit(), under "allow"
    "scatter(x, x)": (6, 6),
    "bar(x, x)": (6, 47),
    "errorbar(x, x, x)": (4, 4),
    "fill_between(x, x)": (6, 6),
    "hist([x, x])": (2, 2),
    "hist2d(x, x)": (2, 2),
    "contour(x2)": (1, 1),
    "contourf(x, x, x2)": (7, 7),
    "pcolormesh(x2)": (1, 1),
    "matshow(x2)": (1, 1),
    "stem(x)": (3, 3),
}


@pytest.mark.parametrize("call", TIMES)
@pytest.mark.parametrize("remedy", ["implicit", "allow"])
def test_without_a_host_copy_some_cross_again_and_again(call, remedy, x, x2, h, h2):
    handed, policy = REMEDIES[remedy]
    with fs.transfers(policy) as log:
        drawn = pixels(ALL[call], handed(x), handed(x2))
    assert np.array_equal(drawn, pixels(ALL[call], h, h2))
    assert len(log) == TIMES[call][remedy == "allow"]


@pytest.mark.parametrize("call", [call for call in WORKS if call not in TIMES])
def test_what_asks_by_itself_asks_an_implicit_array_too(call, x, x2, h, h2):
    draw, sizes = WORKS[call]
    drawn = works(lambda: pixels(draw, x.implicit(), x2.implicit()), bulk(*sizes))
    assert np.array_equal(drawn, pixels(draw, h, h2))


def test_the_ledger_shows_the_line_of_matplotlib_that_asked(x):
    with fs.transfers() as log:
        Figure().subplots().plot(x)
    (caller,) = {one["caller"] for one in log.crossings}
    assert "matplotlib" in caller


def test_a_picture_smaller_than_the_array(x2, h2):
    part = works(lambda: pixels(ALL["imshow(x2)"], None, x2[::4, ::4].to_numpy()), bulk(100))
    assert np.array_equal(part, pixels(ALL["imshow(x2)"], None, h2[::4, ::4]))
