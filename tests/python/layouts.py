"""Host arrays of every layout that NumPy makes, and views that NumPy and Farshore make alike.

`HOST` makes an array from a function that gives n values; `VIEWS` takes an array of shape (6, 8), on either
side.
"""

import farshore as fs
import numpy as np


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def _swapped(array: np.ndarray) -> np.ndarray:
    """The same values in the byte order that is not this machine's."""
    return array.byteswap().view(array.dtype.newbyteorder("S"))


def _unaligned(array: np.ndarray) -> np.ndarray:
    return np.frombuffer(b"\0" + array.tobytes(), np.uint8)[1:].view(array.dtype)


HOST = {
    "0-d": lambda get: get(1).reshape(()),
    "one element": lambda get: get(1),
    "empty": lambda get: get(0),
    "empty 3-d": lambda get: get(0).reshape(3, 0, 2),
    "C order": lambda get: get(35).reshape(5, 7),
    "Fortran order": lambda get: np.asfortranarray(get(35).reshape(5, 7)),
    "transposed 3-d": lambda get: get(60).reshape(3, 4, 5).transpose(1, 2, 0),
    "reversed": lambda get: get(13)[::-1],
    "negative strides": lambda get: get(35).reshape(5, 7)[::-1, ::-2],
    "steps": lambda get: get(70)[2::3],
    "offset": lambda get: get(23)[5:],
    "column": lambda get: get(35).reshape(5, 7)[:, 3],
    "broadcast": lambda get: np.broadcast_to(get(7), (3, 7)),
    "broadcast column": lambda get: np.broadcast_to(get(3).reshape(3, 1), (3, 7)),
    "new axes": lambda get: get(6)[None, :, None],
    "read-only": lambda get: _read_only(get(9)),
    "other byte order": lambda get: _swapped(get(9)),
    "other byte order, steps": lambda get: _swapped(get(24))[1::5],
    "unaligned": lambda get: _unaligned(get(9)),
    "long": lambda get: get(4099),
}

VIEWS = {
    "whole": lambda x: x,
    "rows": lambda x: x[1:5],
    "offset of one": lambda x: x.reshape(48)[1:],
    "offset of four": lambda x: x.reshape(48)[4:],
    "step 2": lambda x: x[:, ::2],
    "step 3": lambda x: x.reshape(48)[2::3],
    "step 5, offset": lambda x: x.reshape(48)[7:45:5],
    "reversed": lambda x: x[::-1, ::-1],
    "step -3": lambda x: x.reshape(48)[::-3],
    "transposed": lambda x: x.T,
    "block": lambda x: x[2:5, 3:6],
    "column": lambda x: x[:, 5],
    "row": lambda x: x[-2],
    "element": lambda x: x[4, 7],
    "one element": lambda x: x[4:5, 7:],
    "nothing": lambda x: x[3:3],
    "new axes": lambda x: x[None, 1::2, None, ::-2],
    "reshaped": lambda x: x.reshape(4, 3, 4)[::-1, 1, :],
    "reshaped by a copy": lambda x: x.T.reshape(3, 16),
}


def broadcast(x, shape: tuple[int, ...]):
    """`x` repeated to `shape`, on either side."""
    return x.broadcast_to(shape) if isinstance(x, fs.Array) else np.broadcast_to(x, shape)


VIEWS["broadcast row"] = lambda x: broadcast(x[2], (3, 8))
VIEWS["broadcast column"] = lambda x: broadcast(x[:, 1:2], (6, 5))
VIEWS["broadcast element"] = lambda x: broadcast(x[3, 3], (4, 5))
VIEWS["broadcast plane"] = lambda x: broadcast(x[:, ::2], (2, 6, 4))
