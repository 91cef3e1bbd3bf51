"""The conversation: domain, training data, pipeline components and actions for Rasa 3.6."""
