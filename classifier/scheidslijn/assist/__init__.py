"""A language model as one coder among coders: prompts from the codebook, checked answers, and nothing invented."""
