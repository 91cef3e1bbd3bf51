"""Typed shapes of everything that goes over HTTP."""
