"""Agreement among coders, from their files to a report that says what to do next."""
