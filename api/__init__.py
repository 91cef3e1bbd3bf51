"""The one back end behind every front: pages, desk, mini-program and bot all speak to it."""
