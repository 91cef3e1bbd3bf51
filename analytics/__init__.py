"""What many people say: recurring groups, alarms, reply quality."""
