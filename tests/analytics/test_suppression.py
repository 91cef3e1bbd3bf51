from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.suppression import ranges, suppress

K = 5
tables = arrays(
    np.int64,
    st.tuples(st.integers(2, 5), st.integers(2, 5)),
    elements=st.one_of(st.integers(0, 8), st.integers(0, 60)),
)


def test_a_single_small_cell_cannot_be_found_by_subtraction():
    counts = np.array([[3, 40, 30], [50, 20, 10], [60, 70, 80]])
    hidden = suppress(counts, K)
    assert hidden[0, 0]
    assert hidden[0].sum() >= 2
    assert hidden[:, 0].sum() >= 2
    assert not hidden.all()


def test_nothing_small_nothing_hidden():
    assert not suppress(np.array([[5, 0], [12, 9]]), K).any()


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="expected counts"):
        suppress(np.array([[-1, 2]]), K)


@settings(deadline=None, max_examples=40)
@given(tables)
def test_no_small_count_can_be_narrowed_down(counts: np.ndarray):
    hidden = suppress(counts, K)
    small = (counts > 0) & (counts < K)
    assert hidden[small].all()
    if hidden.all():
        return
    for cell, (low, high) in ranges(counts, hidden).items():
        assert low - 1e-6 <= counts[cell] <= high + 1e-6
        if small[cell]:
            assert high - low >= K - 1 - 1e-6
