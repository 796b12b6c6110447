"""Passages to code, written for the places where people code: Label Studio, doccano, a spreadsheet."""
