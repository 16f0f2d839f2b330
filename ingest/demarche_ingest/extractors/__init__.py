"""What proposes claims: rules over parses, language models, a user's own; all by one protocol."""
