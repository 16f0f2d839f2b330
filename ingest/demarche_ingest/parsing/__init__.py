"""Words, their forms and what depends on what: Universal Dependencies of English sentences."""
