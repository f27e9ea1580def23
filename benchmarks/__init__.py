"""What the claims rest on: is the audit right (`study.py`), and how fast is it (`run.py`)?"""
