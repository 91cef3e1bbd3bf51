"""One page per file; each offers ``show()``."""
