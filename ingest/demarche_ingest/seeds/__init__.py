"""Seeds: curated claims and reference facts as YAML, read with the line of every value."""
