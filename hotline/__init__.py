"""The hotline: tickets, their lifecycle and deadlines, units and duties, import and export."""
