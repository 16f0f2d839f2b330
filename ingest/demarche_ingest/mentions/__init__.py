"""Who and what the words of a text refer to: names found, linked or proposed, with how and why."""
