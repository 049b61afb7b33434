"""Figures beside a peer: each module prints its own table, or JSON with `--json`."""
