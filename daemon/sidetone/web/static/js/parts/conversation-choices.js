// @ts-check
// What one can do with a conversation as a whole: the same in its title, in the list and in a window of its own.

import { turnBlock } from "../consent.js";
import { changeConversation, removeConversation } from "../conversations.js";
import { scheduledIn } from "../later.js";
import { t } from "../lib/words.js";
import { dock, isAlone, popOut } from "../pop-out.js";
import { go, place } from "../router.js";
import { userId } from "../state.js";
import { forgetThread } from "../threads.js";
import { confirmed } from "./confirm.js";
import { trying } from "./toast.js";

/** What deleting means: planned texts go with the conversation. @param {string} id @param {string} name */
function removing(id, name) {
    const n = scheduledIn(id).filter((each) => each.author?.id === userId.peek()).length;
    const words = t("conversation.remove_text", { name });
    return n ? `${words} ${t("conversation.remove_planned", { n })}` : words;
}

/** @param {import("../types.js").ConversationView} conversation @returns {import("./menu.js").Choice[]} */
export function conversationChoices(conversation) {
    const { id, favourite, muted, blocked, title } = conversation;
    const remove = async () => {
        if (!(await confirmed(t("conversation.remove"), removing(id, title), t("conversation.remove_yes")))) return;
        await trying(async () => {
            await removeConversation(id);
            forgetThread(id);
            if (place.peek().id !== id) return;
            go("messages", { replace: true });
            requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector("a.row, .list-pane a"))?.focus()); // what had the focus is gone
        });
    };
    const change = (/** @type {{favourite?: boolean, muted?: boolean}} */ part) => () => void trying(() => changeConversation(id, part));
    return [
        ...(isAlone() ? [] : [{ label: t("search.here"), icon: "search", act: () => go(`search?conversation=${id}`) }]),
        isAlone() ? { label: t("window.dock"), icon: "dock", act: () => dock(id) } : { label: t("window.pop_out"), icon: "pop-out", act: () => popOut(id) },
        { label: t(favourite ? "conversation.no_favourite" : "conversation.favourite"), icon: "star", act: change({ favourite: !favourite }) },
        { label: t(muted ? "conversation.unmute" : "conversation.mute"), icon: muted ? "bell" : "muted", act: change({ muted: !muted }) },
        { label: t(blocked ? "conversation.unblock" : "conversation.block"), icon: blocked ? "check" : "cancel", act: () => void trying(() => turnBlock(conversation)) },
        { label: t("conversation.remove"), icon: "trash", act: remove, danger: true },
    ];
}
