"""The chat gateway between citizens and the dialogue engine."""
