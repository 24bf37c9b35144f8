"""A body's text as editors' markup: visitors see the same text."""

import html
from random import Random

ENTITIES = {"’": "&#8217;", "“": "&#8220;", "”": "&#8221;", "–": "&#8211;", "é": "&eacute;"}
AD = '<div class="jeg_ad jeg_ad_article {kind}"><div class="ads-wrapper align-center"><span>ADVERTISEMENT</span></div></div>'


def inline(random: Random, text: str) -> str:
    """Return *text* as HTML: entities, emphasis, links, no-break spaces, soft hyphens."""
    escaped = html.escape(text, quote=False)
    if random.random() < 0.4:
        escaped = "".join(ENTITIES.get(c, c) for c in escaped)
    words = escaped.split(" ")
    at = random.randrange(len(words))
    wraps = ("<strong>{}</strong>", '<a href="/about/">{}</a>', "<em>{}</em>", "{}", "{}")
    words[at] = random.choice(wraps).format(words[at])
    joined = " ".join(words)
    if random.random() < 0.2:
        joined = joined.replace(" ", "&nbsp;", 1)
    if random.random() < 0.15:
        joined = joined.replace("ment", "&shy;ment", 1)
    if random.random() < 0.15:
        joined = joined.replace(", ", ",\n    ", 1)
    return joined


def advertisements(random: Random) -> list[str]:
    """Return JNews's three inline advertisements, in another order at each call."""
    kinds = [
        "jnews_content_inline_ads",
        "jnews_content_inline_2_ads",
        "jnews_content_inline_3_ads",
    ]
    random.shuffle(kinds)
    return [AD.format(kind=kind) for kind in kinds]


def related(headline: str, url: str) -> str:
    """Return JNews's box of related articles inside the body."""
    return (
        '<div class="jnews_inline_related_post_wrapper left"><div class="jnews_inline_related_post">'
        '<div class="jeg_postblock_29 jeg_postblock"><div class="jeg_block_heading">'
        "<h3 class=jeg_block_title><span>Related Posts</span></h3></div>"
        '<article class="jeg_post jeg_pl_xs_4 format-standard"><h3 class="jeg_post_title">'
        f'<a href="{url}">{html.escape(headline)}</a></h3></article></div>'
        "<script>var jnews_module_related = {};</script></div></div>"
    )


JUNK = (
    '<div class="code-block code-block-1" style="margin: 8px 0"><ins class="adsbygoogle"></ins>Sponsored</div>',
    '<div class="kk-star-ratings kksr-auto"><div class="kksr-legend">Rate this post</div></div>',
    '<div id="ez-toc-container" class="ez-toc-v2"><p class="ez-toc-title">Table of Contents</p><ul><li><a href="#a">One</a></li></ul></div>',
    '<div class="bsaProContainerNew bsaProContainer-53"><div class="bsaProItem">Buy here</div></div>',
    '<div class="m-a-box" data-box-layout="slim"><div class="m-a-box-content">About the author of this.</div></div>',
    "<style>.kicker { color: #900 }</style>",
    "<script>window.counter = (window.counter || 0) + 1;</script>",
    "<!-- wp:paragraph {\"dropCap\":true} -->",
)  # fmt: skip

PASSWORD_FORM = (
    '<form action="/wp-login.php?action=postpass" class="post-password-form" method="post">'
    "<p>This content needs a password.</p>"
    '<p><label>Password: <input name="post_password" type="password"></label></p></form>'
)

# Kind, address, markup; {n} is a number.
EMBEDS = (
    (
        "youtube",
        "https://www.youtube.com/embed/v{n}",
        '<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper">'
        '<iframe src="https://www.youtube.com/embed/v{n}" title="Film"></iframe></div></figure>',
    ),
    (
        "x",
        "https://twitter.com/replica/status/{n}",
        '<blockquote class="twitter-tweet"><p>A post that is not the article’s words.</p>'
        '&mdash; Replica (@replica) <a href="https://twitter.com/replica/status/{n}">May 1</a>'
        "</blockquote><script async></script>",
    ),
    (
        "audio",
        "https://sound.example/talk-{n}.mp3",
        '<audio controls><source src="https://sound.example/talk-{n}.mp3" type="audio/mpeg">'
        '<a href="https://sound.example/talk-{n}.mp3">Listen</a></audio>',
    ),
    (
        "other",
        "https://maps.example/show/{n}",
        '<p><iframe src="https://maps.example/show/{n}"></iframe></p>',
    ),
)
