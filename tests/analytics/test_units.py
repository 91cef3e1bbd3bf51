from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.span import Span
from analytics.standardising import BETTER, FEW, LIKE, WORSE, Stratum, standardise
from analytics.tables import make_tables
from analytics.units import compare_units
from hotline.store import Store
from tests.analytics.hotline_week import MONDAY, STREETS, file, finish, give_to, handled, send_back

SPAN = Span(date(2026, 3, 2), date(2026, 3, 31), ZoneInfo("Asia/Shanghai"))


def test_a_unit_with_hard_categories_is_not_blamed_for_its_mix():
    # Everybody solves noise half the time and street lamps always; one has only noise.
    strata = [
        Stratum("noisy", "noise", 50, 100),
        Stratum("mixed", "noise", 50, 100),
        Stratum("mixed", "lamps", 100, 100),
        Stratum("bright", "lamps", 100, 100),
    ]
    found = standardise(strata, "up")
    assert found["noisy"].rate == 0.5
    assert found["noisy"].verdict == LIKE
    assert found["noisy"].standardised == pytest.approx(0.75)  # as the city as a whole


def test_worse_and_better_depend_on_what_is_wanted():
    strata = [
        Stratum("a", "noise", 20, 100),
        Stratum("b", "noise", 80, 100),
    ]
    assert [standardise(strata, "up")[u].verdict for u in "ab"] == [WORSE, BETTER]
    assert [standardise(strata, "down")[u].verdict for u in "ab"] == [BETTER, WORSE]
    assert standardise(strata, "up")["a"].clear


def test_few_tickets_are_not_shown():
    strata = [
        Stratum("tiny", "noise", 0, 9),
        Stratum("big", "noise", 40, 90),
    ]
    hidden = standardise(strata, "up")["tiny"]
    assert (hidden.verdict, hidden.events, hidden.rate) == (FEW, None, None)


def test_a_unit_whose_matters_nobody_else_has_gets_no_verdict():
    strata = [
        Stratum("gas", "公用事业/燃气", 30, 100),
        Stratum("power", "经济/电价", 90, 100),
    ]
    found = standardise(strata, "up")["gas"]
    assert (found.verdict, found.rate, found.standardised) == (FEW, 0.3, None)


rows = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 60), st.integers(0, 60)
    ),
    min_size=1,
    max_size=20,
)


@given(rows)
def test_fair_rates_are_rates_and_intervals_hold_them(found):
    strata = [Stratum(u, c, min(x, n), n) for u, c, x, n in found]
    for one in standardise(strata, "up").values():
        if one.standardised is not None:
            assert 0 <= one.low <= one.standardised <= one.high <= 1


@given(rows)
def test_who_does_as_everybody_does_is_like_everybody(found):
    strata = [Stratum("abc"[n % 3], c, n, 2 * n) for _, c, n, _ in found for n in (n, n + 20)]
    assert {one.verdict for one in standardise(strata, "up").values()} <= {LIKE, FEW}


def test_where_nobody_else_has_the_category_its_first_level_is_the_measure():
    strata = [
        Stratum("water", "公用事业/供水", 40, 100),
        Stratum("gas", "公用事业/燃气", 90, 100),
    ]
    found = standardise(strata, "up")
    assert [found[unit].verdict for unit in ("water", "gas")] == [WORSE, BETTER]


def test_units_are_read_from_the_store(store: Store):
    make_tables(store.engine)
    quick, slow, other = STREETS
    with store.session() as session:
        for number in range(14):
            at = MONDAY + timedelta(hours=number)
            handled(session, at, quick, days=1, score=5)
            handled(session, at, slow, days=25 if number % 2 else 1, score=1)
        for number in range(3):
            at = MONDAY + timedelta(hours=number)
            ticket = give_to(session, file(session, at), other, at)
            ticket = send_back(session, ticket, other, at + timedelta(hours=1))
            ticket = give_to(session, ticket, quick, at + timedelta(hours=2))
            finish(session, ticket, quick, at + timedelta(days=1))
    with store.session(read_only=True) as session:
        found = compare_units(session, SPAN)
        by_code = {one.code: one for one in found.units}
        assert by_code[quick].taken_over == 3
        assert by_code[quick].measures["satisfied"].verdict == BETTER
        assert by_code[slow].measures["satisfied"].verdict == WORSE
        assert by_code[slow].measures["on_time"].verdict == WORSE
        assert by_code[slow].measures["on_time"].rate == 0.5
        assert compare_units(session, SPAN, "utility").units == []
        assert "daily_rollup" in found.queries["on_time"]
