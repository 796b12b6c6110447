"""From coded texts to a model folder: examples, the two trained labellers, calibration, export and the model card."""
