"""Pages for people. They work without JavaScript and ask nothing of any other host."""
