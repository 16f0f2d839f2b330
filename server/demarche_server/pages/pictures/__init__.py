"""Pictures of what is claimed, each with its queries, a table that says the same, and as a file."""
