"""From the blocks of a document to passages and named set-aside text."""
