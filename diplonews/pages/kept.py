"""A cached property without the lock that Python 3.11's has.

One thread reads a page, which has some 25 such values. Their locks would cost a tenth of the time
in which lxml parses a small page.
"""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801 (it stands in for Python's)
    """Like ``functools.cached_property``.

    >>> class Page:
    ...     @cached_property
    ...     def words(self) -> list[str]:
    ...         return ["Talks"]
    >>> page = Page()
    >>> page.words is page.words
    True
    """

    def __init__(self, read: Callable[[Any], T]) -> None:
        self.read = read
        self.name = read.__name__
        self.__doc__ = read.__doc__

    @overload
    def __get__(self, page: None, kind: type) -> Self: ...
    @overload
    def __get__(self, page: object, kind: type) -> T: ...
    def __get__(self, page: object | None, kind: type) -> Self | T:
        if page is None:
            return self
        value = page.__dict__[self.name] = self.read(page)
        return value
