"""Claims that an extractor proposes, and how they are judged before a person sees them."""
