"""Releases of known truth, audited many times over: how often is the audit wrong?"""
