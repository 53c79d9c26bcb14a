"""Whether two records stand at the same web address."""

from __future__ import annotations

from dynapolis.resolve.compare.evidence import Evidence, nothing
from dynapolis.resolve.compare.subject import Subject


def compare_web(left: Subject, right: Subject) -> Evidence:
    """Levels: 2 the same address, 1 the same host, 0 another host.

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> compare_web(*pair({"url": "http://www.bs.izs.it/"}, {"url": "https://bs.izs.it"})).level
        2
    """
    if not left.host or not right.host:
        return nothing("web")
    if left.url == right.url:
        return Evidence(2, 1.0, "web_same", {"url": left.printed["url"]})
    if left.host == right.host:
        return Evidence(1, 0.5, "web_host", {"host": left.host})
    return Evidence(0, 0.0, "web_other", {"left": left.host, "right": right.host})
