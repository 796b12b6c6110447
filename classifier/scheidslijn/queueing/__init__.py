"""What to code next, and when to stop: active learning that respects documents and keeps shares estimable."""
