"""`lab ksql`: a prompt for KSQL statements."""
