"""What is wrong with this machine, if anything: one line a finding, one remedy each."""

from helpers.services.doctor.finding import Finding, Report
from helpers.services.doctor.rounds import examine

__all__ = ["Finding", "Report", "examine"]
