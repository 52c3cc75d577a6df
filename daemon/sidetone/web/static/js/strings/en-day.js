// @ts-check
// English: what makes up the day of somebody who writes and answers.

export default {
    "list.favourites": "Favourites",
    "list.none_scheduled": "Nothing scheduled",
    "list.none_scheduled_text": "The clock beside a text plans it for later.",
    "list.no_favourites": "No favourites",
    "list.no_favourites_text": "Mark the conversations that you need most.",
    "link.phone": "Text {number}",
    "link.copy": "Copy {what}",
    "link.copied": "Copied.",
    "link.not_copied": "This browser does not let the page copy. Select the text instead.",

    smileys: "Smileys",
    "time.tomorrow": "Tomorrow",

    "later.title": "Send later",
    "later.change": "Change scheduled text",
    "later.usual": "Usual times",
    "later.hour": "In an hour",
    "later.tomorrow": "Tomorrow morning",
    "later.monday": "Monday morning",
    "later.time": "Day and time",
    "later.time_hint": "By the clock of this computer.",
    "later.words": "Text",
    "later.over": "Choose a time that is still to come.",
    "later.no_words": "Type a text first.",
    "later.do": "Schedule",
    "later.edit": "Edit",
    "later.now": "Send now",
    "later.take_back": "Take back",
    "later.take_back_text": "The text to {name} is not sent, and is deleted.",
    "later.chip": "Scheduled",

    "reason.number_moved": "the number it was to leave by has another owner now",
    "reason.late": "Sidetone was not running at its time, and it is too late now",
    "reason.restored": "a backup was restored, and it waited when that was made",
    "problem.not-scheduled": "This text no longer waits: its time has come.",
};
