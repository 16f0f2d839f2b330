"""Scores of claims: what extractors propose against what people coded."""
