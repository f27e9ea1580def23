"""Other tools that audit synthetic data, each under its own interpreter."""
