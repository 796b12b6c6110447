"""Labelling at scale: finished work is kept per document, so that a run can break at any moment and go on."""
