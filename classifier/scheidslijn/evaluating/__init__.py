"""How good a labeller is by hand-coded passages: one frozen `Evaluation`, and reports as JSON, Markdown and HTML."""
