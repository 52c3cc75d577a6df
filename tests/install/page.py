"""What docs/install.md says to do."""

import re

from house.source import ROOT

PAGE = (ROOT / "docs/install.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


INSTALL, FIRST_ADMIN, CARRIER, UPGRADE = ([line for line in block.splitlines() if line] for block in blocks("sh"))
(NGINX,) = blocks("nginx")
