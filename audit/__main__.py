"""`python -m audit` is `synthgate`."""

from audit.cli.main import main

if __name__ == "__main__":
    main()
