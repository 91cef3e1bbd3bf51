"""The API's way into Rasa: messages as Rasa's REST channel takes them, and forgetting."""

from __future__ import annotations

from typing import Any, Awaitable, Callable

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.components.saved_conversations import saved_conversations


class CityChannel(RestInput):
    """Rasa's REST channel, at the same address, that can also forget a conversation."""

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Add ``DELETE /webhooks/rest/conversations/<id>`` to the channel's routes."""
        webhook = super().blueprint(on_new_message)

        @webhook.route("/conversations/<sender_id>", methods=["DELETE"])
        async def forget(_request: Request, sender_id: str) -> HTTPResponse:
            return response.json({"deleted": saved_conversations().delete(sender_id)})

        return webhook
