"""What search engines for theses and data sets read: schema.org's `Thesis` and `Dataset` as JSON-LD."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from book.editions.html.citing import person_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx

    from book.editions.html.about import Site

DATA = "edition/data"
"""The page of the data package."""


def structured(app: Sphinx, site: Site, pagename: str) -> str:
    """A script element for the first page and for the page of data; empty for all others."""
    if not app.config.thesis_site:
        return ""
    package = (app.config.thesis_facts or {}).get("package") or {}
    if pagename == app.config.root_doc:
        return _script(thesis(site, package))
    return _script({"@context": "https://schema.org", **dataset(site, package)}) if pagename == DATA and package else ""


def thesis(site: Site, package: Mapping[str, Any]) -> dict[str, Any]:
    """The thesis, with its data as a part."""
    return _said({
        "@context": "https://schema.org",
        "@type": "Thesis",
        "name": site.title,
        "alternativeHeadline": site.subtitle,
        "author": [_person(name) for name in site.authors],
        "datePublished": site.published.replace("/", "-"),
        "inLanguage": site.language,
        "inSupportOf": site.degree,
        "keywords": list(site.keywords),
        "license": site.licence,
        "sourceOrganization": {"@type": "CollegeOrUniversity", "name": site.institution} if site.institution else None,
        "url": site.baseurl,
        "encoding": {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": site.baseurl + site.pdf} if site.baseurl and site.pdf else None,
        "hasPart": dataset(site, package) if package else None,
    })  # fmt: skip


def dataset(site: Site, package: Mapping[str, Any]) -> dict[str, Any]:
    """The data package."""
    licences = [
        one.get("path") or one.get("title") or one.get("name")
        for one in package.get("licenses") or ()
        if isinstance(one, dict)
    ]
    return _said({
        "@type": "Dataset",
        "name": package.get("title") or package.get("name"),
        "description": package.get("description") or package.get("title") or package.get("name"),
        "version": package.get("version"),
        "keywords": package.get("keywords"),
        "license": licences[0] if len(licences) == 1 else licences,
        "creator": [_person(name) for name in site.authors],
        "url": f"{site.baseurl}{DATA}.html" if site.baseurl else "",
        "isAccessibleForFree": True,
        "distribution": [_download(site, one) for one in package.get("resources") or () if (one.get("here") or {}).get("path") and not one.get("restricted")],
    })  # fmt: skip


def _download(site: Site, resource: Mapping[str, Any]) -> dict[str, Any]:
    here = resource["here"]
    return _said({
        "@type": "DataDownload",
        "name": resource.get("title") or resource.get("name"),
        "encodingFormat": resource.get("mediatype") or resource.get("format"),
        "contentSize": f"{here['bytes']} B",
        "sha256": here["sha256"],
        "contentUrl": f"{site.baseurl}_downloads/data/{here['path']}" if site.baseurl and here["bytes"] <= site.data_limit else "",
    })  # fmt: skip


def _person(name: str) -> dict[str, Any]:
    parts = person_of(name)
    if "literal" in parts:
        return {"@type": "Organization", "name": name}
    return {"@type": "Person", "name": name, "givenName": parts["given"], "familyName": parts["family"]}


def _said(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value not in (None, "", [], {})}


def _script(given: dict[str, Any]) -> str:
    text = json.dumps(given, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'
