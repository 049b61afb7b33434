"""The root of every error the workbook raises on purpose."""


class LabError(Exception):
    """Something a person can mend; its text is one sentence that says what is wrong and what to do."""
