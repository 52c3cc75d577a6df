// @ts-check
// What the help has words for. Everything in it is shipped with the page: it works without internet.

import { t } from "./lib/words.js";
import { isAdmin } from "./state.js";

/** @typedef {import("./lib/words.js").Key} Key */

/** @type {[string, Key, Key][]} */
const FOR_ALL = [
    ["write", "help.write", "help.write_text"],
    ["from", "help.from", "help.from_text"],
    ["later", "help.later", "help.later_text"],
    ["again", "help.again", "help.again_text"],
    ["happened", "help.happened", "help.happened_text"],
    ["offline", "help.offline", "help.offline_text"],
    ["find", "help.find", "help.find_text"],
    ["names", "help.names", "help.names_text"],
    ["whole", "help.whole", "help.whole_text"],
    ["window", "help.window", "help.window_text"],
    ["ring", "help.ring", "help.ring_text"],
    ["stop", "help.stop", "help.stop_text"],
    ["install", "help.install", "help.install_text"],
];

/** @type {[string, Key, Key][]} */
const FOR_ADMINS = [
    ["people", "help.people", "help.people_text"],
    ["where", "help.where", "help.where_text"],
    ["carrier", "help.carrier", "help.carrier_text"],
    ["ill", "help.ill", "help.ill_text"],
];

/** @param {[string, Key, Key][]} topics */
const inWords = (topics) => topics.map(([key, title, text]) => ({ key, title: t(title), text: t(text) }));

export const everyonesTopics = () => inWords(FOR_ALL);
export const adminsTopics = () => (isAdmin.value ? inWords(FOR_ADMINS) : []);

/** All that concern whoever sits here. */
export const helpTopics = () => [...everyonesTopics(), ...adminsTopics()];
