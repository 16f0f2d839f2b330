"""From files to kept candidates: reading, coding, keeping, and the record of what was done."""
