"""One module per revision, named by date."""
