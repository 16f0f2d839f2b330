"""Pages that lead to others: the first one, about, search, releases, what problems mean."""
