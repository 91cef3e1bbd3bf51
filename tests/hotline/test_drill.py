"""From a figure to its tickets, what is at risk, disputes, and the machine's record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline import disputes, tallies
from hotline.at_risk import at_risk, in_air, longest_in_air
from hotline.dial_watch import Share, dial_watch
from hotline.drill import IN_AIR, Wanted, drill
from hotline.errors import InvalidInput
from hotline.lifecycle import Actor, Role
from hotline.overview import UNKNOWN
from hotline.queue import Filters
from hotline.tallies import Place, Span
from hotline.tickets import dispatch, send_back, sign
from tests.hotline.hotline_cast import CATEGORY, DISPATCHER, HANDLER, NOW, OTHER_UNIT, UNIT
from tests.hotline.test_tickets import SUGGESTION

CHIEF = Actor("chief", Role.MANAGER)
LOCAL = Actor("local", Role.MANAGER, scope="天河区")


def test_pages_follow_each_other_without_gaps_or_repeats(store, make):
    with store.session() as session:
        made = [
            make(session, district="天河区" if n % 2 else None, now=NOW + timedelta(minutes=n // 3))
            for n in range(11)
        ]
        seen, after = [], None
        while True:
            found, after = drill(session, CHIEF, Wanted(), after=after, size=3, now=NOW)
            seen += [ticket.number for ticket in found]
            if after is None:
                break
        newest_first = sorted(made, key=lambda one: (one.received_at, one.id), reverse=True)
        assert seen == [ticket.number for ticket in newest_first]
        mine, _ = drill(session, LOCAL, Wanted(), now=NOW)
        assert {ticket.district for ticket in mine} == {"天河区"}
        nowhere, _ = drill(session, CHIEF, Wanted(Filters(district=UNKNOWN)), now=NOW)
        assert len(nowhere) == 6
        day = store.clocks.local_day(NOW)
        assert drill(session, CHIEF, Wanted(first=day + timedelta(days=1)), now=NOW)[0] == []
        assert len(drill(session, CHIEF, Wanted(first=day, last=day), now=NOW)[0]) == 11


@pytest.mark.parametrize("after", ["x", "2026-01-01|1", "2026-01-01T00:00:00+00:00|-1", "|"])
def test_a_place_nobody_gave_is_refused(lite, after):
    with lite.session() as session, pytest.raises(InvalidInput, match="第一页"):
        drill(session, CHIEF, Wanted(), after=after)


def test_what_flies_and_what_comes_back_is_counted(store, make):
    with store.session() as session:
        calm, back = (make(session, district="天河区", category=CATEGORY) for _ in range(2))
        for number in (calm.number, back.number):
            dispatch(session, number, DISPATCHER, None, unit_code=UNIT, now=NOW)
            sign(session, number, HANDLER, None, now=NOW + timedelta(hours=2))
        later = NOW + timedelta(hours=3)
        send_back(session, back.number, HANDLER, None, reason="不属本单位职责", now=later)
    with store.session(read_only=True) as session:
        place, span = Place("天河区"), Span.back(store.clocks.local_day(later), 2)
        flying = in_air(session, place, later)
        assert (flying.tickets, flying.returned_once, flying.returned_more) == (1, 1, 0)
        assert [one.number for one in longest_in_air(session, place, 5)] == [back.number]
        found, _ = drill(session, CHIEF, Wanted(state=IN_AIR), now=later)
        assert [one.number for one in found] == [back.number]
        sums = tallies.sums(session, place, span)
        assert (sums["landed"], sums["air_minutes"], sums["bounced"]) == (1, 120, 0)
        told = disputes.returns(session, store, place, span)
        assert (told.total, told.reasons) == (1, [("不属本单位职责", 1)])
        assert told.disputes[0].category == CATEGORY
        assert told.disputes[0].clauses
        assert told.disputes[0].examples == [back.number]
        assert disputes.returns(session, store, Place("越秀区"), span).total == 0
        late = at_risk(session, place, NOW + timedelta(days=90))
        assert sum(one.overdue for one in late) == 2
        assert in_air(session, Place("越秀区"), later).tickets == 0


def test_a_suggestion_counts_once_it_has_come_out(store, make):
    with store.session() as session:
        numbers = [make(session, suggestion=SUGGESTION, district="天河区").number for _ in range(3)]
        suggested = SUGGESTION["unit"]["code"]
        dispatch(session, numbers[0], DISPATCHER, None, unit_code=suggested, now=NOW)
        other = UNIT if suggested != UNIT else OTHER_UNIT
        dispatch(session, numbers[1], DISPATCHER, None, unit_code=other, reason="改", now=NOW)
    with store.session(read_only=True) as session:
        told = dial_watch(session, None, 0.98, NOW)
        dial = SUGGESTION["dial"]
        assert told.suggested == {dial: 3}
        assert told.came_out[dial] == Share(1, 0)
        assert dial_watch(session, None, 0.98, NOW, "越秀区").suggested == {}


def test_the_range_of_a_share_is_wilsons():
    # Wilson's interval for 81 of 100 at 95 %: 0.7222 to 0.8749 (statsmodels proportion_confint).
    assert (Share(100, 81).low, Share(100, 81).high) == (0.7222, 0.8749)
    assert Share(0, 0).value is None
