"""What was agreed beforehand, and what follows from it for one run."""
