"""Draws the PNG icons of the installed app from icon.svg, by Chromium: python contrib/dev/draw_icons.py after a change."""

import asyncio
import os
import re
from pathlib import Path

from playwright.async_api import async_playwright

STATIC = Path(__file__).parents[2] / "daemon/sidetone/web/static"
CHROMIUM = os.environ.get("SIDETONE_CHROMIUM", "/usr/bin/chromium")
# Name, edge in pixels, and whether it reaches into the corners: a system that rounds them itself wants a whole square.
ICONS = (
    ("icon-192", 192, False),
    ("icon-512", 512, False),
    ("maskable-512", 512, True),
    ("apple-touch-180", 180, True),
)


async def main() -> None:
    """Draw each into static/icons/."""
    drawing = (STATIC / "icon.svg").read_text(encoding="utf-8")
    folder = STATIC / "icons"
    folder.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, edge, square in ICONS:
            page = await browser.new_page(viewport={"width": edge, "height": edge})
            svg = re.sub(r' rx="\d+"', "", drawing) if square else drawing
            look = "<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>"
            await page.set_content(f"<!doctype html>{look}{svg}")
            await page.screenshot(path=folder / f"{name}.png", omit_background=not square)
            await page.close()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
