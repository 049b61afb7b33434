"""Answers as people read them: as ksqlDB's command line prints them, and as a notebook shows them."""
