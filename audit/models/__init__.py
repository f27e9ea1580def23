"""Cross-fitted learners; the only door to scikit-learn."""
