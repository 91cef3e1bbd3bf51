"""Set-up and start-up: what `make run` and `make test` call. Standard library only."""
