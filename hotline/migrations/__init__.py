"""Alembic's migrations of the hotline's tables."""
