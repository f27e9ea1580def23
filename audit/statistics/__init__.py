"""Arrays in, estimates out: intervals, exact null laws, power. The only door to scipy."""
