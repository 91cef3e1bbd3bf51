"""Knowledge base: entries, import, search, answers with their source, gaps and conflicts."""
