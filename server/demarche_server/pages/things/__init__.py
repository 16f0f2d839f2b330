"""Pages about things: `kinds` chooses by class who makes the sheet that `thing_page` shows."""
