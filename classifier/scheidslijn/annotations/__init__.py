"""Coded passages as people have them: read from many forms, kept apart by coder, merged by a stated rule."""
