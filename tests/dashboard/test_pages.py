"""Every page, for every role, against an empty and a filled API."""

from __future__ import annotations

import pytest

from dashboard import steering_texts, texts
from dashboard.pages import PAGES as VIEWS
from dashboard.roles import PAGES, TICKET

ACCOUNTS = {
    "agent": "agent",
    "dispatcher": "dispatcher",
    "unit": "unit_handler",
    "editor": "knowledge_editor",
    "manager": "manager",
    "auditor": "auditor",
    "admin": "admin",
}
EVERY_PAGE = sorted({page for pages in PAGES.values() for page in pages})
OWN = [(name, page) for name, role in ACCOUNTS.items() for page in PAGES[role]]
FOREIGN = [
    (name, page)
    for name, role in ACCOUNTS.items()
    for page in EVERY_PAGE
    if page not in PAGES[role]
]
TITLES = {name: title for name, (_, title, _) in VIEWS.items()}
TITLES["wall"] = steering_texts.WALL_TITLE


def page_of(username, page):
    """The role's first page is the default one and is reached without a path."""
    return None if PAGES[ACCOUNTS[username]][0] == page else page


def shown(at):
    return " ".join(element.proto.body for element in at.get("html"))


@pytest.mark.parametrize("api_name", ["empty_api", "busy_api"])
@pytest.mark.parametrize(("username", "page"), OWN)
def test_a_role_sees_its_own_page_without_errors(request, desk, api_name, username, page):
    at = desk(request.getfixturevalue(api_name), username, page_of(username, page))
    assert not at.exception
    assert not at.error
    assert f"<h1>{TITLES[page]}</h1>" in shown(at)
    assert texts.DEMO_MARK in shown(at)


@pytest.mark.parametrize(("username", "page"), FOREIGN)
def test_a_role_is_kept_from_other_pages(busy_api, desk, username, page):
    at = desk(busy_api, username, page)
    assert not at.exception
    assert [warning.value for warning in at.warning] == [texts.NOT_YOUR_PAGE]


@pytest.mark.parametrize("page", [None, "queue", "overview"])
def test_nobody_sees_anything_before_signing_in(busy_api, desk, page):
    at = desk(busy_api, None, page)
    assert not at.exception
    assert at.text_input(key="username").label == texts.USERNAME
    assert "GZ" not in shown(at)


def test_a_ticket_shows_its_evidence_to_the_dispatcher(busy_api, desk):
    at = desk(busy_api, "dispatcher", TICKET, no=busy_api.numbers["read"])
    assert not at.exception
    page = shown(at)
    for expected in (
        "占道经营由街镇主办",
        "第十四条",
        "若以油烟为主",
        "7%",
        "按时办结",
        "91%",
        "摊档",
    ):
        assert expected in page
    assert at.button(key="accept")


@pytest.mark.parametrize("username", ["agent", "auditor", "manager"])
def test_a_ticket_opens_for_everybody_at_the_desk(busy_api, desk, username):
    at = desk(busy_api, username, TICKET, no=busy_api.numbers["closed"])
    assert not at.exception
    assert not at.error
    assert "黄埔区" in shown(at)


def test_words_of_a_citizen_never_become_markup(busy_api, desk):
    at = desk(busy_api, "dispatcher", TICKET, no=busy_api.numbers["markup"])
    assert not at.exception
    assert "<script>alert" not in shown(at)
    assert "&lt;script&gt;" in shown(at)


def test_an_unknown_ticket_number_is_explained(busy_api, desk):
    at = desk(busy_api, "dispatcher", TICKET, no="GZ19990101-000000")
    assert not at.exception
    assert len(at.error) == 1


def test_a_unit_does_not_see_another_units_ticket(busy_api, desk):
    at = desk(busy_api, "unit", TICKET, no=busy_api.numbers["read"])
    assert len(at.error) == 1
    assert "盲道" not in shown(at)


def test_knowledge_answers_with_its_basis(busy_api, desk):
    at = desk(busy_api, "editor", None, ask="居住证怎么办")
    assert not at.exception
    assert at.text_input(key="ask").value == "居住证怎么办"
