"""What an engine stands on: topics and running queries, in memory or on a broker."""
