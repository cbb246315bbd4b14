"""The judge's look at papers: that the bytes behind an address are those that were handed in."""


class PapersJudge:
    """A part of Judge."""

    def _link(self, label, system, path, found, link):
        """The address is judged at once, the bytes behind it are looked into later."""
        if not link.may_be(found):
            expected = link.url if link.is_own else f"an address of the gateway for {link.url}"
            self._find("differing" if found else "missing", label, system, path, f"expected {expected!r}, found {found!r}")
        elif not link.is_gone:
            self.verdict.links.append((label, system, path, found, link))

    def addresses(self):
        """Addresses that somebody must fetch for us; a portal fetches by itself."""
        return {url for _, system, _, url, _ in self.verdict.links if url not in self._fetched(system)}

    def judge_papers(self, digests):
        """`digests`: {address: SHA-256 of what is there, or what went wrong} for addresses()."""
        for label, system, path, url, link in self.verdict.links:
            self.verdict.papers_checked += 1
            found = self._fetched(system).get(url) or digests.get(url, "nobody fetched it")
            if found != link.sha256:
                self._find("paper", label, system, path, f"expected content {link.sha256}, found {found} at {url}")

    def _fetched(self, system):
        portal = self._shot.portals.get(system)
        return portal.papers if portal else {}
