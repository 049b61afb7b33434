"""Streams and tables: what is known of them, and the statements that declare them over a topic."""
