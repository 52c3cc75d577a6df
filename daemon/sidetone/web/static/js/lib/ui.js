// @ts-check
// The one module that knows the rendering library: nothing else imports vendor/.

import htm from "../../vendor/htm.js";
import { h } from "../../vendor/preact.js";

export { Fragment, cloneElement, createContext, createRef, render } from "../../vendor/preact.js";
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "../../vendor/signals.js";
export {
    useContext,
    useEffect,
    useErrorBoundary,
    useId,
    useLayoutEffect,
    useMemo,
    useRef,
    useState,
} from "../../vendor/hooks.js";
export { h };

/** @typedef {import("../../vendor/preact.js").ComponentChildren} Children */
/** @typedef {import("../../vendor/preact.js").VNode<any>} Node */
/** @typedef {import("../../vendor/signals.js").Signal<any>} AnySignal */
/**
 * @template T
 * @typedef {import("../../vendor/signals.js").Signal<T>} Signal
 */
/**
 * @template T
 * @typedef {import("../../vendor/signals.js").ReadonlySignal<T>} ReadonlySignal
 */

/** Markup of native elements; components are called `h(Component, props)`, so that their props are checked. */
export const html = htm.bind(/** @type {any} */ (h));
