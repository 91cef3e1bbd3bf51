"""Small numbers hidden in tables that are published with their totals.

Primary: a count of 1 to k-1 is hidden. Complementary: a row or column in which one hidden cell
could be found by subtracting from its total gets a second one, and the hidden cells of a row or
column together must hide at least k tickets, or their total would tell too much (Willenborg & de
Waal, *Elements of Statistical Disclosure Control*, Springer 2001, §6). What a stranger can still
work out from rows and columns together is computed exactly (`ranges`); cells are hidden until no
hidden count of 1 to k-1 can be narrowed to fewer than k values.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Counts = NDArray[np.int64]
Hidden = NDArray[np.bool_]


def suppress(counts: Counts, k: int) -> Hidden:
    """Which cells (r, c) of a table to hide when its row and column totals are published.

    Raises ValueError for negative counts or k below 2.
    """
    if k < 2 or (counts < 0).any():
        raise ValueError(f"expected counts of 0 and more and k of 2 and more, got k={k}")
    small = (counts > 0) & (counts < k)
    hidden = small.copy()
    while True:
        before = hidden.sum()
        for line in (0, 1):
            _guard_lines(counts, hidden, k, line)
        if hidden.sum() == before and not _guard_ranges(counts, small, hidden, k):
            return hidden


def ranges(counts: Counts, hidden: Hidden) -> dict[tuple[int, int], tuple[float, float]]:
    """The lowest and highest value each hidden cell can have, given totals and the other cells."""
    cells = [(int(r), int(c)) for r, c in np.argwhere(hidden)]
    if not cells:
        return {}
    rows, columns = counts.shape
    system = np.zeros((rows + columns, len(cells)))
    for at, (r, c) in enumerate(cells):
        system[r, at] = system[rows + c, at] = 1.0
    left = np.concatenate([(counts * hidden).sum(1), (counts * hidden).sum(0)]).astype(float)
    used = system.any(1)
    found = {}
    for at, cell in enumerate(cells):
        wanted = np.zeros(len(cells))
        wanted[at] = 1.0
        low = linprog(wanted, A_eq=system[used], b_eq=left[used], bounds=(0, None))
        high = linprog(-wanted, A_eq=system[used], b_eq=left[used], bounds=(0, None))
        found[cell] = (float(low.fun), float(-high.fun))
    return found


def _guard_lines(counts: Counts, hidden: Hidden, k: int, axis: int) -> None:
    """Hide more cells of the lines (rows for axis 1, columns for axis 0) that give too much away."""
    seen, veil = (counts, hidden) if axis == 1 else (counts.T, hidden.T)
    for line, mask in zip(seen, veil, strict=True):
        while mask.any() and (mask.sum() < 2 or line[mask].sum() < k):
            open_cells = np.flatnonzero(~mask & (line > 0))
            if not len(open_cells):
                open_cells = np.flatnonzero(~mask)
            if not len(open_cells):
                break
            mask[open_cells[np.argmin(line[open_cells])]] = True


def _guard_ranges(counts: Counts, small: Hidden, hidden: Hidden, k: int) -> bool:
    """Hide one more cell beside a small count that can be worked out too closely, if any."""
    for (r, c), (low, high) in ranges(counts, hidden).items():
        if small[r, c] and high - low < k - 1:
            free = np.argwhere(~hidden)
            if not len(free):
                return False
            near = [cell for cell in free if cell[0] == r or cell[1] == c]
            chosen = min(near or list(free), key=lambda cell: (counts[tuple(cell)], tuple(cell)))
            hidden[tuple(chosen)] = True
            return True
    return False


def suppress_line(counts: Counts, k: int) -> Hidden:
    """Which cells (n,) to hide when only their one total is published."""
    hidden = ((counts > 0) & (counts < k))[None, :]
    _guard_lines(counts[None, :], hidden, k, 1)
    return hidden.ravel()
