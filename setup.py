"""Build steps that pyproject.toml cannot express.

The report templates and the demo data stand at the top of the repository, where people look for
them, and inside the package once it is built. A working copy (`pip install -e .`) keeps reading
them from the top. A native extension, should one come, is one more entry in `setup()`.
"""

from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree

from setuptools import Extension, setup
from setuptools.command.build_py import build_py

BUNDLED = {"report_templates": "audit/_templates", "fixtures/demo": "audit/_demo"}
NEIGHBOURS = "audit/space/neighbours"
KERNEL = Extension(
    "audit.space.neighbours._kernel",
    [f"{NEIGHBOURS}/_kernel.cpp"],
    depends=[f"{NEIGHBOURS}/kernel_{part}.hpp" for part in ("index", "filter", "search")],
    language="c++",
    # No contraction: float64 answers must be those of numpy, to the bit. No -march: the wide
    # instructions are chosen at run time.
    extra_compile_args=["-O3", "-std=c++17", "-fopenmp", "-ffp-contract=off"],
    extra_link_args=["-fopenmp"],
    optional=True,
)


class BuildWithBundle(build_py):
    """Copies the bundled folders next to the modules."""

    def run(self) -> None:
        """Build the modules, then copy the folders."""
        super().run()
        if self.editable_mode:
            return
        root = Path(__file__).parent
        for source, target in BUNDLED.items():
            destination = Path(self.build_lib) / target
            rmtree(destination, ignore_errors=True)
            copytree(root / source, destination, ignore=ignore_patterns("__pycache__", "*.py"))


setup(cmdclass={"build_py": BuildWithBundle}, ext_modules=[KERNEL])
