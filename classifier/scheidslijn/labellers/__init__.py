"""What gives a passage its scores: term scan, TF-IDF with a linear model, encoder."""
