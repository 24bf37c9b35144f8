"""A page's words are right whatever charset somebody declared for its bytes."""

import pytest

from diplonews.pages.decoding import decode_page

WORDS = "<p>Le ministre s’est rendu à Lomé — « non », a-t-il répété à São Tomé.</p>"


@pytest.mark.parametrize("charset", ["", "utf-8", "iso-8859-5", "windows-1252", "no-such", "hex"])
def test_utf_8_is_read_as_such_whatever_the_header_says(charset: str) -> None:
    assert decode_page(WORDS.encode(), charset).decode() == WORDS


@pytest.mark.parametrize("odd", ["\u2019", "\u201c", "é"])
def test_single_odd_bytes_do_not_spoil_the_rest(odd: str) -> None:
    body = WORDS.encode() + odd.encode("windows-1252") + b"<p>end</p>"

    assert decode_page(body, "iso-8859-1").decode() == f"{WORDS}{odd}<p>end</p>"


@pytest.mark.parametrize("charset", ["", "utf-8", "iso-8859-1", "latin-1", "rot13"])
def test_windows_1252_is_read_as_such_even_if_called_utf_8(charset: str) -> None:
    assert decode_page(WORDS.encode("windows-1252"), charset).decode() == WORDS


def test_what_is_neither_is_what_it_was_declared_to_be() -> None:
    words = "<meta charset=koi8-r><p>Министр приехал в Ломе</p>"

    assert decode_page(words.encode("koi8-r")).decode() == words
    assert decode_page(words.encode("koi8-r"), "KOI8-R").decode() == words


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_counts_most(encoding: str) -> None:
    assert decode_page(WORDS.encode(encoding), "iso-8859-1").decode() == WORDS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "\r\n \t", "<!doctype html>", "<?xml version='1.0'?>"])
def test_utf_16_without_a_mark_is_told_by_its_markup(before: str, encoding: str) -> None:
    assert decode_page((before + WORDS).encode(encoding), "utf-8").decode() == before + WORDS


@pytest.mark.parametrize("body", [b"\0<p>one</p>", b"<\0p>one</p>", b"<p\0>\0one</p>"])
def test_a_stray_nul_makes_no_utf_16(body: bytes) -> None:
    assert decode_page(body, "utf-8") == body


def test_half_a_character_at_the_end_is_no_error() -> None:
    assert decode_page("é".encode()[:1]).decode() == "Ã"
