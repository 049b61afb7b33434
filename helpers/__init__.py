"""The plumbing of the workbook: a lesson shows its subject in the open and takes everything else from here."""
