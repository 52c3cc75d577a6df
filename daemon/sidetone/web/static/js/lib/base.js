// @ts-check
// Where the daemon is mounted, read off this module's own address: "/" or a proxy's prefix such as "/sms/".

const here = new URL(import.meta.url).pathname;
const cut = here.lastIndexOf("/static/");

/** The path that everything else hangs below; ends with a slash. */
export const BASE = cut < 0 ? "/" : here.slice(0, cut + 1);

/** The address of a static file beside this module's folder; it carries the content hash that this module has. */
export const asset = (/** @type {string} */ path) => new URL(`../../${path}`, import.meta.url).pathname;
