"""From one text to its articles, their zones, sentences and quotations."""
