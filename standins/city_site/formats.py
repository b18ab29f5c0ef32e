"""The dialects in which the website lists its pages, each with the quirks seen in the wild."""

import gzip
from email.utils import format_datetime
from html import escape

from standins.city_site.content import HOSTS, Page, Site

NEWEST = 10
BASE = f"https://{HOSTS[0]}"
BOMB = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "lol">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>&c;</title>
<item><title>&d;</title><link>https://www.city.mado.example/a.html</link></item></channel></rss>"""


def listing(site: Site, path: str) -> tuple[bytes, str] | None:
    """(body, content type) of a feed, sitemap or list, None for other paths."""
    makers = {
        "/rss.xml": _rss2,
        "/news.rdf": _rdf,
        "/atom.xml": _atom,
        "/sitemap.xml": _sitemap,
        "/sitemap.xml.gz": _sitemap_zipped,
        "/sitemap_index.xml": _index,
        "/shinchaku.html": _list,
    }
    if path.startswith("/sitemap_part"):
        return _part(site, path)
    return makers[path](site) if path in makers else None


def _rss2(site: Site) -> tuple[bytes, str]:
    items = "".join(
        f"<item><title>{escape(p.title)}</title><link>{BASE}{p.path}?utm_source=rss</link>"
        f"<category>{escape(p.category)}</category><pubDate>{format_datetime(p.updated)}</pubDate>"
        f"<description><![CDATA[<p>{escape(p.summary)}</p>]]></description></item>"
        for p in site.listed()[:NEWEST]
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>まど市 新着情報</title><link>{BASE}/</link>{items}</channel></rss>"
    )
    return text.encode(), "application/rss+xml; charset=utf-8"


def _rdf(site: Site) -> tuple[bytes, str]:
    """RSS 1.0 in Shift_JIS, dates without a zone, relative links, under the other host name."""
    items = "".join(
        f'<item rdf:about="{p.path}"><title>{escape(p.title)}</title><link>{p.path}</link>'
        f"<dc:subject>{escape(p.category)}</dc:subject>"
        f"<dc:date>{p.updated.replace(tzinfo=None).isoformat()}</dc:date></item>"
        for p in site.listed()[:NEWEST]
    )
    text = (
        '<?xml version="1.0" encoding="Shift_JIS"?><rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/news.rdf">'
        f"<title>まど市①</title><link>/</link></channel>{items}</rdf:RDF>"
    )
    return text.encode("cp932"), "text/xml"


def _atom(site: Site) -> tuple[bytes, str]:
    entries = "".join(
        f"<entry><title>{escape(p.title)}</title><id>tag:{p.path}</id>"
        f'<link rel="alternate" href="{BASE}{p.path}"/><category term="{escape(p.category)}"/>'
        f"<updated>{p.updated.isoformat()}</updated><summary>{escape(p.summary)}</summary></entry>"
        for p in site.listed()[:NEWEST]
    )
    text = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>まど市</title>{entries}</feed>'
    return text.encode(), "application/atom+xml"


def _urlset(pages: list[Page]) -> bytes:
    urls = "".join(
        f"<url><loc>{BASE}{p.path}</loc><lastmod>{p.updated.isoformat()}</lastmod></url>"
        for p in pages
    )
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return text.encode()


def _sitemap(site: Site) -> tuple[bytes, str]:
    return _urlset(site.listed()), "application/xml"


def _sitemap_zipped(site: Site) -> tuple[bytes, str]:
    return gzip.compress(_urlset(site.listed()), mtime=0), "application/gzip"


def _index(site: Site) -> tuple[bytes, str]:
    parts = "".join(
        f"<sitemap><loc>{BASE}/sitemap_part{n}.xml{'.gz' if n % 2 else ''}</loc></sitemap>"
        for n in range(site.index_parts)
    )
    text = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'
    )
    return text.encode(), "application/xml"


def _part(site: Site, path: str) -> tuple[bytes, str] | None:
    name = path.removeprefix("/sitemap_part").removesuffix(".gz").removesuffix(".xml")
    if not name.isdecimal() or int(name) >= site.index_parts:
        return None
    body = _urlset(site.listed()[int(name) :: site.index_parts])
    return (
        (gzip.compress(body, mtime=0), "application/gzip")
        if path.endswith(".gz")
        else (
            body,
            "application/xml",
        )
    )


def _list(site: Site) -> tuple[bytes, str]:
    """A list of news in EUC-JP, with days in the Japanese era, as old CMS print it."""
    rows = "".join(
        f'<dl class="news"><dt>令和{p.updated.year - 2018}年{p.updated:%m月%d日}</dt>'
        f'<dd><span class="cate">{escape(p.category)}</span> '
        f'<a href=".{p.path}#top">{escape(p.title)}</a></dd></dl>'
        for p in site.listed()
    )
    text = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=EUC-JP">'
        f"<title>新着情報</title></head><body><h1>新着情報</h1><div id='menu'><a href='/'>トップ"
        f"</a></div><div id='honbun'>{rows}</div></body></html>"
    )
    return text.encode("euc_jp"), "text/html"
