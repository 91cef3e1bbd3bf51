"""Who may call which route: the one table. A route that is not here is denied to everyone."""

from __future__ import annotations

from hotline.lifecycle import DESK_STEPS, STEPS, Role

ANYONE = "anyone"
SERVICE = "service"
WECHAT = "wechat"

EVERYONE = frozenset({ANYONE})
BOT = frozenset({SERVICE})
CITIZEN = frozenset({Role.CITIZEN})
WECHAT_SERVER = frozenset({WECHAT})
STAFF = frozenset(Role) - {Role.CITIZEN, Role.MACHINE}
DESK = frozenset({Role.AGENT, Role.DISPATCHER, Role.UNIT_HANDLER, Role.MANAGER, Role.AUDITOR})
CLERKS = frozenset({Role.AGENT, Role.DISPATCHER})
MANAGERS = frozenset({Role.MANAGER, Role.AUDITOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
AUDITORS = frozenset({Role.AUDITOR, Role.ADMIN})
STEERING = frozenset({Role.DISPATCHER, Role.MANAGER})
WRITERS = frozenset({Role.KNOWLEDGE_EDITOR, Role.UNIT_HANDLER})
REVIEWERS = WRITERS | {Role.MANAGER}
GROUP_STEPS = ("merge", "split", "rename", "follow")
ALARM_STEPS = ("acknowledge", "assign", "act", "close")

PERMISSIONS: dict[str, frozenset[str]] = {
    "GET /v1/health": EVERYONE,
    "POST /v1/answers": EVERYONE,
    "POST /v1/answers/rating": EVERYONE,
    "POST /v1/session": EVERYONE,
    "GET /v1/session/provider": EVERYONE,
    "POST /v1/session/provider": EVERYONE,
    "POST /v1/session/provider/answer": EVERYONE,
    "GET /v1/session": STAFF,
    "DELETE /v1/session": STAFF,
    "POST /v1/session/password": STAFF,
    "POST /v1/citizen/session": EVERYONE,
    "POST /v1/wechat/session": EVERYONE,
    "GET /v1/wechat/subscriptions": CITIZEN,
    "POST /v1/wechat/subscriptions": CITIZEN,
    "GET /v1/wechat/callback": WECHAT_SERVER,
    "POST /v1/wechat/callback": WECHAT_SERVER,
    "GET /v1/citizen/data": CITIZEN,
    "DELETE /v1/citizen/data": CITIZEN,
    "POST /v1/chat/messages": CITIZEN,
    "GET /v1/chat/messages": CITIZEN,
    "GET /v1/tickets": CITIZEN,
    "POST /v1/tickets": CITIZEN,
    "GET /v1/tickets/{number}/events": CITIZEN,
    "POST /v1/tickets/lookup": CITIZEN,
    "POST /v1/tickets/{number}/rating": CITIZEN,
    "POST /v1/tickets/{number}/reopen": CITIZEN,
    "POST /v1/tickets/{number}/additions": CITIZEN,
    "POST /v1/attachments": CITIZEN,
    "GET /v1/desk/attachments/{attachment_id}": DESK,
    "GET /v1/desk/tickets": DESK,
    "GET /v1/desk/tickets/{number}": DESK,
    **{f"POST /v1/desk/tickets/{{number}}/{name}": STEPS[name].roles for name in DESK_STEPS},
    "GET /v1/desk/tickets/{number}/draft": DESK,
    "POST /v1/desk/tickets/{number}/check-reply": DESK,
    "POST /v1/desk/tickets/{number}/unmask": DESK,
    "POST /v1/dispatch": CLERKS | {Role.MANAGER},
    "POST /v1/dispatch/batch": CLERKS | {Role.MANAGER},
    "GET /v1/dispatch/state": MANAGERS | CLERKS,
    "POST /v1/dispatch/auto": frozenset({Role.MANAGER, Role.ADMIN}),
    "GET /v1/desk/reference": STAFF,
    "GET /v1/indicators/dictionary": STAFF,
    "GET /v1/situation": MANAGERS | {Role.DISPATCHER},
    "GET /v1/situation/tickets": STEERING | {Role.AUDITOR},
    "GET /v1/performance": MANAGERS | {Role.DISPATCHER},
    "GET /v1/dispatch-model": MANAGERS | {Role.DISPATCHER},
    "GET /v1/desk/chats": CLERKS | {Role.MANAGER},
    "GET /v1/desk/chats/{conversation_id}": CLERKS | {Role.MANAGER},
    "POST /v1/desk/chats/{conversation_id}/take": CLERKS,
    "POST /v1/desk/chats/{conversation_id}/messages": CLERKS,
    "POST /v1/desk/chats/{conversation_id}/hand-back": CLERKS,
    "GET /v1/overview": MANAGERS | {Role.DISPATCHER},
    "GET /v1/indicators": MANAGERS | {Role.DISPATCHER},
    "GET /v1/units/comparison": MANAGERS,
    "GET /v1/forecast": MANAGERS | {Role.DISPATCHER},
    "GET /v1/replies/doubtful": CLERKS | MANAGERS,
    "GET /v1/groups": MANAGERS | CLERKS | {Role.UNIT_HANDLER},
    "GET /v1/groups/recurrence": MANAGERS | {Role.DISPATCHER},
    "GET /v1/groups/{group_id}": MANAGERS | CLERKS | {Role.UNIT_HANDLER},
    "POST /v1/groups/{group_id}/dispatch": STEERING,
    "POST /v1/groups/{group_id}/close": frozenset({Role.UNIT_HANDLER}),
    **{f"POST /v1/groups/{{group_id}}/{name}": STEERING for name in GROUP_STEPS},
    "GET /v1/alarms": MANAGERS | CLERKS,
    "GET /v1/alarms/{alarm_id}": MANAGERS | CLERKS,
    **{f"POST /v1/alarms/{{alarm_id}}/{name}": STEERING for name in ALARM_STEPS},
    "GET /v1/knowledge/entries": STAFF,
    "GET /v1/knowledge/entries/{entry_id}": STAFF,
    "POST /v1/knowledge/entries/{entry_id}": WRITERS,
    "POST /v1/knowledge/entries/{entry_id}/status": REVIEWERS,
    "GET /v1/knowledge/entries/{entry_id}/differences": STAFF,
    "GET /v1/knowledge/due": STAFF,
    "GET /v1/knowledge/findings": STAFF,
    "GET /v1/knowledge/table": STAFF,
    "POST /v1/knowledge/imports": WRITERS,
    "GET /v1/knowledge/gaps": STAFF,
    "POST /v1/knowledge/gaps/{gap_id}/draft": WRITERS,
    "POST /v1/knowledge/gaps/{gap_id}/dismiss": frozenset({Role.KNOWLEDGE_EDITOR}),
    "GET /v1/admin/users": AUDITORS,
    "POST /v1/admin/users": ADMINS,
    "POST /v1/admin/users/{username}/change": ADMINS,
    "POST /v1/admin/users/{username}/password": ADMINS,
    "GET /v1/admin/switches": MANAGERS,
    "POST /v1/admin/switches/{name}": frozenset({Role.MANAGER, Role.ADMIN}),
    "GET /v1/admin/ledger": AUDITORS,
    "GET /v1/admin/ledger/proof": AUDITORS,
    "GET /v1/admin/city": AUDITORS,
    "GET /v1/admin/city/{file}": AUDITORS,
    "GET /v1/admin/city/{file}/versions/{version_id}": AUDITORS,
    "POST /v1/admin/city/{file}/check": ADMINS,
    "POST /v1/admin/city/{file}": ADMINS,
    "POST /v1/briefs": frozenset({Role.MANAGER, Role.ADMIN}),
    "GET /v1/briefs": MANAGERS,
    "GET /v1/briefs/{brief_id}": MANAGERS,
    "GET /v1/briefs/{brief_id}/file": MANAGERS,
    "GET /v1/ratings": MANAGERS | {Role.DISPATCHER},
    "GET /v1/improvements": MANAGERS | {Role.DISPATCHER, Role.UNIT_HANDLER},
    "GET /v1/improvements/{item_id}": MANAGERS | {Role.DISPATCHER, Role.UNIT_HANDLER},
    "POST /v1/improvements/{item_id}/plan": frozenset({Role.UNIT_HANDLER, Role.MANAGER}),
    "POST /v1/improvements/{item_id}/finish": frozenset({Role.UNIT_HANDLER, Role.MANAGER}),
    "POST /v1/improvements/{item_id}/close": frozenset({Role.MANAGER}),
    "POST /v1/improvements/{item_id}/again": frozenset({Role.MANAGER}),
    "POST /v1/bot/answer": BOT,
    "POST /v1/bot/tickets": BOT,
    "POST /v1/bot/progress": BOT,
    "POST /v1/bot/rating": BOT,
    "POST /v1/bot/reopen": BOT,
    "POST /v1/bot/additions": BOT,
    "POST /v1/bot/handover": BOT,
    "GET /v1/bot/appointments": BOT,
    "POST /v1/bot/appointments": BOT,
    "GET /v1/bot/bookings": BOT,
    "POST /v1/bot/cancellations": BOT,
}


def allowed(method: str, path: str) -> frozenset[str]:
    """Return the roles that may call ``method path`` (path as declared, with braces)."""
    return PERMISSIONS.get(f"{method} {path}", frozenset())
