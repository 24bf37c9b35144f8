"""Which article an address belongs to, and what becomes of the addresses that lead elsewhere."""

from diplonews.archive import Archive
from tests.support.articles import NOW, SITE, article, begin

FIRST = "diplomaticinfo:post:1"


def know(archive: Archive, number: int = 1, **values: object) -> None:
    archive.articles.note(article(number, **values), begin(archive), ["security"])


def pending(archive: Archive) -> list[tuple[str, str | None]]:
    wanted = archive.pending.take(None, begin(archive), NOW, 9)
    return [(item.url.removeprefix(SITE), item.article_id) for item in wanted]


def test_an_article_is_known_by_its_number_and_its_id(archive: Archive) -> None:
    know(archive, 1)
    know(archive, 2)

    by_number, by_id = archive.addresses.find_by_number(2), archive.addresses.find_by_id(FIRST)

    assert by_number is not None
    assert by_id is not None
    assert (by_number.id, by_id.id) == ("diplomaticinfo:post:2", FIRST)
    assert by_id.name == f"{FIRST} ({SITE}/talks-1/)"
    assert archive.addresses.find_by_number(None) is None
    assert archive.addresses.find_by_number(3) is None
    assert archive.addresses.find_by_id(None) is None


def test_an_address_that_it_had_before_is_not_its_own(archive: Archive) -> None:
    know(archive)
    know(archive, url=f"{SITE}/moved/", canonical_url=f"{SITE}/home/")

    paths = ("moved", "home", "talks-1", "x")
    at = [archive.addresses.find_by_url(f"{SITE}/{path}") for path in paths]
    leads = archive.addresses.leads_to(f"{SITE}/talks-1")

    assert [holder and holder.id for holder in at] == [FIRST, FIRST, None, None]
    assert leads is not None
    assert leads.id == FIRST
    assert [leads.lives_at(f"site.example/{path}") for path in ("moved", "home")] == [True, False]


def test_an_article_is_asked_for_at_home_and_not_where_it_was_not(archive: Archive) -> None:
    know(archive)
    home = archive.addresses.find_by_id(FIRST)
    assert home is not None
    archive.addresses.want(f"{SITE}/elsewhere/", NOW)
    archive.addresses.want(f"{SITE}/elsewhere/", NOW)
    archive.addresses.want(f"{SITE}/another/", NOW)

    for _ in range(2):
        archive.addresses.want_home(f"{SITE}/elsewhere/", home, NOW)

    assert pending(archive) == [("/another/", None), ("/talks-1/", FIRST)]


def test_a_form_of_an_address_is_known_and_not_asked_for(archive: Archive) -> None:
    know(archive, 1)
    know(archive, 2)
    for path in ("old", "other"):
        archive.addresses.want(f"{SITE}/{path}/", NOW)

    archive.addresses.note_form(f"{SITE}/old/", "diplomaticinfo:post:2")
    archive.addresses.note_form(f"{SITE}/old/", FIRST)

    holder = archive.addresses.leads_to(f"{SITE}/old/")
    assert holder is not None
    assert holder.id == FIRST
    assert pending(archive) == [("/other/", None)]


def test_an_address_is_freed_of_one_article_alone(archive: Archive) -> None:
    know(archive, 1)
    know(archive, 2)

    archive.addresses.free(f"{SITE}/talks-1/", "diplomaticinfo:post:2")
    archive.addresses.free(f"{SITE}/talks-2/", "diplomaticinfo:post:2")

    assert archive.addresses.leads_to(f"{SITE}/talks-1/") is not None
    assert archive.addresses.leads_to(f"{SITE}/talks-2/") is None
