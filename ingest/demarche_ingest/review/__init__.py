"""What people decide about candidates, kept for ever, and what of it stands in the graph."""
