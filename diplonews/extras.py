"""Packages that only some commands need: whether they are here, and what to type if not."""

from importlib.util import find_spec

from diplonews.errors import SettingError


def check_package(what: str, package: str, extra: str) -> None:
    """Raise ``SettingError`` where *what* cannot be done without a package."""
    if find_spec(package) is None:
        raise SettingError(
            f"{what}: expected {package} to be installed: "
            f"pip install 'diplonews[{extra}]', or in the project's folder `make analysis`"
        )
