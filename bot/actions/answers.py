"""Questions: answer from the knowledge base, or find out what was meant."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.case_forms import number_in
from bot.actions.city_api import ApiTrouble, CityApi, Json
from bot.actions.reply import Button, say
from bot.actions.texts import entry, text
from bot.actions.turn import Turn, substance

USEFUL = frozenset({"answered", "several_candidates", "needs_clarifying", "expired", "emergency"})
FEWEST_LETTERS = 4
LONGEST_PAYLOAD_TEXT = 300
MISSES_UNTIL_PERSON = 2
_HIDDEN = re.compile(
    r"(我?的?(身份证号?码?|手机号?码?|电话号?码?|银行卡号?|卡号)(号码?)?(是|为|：|:)?\s*)?[\dA-Za-z]*\*{2,}[\dA-Za-z]*[，,。 ]*"
)
_ASPECT = re.compile(
    r"(那|那么|请问|还有)?(我)?(需要|要|得)?(带|交|准备|提供)?(什么|哪些|啥|几多|多少)?"
    r"(材料|资料|证件|条件|手续|流程|步骤|费用|钱|时间|天)?"
    r"(在哪里办|在哪办|去哪里办|去哪办|哪里办|在哪里|多久|多长时间|几天|收费吗|要钱吗|怎么办理|怎么办"
    r"|可以网上办吗|能网上办吗|可以代办吗|能代办吗|电话是多少|地址在哪)?(呢|啊|呀|吗|的)?"
)


class AnswerQuestion(Action):
    """Answer a service question with the knowledge base's card."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Say the answer with its follow-ups as buttons."""
        turn = Turn(tracker)
        question = turn.entity("question") or turn.part("question") or turn.plain
        if not substance(question) or len(substance(question)) < 3 or _only_asks(question):
            say(dispatcher, text("answer.ask"))
            return []
        question = in_context(question, turn.slot("open_question"), turn.slot("last_topic"))
        return await tell(dispatcher, turn, without_numbers(question))


async def tell(dispatcher: CollectingDispatcher, turn: Turn, question: str) -> List[EventType]:
    """Look a question up and say the answer, or that there is none now."""
    answer = await _ask(turn, question)
    if answer is None:
        say(dispatcher, text("answer.failed"), _offers(question, turn.in_form))
        return []
    show(dispatcher, answer, question, turn.in_form)
    return after(answer, question)


class Clarify(Action):
    """Nothing sure was understood: look it up, ask what was meant, offer a person or a ticket."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_clarify"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Say the most helpful thing that can be said.

        Rasa also calls this when no rule fits; without the listening at the end it would do so
        again and again.
        """
        turn = Turn(tracker)
        listen = FollowupAction("action_listen")
        number = number_in(turn.said)
        if number and (turn.facts.get("phone_last4") or "check_progress" in turn.meanings[:3]):
            return [FollowupAction("progress_form")]
        if _is_matter(turn):
            return [FollowupAction("ticket_form")]
        if number:
            payload = "/check_progress" + json.dumps({"number": number})
            meant = [{"title": entry("clarify.titles.check_progress"), "payload": payload}]
            say(dispatcher, text("clarify.number_seen", number=number), meant)
            return [listen]
        if turn.intent == "inform" and turn.slot("ticket_what"):
            what = str(turn.slot("ticket_what"))[:20]
            say(dispatcher, text("session.unfinished", what=what), entry("session.buttons"))
            return [listen]
        found = await _looked_up(turn)
        if found is not None:
            question, answer = found
            show(dispatcher, answer, question, turn.in_form)
            return [*after(answer, question), listen]
        misses = float(turn.slot("misses") or 0) + 1
        meanings = [] if turn.intent == "nonsense" else _meanings(turn)
        if "self_harm" in turn.meanings[:1]:
            say(dispatcher, text("clarify.low_spirits"), entry("clarify.low_spirits_buttons"))
        elif misses >= MISSES_UNTIL_PERSON:
            say(dispatcher, text("clarify.second_miss"), entry("clarify.buttons"))
        elif turn.intent == "nonsense":
            say(dispatcher, text("clarify.nonsense"), entry("clarify.nonsense_buttons"))
        elif meanings:
            say(dispatcher, text("clarify.did_you_mean"), meanings)
        else:
            say(dispatcher, text("clarify.first_miss"))
        return [SlotSet("misses", min(misses, 9.0)), listen]


