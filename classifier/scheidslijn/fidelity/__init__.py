"""Whether a language model follows the codebook, dimension by dimension, before its suggestions may count."""
