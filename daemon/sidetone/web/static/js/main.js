// @ts-check
// Where the page begins: builds nothing itself, ties the parts together.

import { followActivity } from "./activity.js";
import { whenSignedOut } from "./api.js";
import { followAdmin } from "./admin.js";
import { followCarriers } from "./carriers.js";
import { followContacts } from "./contacts.js";
import { clear, conversation, followConversations, noteMessage, readStart, tellReads } from "./conversations.js";
import { startDrafts } from "./drafts.js";
import { startKeys, listen } from "./keys.js";
import { effect, h, render, untracked } from "./lib/ui.js";
import { speak, t } from "./lib/words.js";
import { clearLater, followLater, noteLater, readLater } from "./later.js";
import { line, on, settled, start, stop } from "./live.js";
import { followNotify, forgetNotified } from "./notify.js";
import { arrived, startOutbox } from "./outbox.js";
import { openHelp } from "./parts/help.js";
import { openPalette } from "./parts/palette.js";
import { announce } from "./parts/toast.js";
import { followWindows } from "./pop-out.js";
import { go, place, startRouter } from "./router.js";
import { forgetFound } from "./search.js";
import { applyLastLooks, followChoices, leave, mayBeSignedIn, phase, refreshMe, resume } from "./state.js";
import { clearThreads, followThreads, forgetThread, refreshThreads, takeMessage } from "./threads.js";
import { App } from "./views/app.js";
import { forgetNarrowing } from "./views/conversation-list.js";

/** How long the first reading waits for the line, so that nothing falls between the two; in ms. */
const PATIENCE = 1500;

function follow() {
    followLater();
    followThreads();
    followConversations((id) => {
        forgetThread(id);
        if (place.peek().area === "messages" && place.peek().id === id) go("messages", { replace: true });
    });
    followContacts();
    followActivity();
    followAdmin();
    followCarriers();
    followNotify();
    followChoices();
    on("message.created", hear);
    on("number.updated", learnAnew);
    on("resync", () => {
        clear();
        clearLater();
        void readLater().catch(() => {});
        refreshThreads();
        void readStart();
    });
    startDrafts();
    startOutbox((message) => {
        noteLater(message);
        takeMessage(message);
        noteMessage(message);
    });
}

function backOnLine() {
    learnAnew();
    tellReads();
}

/** Numbers and rights may have changed. */
function learnAnew() {
    if (phase.peek() === "in") refreshMe().catch(() => {});
}

/** @param {import("./types.js").MessageView} message */
function hear(message) {
    arrived(message.client_id);
    if (message.direction !== "inbound") return;
    const who = conversation(message.conversation_id)?.title;
    announce(who ? t("thread.heard", { name: who, text: message.body }) : message.body);
}

/** Connect first, then read: what happens in between comes by the line. */
async function begin() {
    if (line.peek().state === "off") start(leave);
    await settled(PATIENCE);
    if (phase.peek() !== "in") return;
    await readStart();
    await readLater().catch(() => {});
}

function end() {
    stop();
    clear();
    clearLater();
    clearThreads();
    forgetFound();
    forgetNarrowing();
    forgetNotified();
    announce("");
}

applyLastLooks();
whenSignedOut(leave);
follow();
startRouter();
startKeys();
listen({ "?": openHelp, "Mod+k": openPalette });
followWindows();
effect(() => {
    const now = phase.value;
    untracked(() => {
        if (now === "in") void begin();
        else if (now === "out") end();
    });
});
if (mayBeSignedIn()) start(leave); // while we still learn who it is
void resume();
let wasDown = false;
effect(() => {
    const { state } = line.value;
    if (state === "up" && wasDown) untracked(backOnLine);
    wasDown = state === "down" || (wasDown && state !== "up");
});
await speak("");
const app = document.getElementById("app");
if (app) render(h(App, {}), app);
