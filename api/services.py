"""What the routes work with, made once at start-up."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import httpx2
from sqlalchemy import Engine

from analytics.tables import make_tables
from api.chat.conversations import Conversations
from api.chat.desk import ChatDesk
from api.chat.emergency import EmergencyLane
from api.chat.fallback import Fallback
from api.chat.gateway import Gateway
from api.chat.rasa import RasaClient
from api.citizen_records import CitizenRecords
from api.citizen_tickets import CitizenTickets
from api.dispatching import suggester
from api.filing import Filing
from api.identity import IdentityProvider
from api.knowledge_desk import KnowledgeDesk
from api.photos import PhotoStore
from api.progress_events import ProgressEvents
from api.public_answers import PublicAnswers
from api.replies import ReplyChecker
from api.sessions import Sessions
from api.settings import Settings
from api.suggesting import Suggester
from api.wechat.channel import WeChat, tell_follower
from hotline.city import City, load_city
from hotline.store import Store, open_store
from hotline.vault import Vault
from knowledge_base.answer import Answerer
from knowledge_base.base import KnowledgeBase
from knowledge_base.content import ContentError
from knowledge_base.gaps import GapLog
from knowledge_base.opening import open_knowledge
from knowledge_base.rewriting import Rewriter
from knowledge_base.store import EntryStore
from nlu.spelling import default_spelling

logger = logging.getLogger("suisheng.api")


@dataclass(frozen=True)
class Services:
    """The opened store, the city, the knowledge base and the ways to work with them."""

    settings: Settings
    store: Store
    answerer: Answerer
    public_answers: PublicAnswers
    knowledge: KnowledgeDesk
    knowledge_problem: str | None
    suggester: Suggester
    sessions: Sessions
    identity: IdentityProvider
    conversations: Conversations
    filing: Filing
    citizen_tickets: CitizenTickets
    progress_events: ProgressEvents
    citizen_records: CitizenRecords
    photos: PhotoStore
    reply_checker: ReplyChecker
    chat_desk: ChatDesk
    gateway: Gateway
    wechat: WeChat
    http: httpx2.AsyncClient

    @classmethod
    def open(cls, settings: Settings, base: KnowledgeBase | None = None) -> Services:
        """Open everything.

        Args:
            settings: of this installation.
            base: an already opened knowledge base; the city's entries are read when not given.

        Raises:
            StoreError: the database cannot be opened.
            CityError: the city's data is wrong; the message names file, line and remedy.
        """
        city = load_city(settings.city)
        vault = Vault.from_keys(settings.vault_keys, settings.identity_key, settings.var / "keys")
        store = open_store(settings.database_url, vault=vault, city=city)
        make_tables(store.engine)
        problem = None
        if base is None:
            base, problem = _knowledge(store.engine, city.folder / "knowledge")
        gaps = GapLog(store.engine)
        answerer = Answerer(base, gaps, rewriter=_rewriter(settings))
        entries = base.store or EntryStore(store.engine)
        suggest = suggester(settings, city, store)
        public = PublicAnswers(store, answerer)
        filing = Filing(store, suggest)
        conversations = Conversations(store)
        http = httpx2.AsyncClient(timeout=settings.rasa_timeout, trust_env=False)
        rasa = RasaClient(http, settings.rasa_url, settings.rasa_timeout)
        attachments = settings.var / "attachments"
        photos = PhotoStore(store, attachments, settings.attachment_limit)
        citizen_tickets = CitizenTickets(store)
        gateway = Gateway(
            store,
            conversations,
            rasa,
            EmergencyLane(conversations, filing),
            Fallback(store, conversations, public, filing),
            default_spelling(),
        )
        return cls(
            settings=settings,
            store=store,
            answerer=answerer,
            public_answers=public,
            knowledge=KnowledgeDesk(entries, gaps, answerer, city),
            knowledge_problem=problem,
            suggester=suggest,
            sessions=Sessions(store, settings),
            identity=IdentityProvider(http, settings),
            conversations=conversations,
            filing=filing,
            citizen_tickets=citizen_tickets,
            progress_events=ProgressEvents(store),
            citizen_records=CitizenRecords(store, conversations, rasa, attachments),
            photos=photos,
            reply_checker=ReplyChecker(settings.models),
            chat_desk=ChatDesk(store, answerer, tell_follower),
            gateway=gateway,
            wechat=WeChat.open(
                settings, store, city.folder, http, gateway, photos, citizen_tickets
            ),
            http=http,
        )

    @property
    def city(self) -> City:
        """The city's data as it stands now: an edit takes effect without a restart."""
        return self.store.city

    async def close(self) -> None:
        """Give back connections."""
        await self.http.aclose()
        self.store.close()


def _rewriter(settings: Settings) -> Rewriter | None:
    """Return the rephrasing endpoint if the operator has named one."""
    if not settings.rewrite_url:
        return None
    key = settings.rewrite_key.get_secret_value()
    return Rewriter(settings.rewrite_url, settings.rewrite_model, key, settings.rewrite_timeout)


def _knowledge(engine: Engine, folder: Path) -> tuple[KnowledgeBase, str | None]:
    """Open the entries; a mistake in them must not keep citizens from filing tickets."""
    try:
        return open_knowledge(engine, folder), None
    except ContentError as error:
        logger.warning("knowledge base not usable: %s", error)
        return KnowledgeBase(), str(error)
