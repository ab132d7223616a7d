"""Publish what the reports found: whole pages that ask nothing of the network or of a script."""
