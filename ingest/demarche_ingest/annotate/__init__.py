"""Working with quotations: sheets to fill in, pinning them to offsets, comparing codings."""
