// @ts-check
import { asset } from "../lib/base.js";
import { html } from "../lib/ui.js";

const SPRITE = asset("icons.svg");

/** A sign from the sprite; words stand beside it or in its button's name. @param {{name: string}} props */
export function Icon({ name }) {
    return html`<svg class="icon icon-${name}" aria-hidden="true" focusable="false"><use href=${`${SPRITE}#${name}`} /></svg>`;
}
