"""Rows in and out: INSERT VALUES, pull and push queries, PRINT."""