def show(dispatcher: CollectingDispatcher, answer: Json, question: str, in_form: bool) -> None:
    """Say one Answer of the knowledge base."""
    outcome = answer.get("outcome")
    title = (answer.get("entry") or {}).get("title") or ""
    buttons: List[Button] = []
    if outcome in ("answered", "expired"):
        for follow_up in (answer.get("follow_ups") or [])[:4]:
            full = follow_up if not title or title in follow_up else f"{title} {follow_up}"
            buttons.append({"title": follow_up, "payload": asking(full)})
    elif outcome == "needs_clarifying":
        for follow_up in (answer.get("follow_ups") or [])[:5]:
            buttons.append({"title": follow_up, "payload": asking(f"{question} {follow_up}")})
    for candidate in (answer.get("candidates") or [])[:4]:
        if candidate.get("title") != title:
            title_there = str(candidate.get("title"))
            buttons.append({"title": title_there, "payload": asking(title_there)})
    if outcome in ("not_in_base", "handed_over", "refused"):
        buttons += _offers(question, in_form)
    said = answer.get("text") or (text("answer.not_in_base") if outcome == "not_in_base" else "")
    if outcome == "answered":
        said = asked_aspect(answer, question) or said
    kind = "emergency" if outcome == "emergency" else "answer"
    say(dispatcher, said, buttons, kind, answer)


def after(answer: Json, question: str) -> List[EventType]:
    """Return what to remember after an answer: the topic, or the question still open."""
    unclear = answer.get("outcome") == "needs_clarifying"
    title = (answer.get("entry") or {}).get("title")
    events: List[EventType] = [
        SlotSet("open_question", question if unclear else None),
        SlotSet("misses", 0.0),
    ]
    if title:
        events.append(SlotSet("last_topic", title))
    return events


def asking(question: str) -> str:
    """Return the payload of a button that asks a question."""
    body = {"question": question[:LONGEST_PAYLOAD_TEXT]}
    return "/ask_service" + json.dumps(body, ensure_ascii=False)


def in_context(question: str, open_question: Optional[str], topic: Optional[str]) -> str:
    """Complete a question that only makes sense after the last one, e.g. “要带什么材料”."""
    if _ASPECT.fullmatch(substance(question)):
        known = topic or open_question
        return f"{known} {question}" if known else question
    return question


def asked_aspect(answer: Json, question: str) -> Optional[str]:
    """Return the one thing asked about an entry (materials, place, fee…) when it says just that."""
    name = next(
        (n for n, words in entry("answer.aspects").items() if re.search(words, question)), ""
    )
    block = next((b for b in answer.get("blocks") or [] if b.get("name") == name), None)
    if block is None:
        return None
    items = [f"{number}. {item}" for number, item in enumerate(block.get("items") or [], start=1)]
    title = (answer.get("entry") or {}).get("title") or ""
    return "\n".join([f"{title}·{name}：{block.get('text') or ''}", *items])


def without_numbers(question: str) -> str:
    """Return a question without hidden phone and card numbers and the words that announce them."""
    return _HIDDEN.sub("", question).strip(" ，。,") or question


def _only_asks(question: str) -> bool:
    return bool(
        re.fullmatch(
            r"(我)?(想|要)?(问|咨询|问问|问一下|咨询一下)(下|个|一下|一个)?(事|问题|事情)?",
            substance(question),
        )
    )


def _offers(question: str, in_form: bool) -> List[Button]:
    """Offer a ticket with the question in it, or a person; a form offers its own way on."""
    if in_form:
        return []
    said = json.dumps({"said": question[:LONGEST_PAYLOAD_TEXT]}, ensure_ascii=False)
    return [
        {"title": text("answer.ticket_button"), "payload": "/ask_help" + said},
        entry("answer.human_button"),
    ]


async def _ask(turn: Turn, question: str) -> Optional[Json]:
    try:
        return await CityApi(turn.sender).answer(question, turn.facts.get("district"))
    except ApiTrouble:
        return None


async def _looked_up(turn: Turn) -> "Optional[tuple[str, Json]]":
    """Look the words up, together with the question they may complete."""
    if turn.pressed or turn.intent == "nonsense" or len(substance(turn.plain)) < 2:
        return None
    pending = turn.slot("open_question")
    question = f"{pending} {turn.plain}" if pending else turn.plain
    if not pending and (turn.intent == "inform" or len(substance(question)) < FEWEST_LETTERS):
        return None
    answer = await _ask(turn, question)
    if answer is None or answer.get("outcome") not in USEFUL:
        return None
    return question, answer


def _is_matter(turn: Turn) -> bool:
    """True for a place or time with something that goes on there: “昨晚石牌西路施工吵死了”."""
    if turn.intent != "inform" or turn.in_form or len(turn.beside_facts) < FEWEST_LETTERS:
        return False
    found = any(turn.facts.get(name) for name in ("place", "time"))
    other = next((name for name in turn.meanings if name != "inform"), "")
    return found and other in entry("appeal_types")


def _meanings(turn: Turn) -> List[Button]:
    """Return buttons for the likely meanings, each carrying what was said."""
    titles = entry("clarify.titles")
    buttons: List[Button] = []
    for item in turn.ranking:
        intent = item.get("name")
        if intent not in titles or len(buttons) >= entry("clarify.most_meanings"):
            continue
        key = "question" if intent == "ask_service" else "said"
        carried = json.dumps({key: turn.said[:LONGEST_PAYLOAD_TEXT]}, ensure_ascii=False)
        buttons.append({"title": titles[intent], "payload": f"/{intent}{carried}"})
    return buttons
