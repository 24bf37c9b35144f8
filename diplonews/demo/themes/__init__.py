"""How the replica prints its pages: a module for each theme, with the same functions."""

from types import ModuleType

from diplonews.demo.themes import elementor, jnews, plain, renamed

THEMES: dict[str, ModuleType] = {
    "jnews": jnews,
    "jnews-elementor": elementor,
    "plain": plain,
    "renamed": renamed,
}
