"""The version of tool and attack suite; numbers of two versions may differ."""

VERSION = "0.1.0"
