"""Pipeline components of ours; importing any of them also puts the fast answer check in place."""

from bot.components.fast_action_calls import install

install()
