"""The site is a scheme, a host and a port: nothing else is asked, and what is refused is told."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from diplonews import site
from diplonews.demo import Replica
from tests.support.crawling import Crawl, Crawled
from tests.support.hostile import Hostile, Said
from tests.support.truth import by_post_id

ORIGIN = "https://site.example"


@pytest.mark.parametrize(
    ("origin", "is_loopback"),
    [
        ("http://127.0.0.1:8000", True), ("http://127.9.9.9", True), ("http://[::1]:80", True),
        ("http://LOCALHOST", True), ("http://localhost.", True),
        ("http://[::ffff:127.0.0.1]", True),
        ("http://127.evil.example", False), ("http://127.0.0.1.evil.example", False),
        ("http://localhost.evil.example", False), ("http://127.0.0.1@evil.example", False),
        ("http://evil.example/127.0.0.1", False), ("http://0.0.0.0", False),
        ("http://[::2]", False), ("http://[", False), ("http://10.0.0.1", False),
    ],
)  # fmt: skip
def test_loopback_is_this_machine_alone(origin: str, *, is_loopback: bool) -> None:
    assert site.is_loopback(origin) is is_loopback


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://site.example/talks/", "https://site.example/talks/"),
        ("https://www.site.example/talks/", "https://www.site.example/talks/"),
        ("HTTPS://SITE.Example:443/talks/", "HTTPS://SITE.Example:443/talks/"),
        ("https://site.example./talks/", "https://site.example./talks/"),
        ("http://site.example/talks/?a=b#c", "https://site.example/talks/?a=b#c"),
        ("http://www.site.example:80/talks/", "https://www.site.example/talks/"),
        ("http://site.example:443/talks/", "https://site.example/talks/"),
    ],
)
def test_what_is_on_the_site_is_asked_by_its_scheme(url: str, asked: str) -> None:
    assert site.address_on(ORIGIN, url) == asked


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example:8443/", "http://site.example:8080/", "https://sub.site.example/",
        "https://evil.example/", "https://site.example@evil.example/", "https://site@evil/",
        "https://ada:word@site.example/", "///site.example/", "//site.example/",
        "https:///site.example/", "https://site.example\\@evil.example/",
        "https://evil.example\\.site.example/", "https://evil.example#site.example",
        "https://site.example.evil.example/", "https://siteXexample/", "https://site.example:0/",
        "https://site.example:99999999/", "http://[", "", "javascript:x", "ftp://site.example/",
        "https://169.254.169.254/", "https://xn--site-.example/", "https://site.example../",
        "https://\x01site\x00.example/", "https://2130706433/",
    ],
)  # fmt: skip
def test_what_is_not_on_the_site_is_never_asked(url: str) -> None:
    assert not site.is_on(ORIGIN, url)


def test_an_international_name_is_one_site_in_both_forms() -> None:
    assert site.is_on("https://café.example", "https://www.xn--caf-dma.example/talks/")
    assert not site.is_on("https://café.example", "https://cafe.example/talks/")


def test_a_site_by_http_may_send_us_on_to_https() -> None:
    url = "https://site.example/talks/"

    assert site.address_on("http://site.example", url) == url


@pytest.fixture
def other(new_replica: Callable[..., Replica]) -> Replica:
    """Return another site on another port of the same host."""
    return new_replica(articles=12)


def crawl_security(crawl: Crawl, *arguments: str) -> Crawled:
    return crawl("security", "-s", "RETRY_TIMES=1", *arguments, DIPLONEWS_HOLD_SECONDS="0")


class TestRedirects:
    @pytest.mark.parametrize(
        "form",
        ["{other}/talks/", "//127.0.0.1:{port}/", "http://127.0.0.1:{port}",
         "///127.0.0.1:{port}/", "http://{here}@127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}\\", "http://localhost:{port}/"],
    )  # fmt: skip
    def test_another_port_is_not_asked_and_told(
        self, form: str, crawl: Crawl, replica: Replica, other: Replica
    ) -> None:
        place = form.format(
            other=other.origin, port=other.port, here=f"127.0.0.1%3A{replica.port}"
        )
        url = replica.truth("security").popitem()[1]["url"]
        path = url.removeprefix(replica.origin)
        replica.fail(path=f"^{path}$", kind="redirect", location=place)

        run = crawl_security(crawl)

        troubles = {trouble["url"]: trouble["why"] for trouble in run.report["troubles"]}
        assert other.requests == []
        assert (run.verdict, list(troubles)) == ("degraded", [url])
        expected = "127.0.0.1" if "localhost" in place else replica.origin
        assert troubles[url].startswith(f"expected a page of {expected}, found a redirect to")

    @pytest.mark.parametrize("place", ["http://[", "http://127.0.0.1:99999999/", "http://a\x00b/"])
    def test_one_to_no_address_is_told(self, place: str, crawl: Crawl, replica: Replica) -> None:
        url = replica.truth("security").popitem()[1]["url"]
        path = url.removeprefix(replica.origin)
        replica.fail(path=f"^{path}$", kind="redirect", location=place.replace("\x00", "%00"))

        run = crawl_security(crawl)

        assert [trouble["url"] for trouble in run.report["troubles"]] == [url]
        assert run.verdict == "degraded"
        assert "Traceback" not in run.log

    def test_after_a_retry_too(self, crawl: Crawl, replica: Replica, other: Replica) -> None:
        replica.fail(path="^/category/", status=500, times=1)
        replica.fail(
            path="^/category/", kind="redirect", location=f"{other.origin}/category/mali/"
        )

        run = crawl_security(crawl)

        assert other.requests == []
        assert run.verdict == "broken"
        assert "found a redirect to" in str(run.report["troubles"])

    def test_robots_txt_elsewhere_is_none_and_the_other_is_not_asked(
        self, crawl: Crawl, replica: Replica, other: Replica
    ) -> None:
        replica.fail(path="^/robots", kind="redirect", location=f"{other.origin}/robots.txt")

        run = crawl("security")

        assert other.requests == []
        assert (run.status, run.verdict) == (0, "ok")
        assert "taken for none" in run.log


def foreign_links(other: str, name: str) -> Callable[[str], Said | None]:
    """Return a site all of whose files for machines and listings lead to *other*."""
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"

    def answer(path: str) -> Said | None:
        if path == "/robots.txt":
            return Said(f"Sitemap: {other}/sitemap.xml".encode())
        if path.startswith("/wp-json/wp/v2/posts") and name == "rest":
            post = f'[{{"id": 1, "link": "{other}/talks/", "categories": []}}]'
            return Said(post.encode(), headers={"X-WP-Total": "1"})
        if path.endswith(".xml") and name == "sitemap":
            file = f"<sitemap><loc>{other}/post-sitemap.xml</loc></sitemap>"
            return Said(f'<sitemapindex xmlns="{namespace}">{file}</sitemapindex>'.encode())
        return None

    return answer


@pytest.mark.parametrize("name", ["rest", "sitemap", "robots"])
def test_files_for_machines_lead_nowhere_else(name: str, tmp_path: Path, other: Replica) -> None:
    with Hostile(foreign_links(other.origin, name)) as hostile:
        run = Crawl(hostile.origin, tmp_path / "var")("recheck", DIPLONEWS_HOLD_SECONDS="0")

    assert other.requests == []
    assert "Traceback" not in run.log


def test_teasers_next_pages_and_links_of_another_port_are_not_asked(
    tmp_path: Path, new_replica: Callable[..., Replica], other: Replica
) -> None:
    replica = new_replica(articles=30, page_size=4)
    crawl = Crawl(replica.origin, tmp_path / "var")

    def mixed(path: str) -> Said | None:
        answer = replica._honest(path, {})
        body = answer.body.replace(replica.origin.encode(), front.origin.encode())
        body = body.replace(
            f"{front.origin}/category/security/page/2/".encode(),
            f"{other.origin}/category/security/page/2/".encode(),
        )
        headers = {"Content-Type": answer.kind} | answer.headers
        return Said(body, answer.status, headers)

    with Hostile(mixed) as front:
        crawl.origin = front.origin
        run = crawl_security(crawl)

    assert other.requests == []
    assert run.verdict == "degraded"
    assert f"found a link to {other.origin}/category/security/page/2/" in str(run.report)


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Return what a server needs to speak https: a key and a certificate that it signed itself."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, pkcs8, plain) + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


class TestHttps:
    """A site by https, whose links all say http."""

    UNVERIFIED = ("-s", "DOWNLOAD_VERIFY_CERTIFICATES=False")

    def test_links_by_http_are_asked_for_by_https(
        self, replica: Replica, tmp_path: Path, tls: ssl.SSLContext
    ) -> None:
        def answer(path: str) -> Said:
            honest = replica._honest(path, {})
            by_http = front.origin.replace("https:", "http:")
            body = honest.body.replace(replica.origin.encode(), by_http.encode())
            return Said(body, honest.status, {"Content-Type": honest.kind})

        with Hostile(answer, tls=tls) as front:
            crawl = Crawl(front.origin, tmp_path / "own")
            run = crawl_security(crawl, *self.UNVERIFIED)

        assert (run.status, run.verdict) == (0, "ok")
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_a_redirect_down_to_http_is_refused(self, tmp_path: Path, tls: ssl.SSLContext) -> None:
        def answer(path: str) -> Said | None:
            by_http = front.origin.replace("https:", "http:")
            return None if path == "/robots.txt" else Said(b"", 301, {"Location": by_http + path})

        with Hostile(answer, tls=tls) as front:
            run = crawl_security(Crawl(front.origin, tmp_path / "own"), *self.UNVERIFIED)

        assert run.verdict == "broken"
        assert "found a redirect to http://127.0.0.1" in run.log
        assert front.paths.count("/feed/") == 1

    def test_a_certificate_that_nobody_vouches_for_is_refused(
        self, tmp_path: Path, tls: ssl.SSLContext
    ) -> None:
        with Hostile(lambda _: Said(b"<html></html>"), tls=tls) as front:
            run = crawl_security(Crawl(front.origin, tmp_path / "own"))

        assert (run.status, run.verdict) == (4, "broken")
        assert "certificate verify failed" in run.log
        assert front.paths == []
