"""Copies, so that neither side changes what the other holds."""

from copy import deepcopy
from typing import Any

import numpy as np

_HOLDERS = (list, tuple, dict, set, bytearray, np.ndarray)


def apart(value: Any) -> Any:
    """A copy of a list, tuple, dict, set, bytearray, array or table; any other value itself.

    Models, clients and an author's test doubles are not copied: they are asked, and never told anything. What
    holds something that refuses to be copied comes back as it is, too.
    """
    table = hasattr(value, "iloc")  # of pandas, which half of the lessons never import
    if not table and not isinstance(value, _HOLDERS):
        return value
    try:
        return deepcopy(value)
    except Exception:  # a list of sockets, locks or clients
        return value
