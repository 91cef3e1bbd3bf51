"""What the bot does. Every fact comes from the API over HTTP; here is only the conversation."""
