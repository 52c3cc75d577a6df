// Generated from sidetone/views: python -m sidetone.web.typings daemon/sidetone/web/static/js/shapes.d.ts

/** A conversation by its last message: when (`at`), which way and how it stands, by which own number, with whom. `contact` and `listed` are null for a party that nobody knows. `unread` above 0 is what the list shows under "New". */
export interface ActivityRow {
    conversation_id: string;
    kind: "sms" | "chat";
    at: string;
    direction: "inbound" | "outbound";
    status: string;
    unread: number;
    number: OwnNumber;
    party: PartyView;
    contact: Person | null;
    listed: ListedName | null;
    read_only: boolean;
    opted_out: boolean;
    blocked: boolean;
}

/** GET /activity. `unread`: every message that the user has not read, for the badge, whatever is filtered. */
export interface ActivityView {
    items: ActivityRow[];
    next: string | null;
    seq: string;
    unread: number;
}

/** One try to hand the message to a carrier; `outcome` null while it is under way. */
export interface AttemptView {
    id: string;
    round: number;
    carrier: string;
    reference: string;
    started_at: string;
    finished_at: string | null;
    outcome: "accepted" | "rejected" | "deferred" | "unknown" | null;
    kind: string;
    code: string;
    text: string;
    parts: PartView[];
}

/** One act. `user_id`, `name`, `address`: who did it, and from where; `uid` instead of a user: at the command line. `kind`, `subject_id`, `subject`: what it is about. */
export interface AuditView {
    id: string;
    at: string;
    user_id: string | null;
    name: string;
    uid: number | null;
    address: string;
    act: string;
    kind: string;
    subject_id: string | null;
    subject: string;
    words: string;
}

/** A party whose texts the user is not shown; `word`: blocked by texting STOP to it. */
export interface BlockView {
    id: string;
    party: PartyView;
    source: "menu" | "word";
    created_at: string;
}

/** What a message says. */
export interface BodyView {
    body: string;
}

/** A configured carrier. `standing`: what routes make of it: `sends`, `silent` (it sends, and no receipts come for what it took), `paused` after it failed until `tried_again_at`, `trial` (the next text finds out whether it is back), or `off` while its state forbids to give it any. `code` and `values` say the `sentence` for other languages, where there is one. `queue` says what holds its queue up, if something does. `rate`: messages a second, null for no limit. `waiting` messages are in its queue, the `oldest_waiting` since; `under_way` in its hands. `last_inbound_at` looks back 30 days. `hooks` hide all that could be secret. */
export interface CarrierView {
    name: string;
    type: string;
    state: string;
    sentence: string;
    code: string;
    values: Record<string, string>;
    standing: "sends" | "silent" | "paused" | "trial" | "off";
    tried_again_at: string | null;
    queue: string;
    rate: number | null;
    concurrency: number;
    longest_text: number | null;
    waiting: number;
    oldest_waiting: string | null;
    under_way: number;
    outcomes: OutcomeCount[];
    last_inbound_at: string | null;
    takes_hooks: boolean;
    hooks: HookUrl[];
}

/** A phone number of a contact with its type. */
export interface ContactNumber {
    number: string;
    display: string;
    type: string;
}

/** A person as a directory knows them. `source` is `personal` or a directory's name, `source_label` what people call it. Only a personal one can be changed; of the others `company` and `job` may be known. */
export interface ContactView {
    id: string;
    name: string;
    source: string;
    source_label: string;
    company: string;
    job: string;
    numbers: ContactNumber[];
}

/** PATCH /conversations/{id}: what is absent stays. */
export interface ConversationChange {
    favourite?: boolean;
    muted?: boolean;
}

/** A thread as one participant sees it; `title` is the party's name when one is known, else the number. `contact` is the user's own contact, whose name goes before that of a directory, `listed`. `opted_out`: the party wants no texts from this number, so none can be sent. `maybe_opt_out`: a text of theirs may mean so, and a person should say. `blocked`: the user has blocked the party and sees nothing new of it. */
export interface ConversationView {
    id: string;
    kind: "sms" | "chat";
    title: string;
    number: OwnNumber;
    party: PartyView;
    contact: Person | null;
    listed: ListedName | null;
    unread: number;
    read_up_to: string | null;
    favourite: boolean;
    muted: boolean;
    read_only: boolean;
    opted_out: boolean;
    maybe_opt_out: boolean;
    blocked: boolean;
    created_at: string;
    last_message: MessageView | null;
}

/** A message that holds what was looked for. `title`, `number`, `party` are its conversation's. */
export interface FoundMessage {
    message: MessageView;
    title: string;
    number: OwnNumber;
    party: PartyView;
    snippet: SnippetPiece[];
}

/** A carrier that holds virtual phones. */
export interface HandsetCarrier {
    name: string;
}

/** A call-back that came. `kind`: which of our addresses, empty for none; `tls` null: nobody can say. `proven`, `understood`: what the plugin found, null where it did not look. `sentence` says what is wrong. */
export interface HitView {
    number: number;
    at: string;
    remote: string;
    tls: boolean | null;
    method: string;
    kind: string;
    status: number;
    proven: boolean | null;
    understood: boolean | null;
    sentence: string;
}

/** The last call-backs, oldest first; `count` goes back as `since` to wait for the next. */
export interface HitsView {
    items: HitView[];
    count: number;
}

/** What must be kept: one conversation, or everything with a party; in force until `lifted_at`. */
export interface HoldView {
    id: string;
    conversation_id: string | null;
    party: PartyView | null;
    reason: string;
    made_by: Person | null;
    created_at: string;
    lifted_at: string | null;
    lifted_by: Person | null;
}

/** An address to enter at the carrier: `kind` is what it takes, in the plugin's word. */
export interface HookUrl {
    kind: string;
    url: string;
}

/** The exact addresses, secrets and all. */
export interface HookUrls {
    items: HookUrl[];
}

/** The messages of an hour that begins `at`; `failed` are among those that went out. */
export interface HourOfTraffic {
    at: string;
    inbound: number;
    outbound: number;
    failed: number;
}

/** What became of the rows: `known` were in force before. */
export interface ImportView {
    added: number;
    known: number;
    refused: RefusedRow[];
}

/** POST /opt-outs/import: a list kept elsewhere so far. */
export interface ImportedOptOuts {
    rows: NewOptOut[];
}

/** A job. `sentence`: what its last run said, or why that failed. `by_hand`: an admin may start it now. */
export interface JobView {
    name: string;
    state: string;
    sentence: string;
    last_run_at: string | null;
    next_run_at: string | null;
    running: boolean;
    by_hand: boolean;
}

/** Whom a directory knows under a party's number: `name`, and how many `others` of that directory share it. `directory` is the directory's name, `label` what people call it. */
export interface ListedName {
    contact_id: string;
    name: string;
    directory: string;
    label: string;
    others: number;
}

/** A page of a table that is sorted and filtered: `next` goes back as `after`, `total` rows are in all pages. */
export interface Listing<T> {
    items: T[];
    next: string | null;
    seq: string;
    total: number;
}

/** One message with its whole life. `characters`: of its text, which is not in it. */
export interface LoggedDetail {
    message: LoggedMessage;
    detail: MessageDetail;
    verdict: VerdictView;
    characters: number;
}

/** A message in the log; `body` only where it was asked for. */
export interface LoggedMessage {
    id: string;
    at: string;
    direction: string;
    number: string;
    party: string | null;
    status: string;
    status_text: string;
    carrier: string;
    segments: number;
    round: number;
    author: string | null;
    correlation: string;
    body: string | null;
}

/** GET /contacts/lookup: what a number typed anyhow becomes, and whose it is. */
export interface Lookup {
    number: string;
    display: string;
    kind: "e164" | "short";
    contact: ContactView | null;
}

/** GET /me. `longest_text`: how many characters (code points) a text may have. */
export interface Me {
    user: UserView;
    rights: string[];
    licences: string[];
    numbers: OwnNumber[];
    settings: Settings;
    longest_text: number;
}

/** PATCH /me. */
export interface MeChange {
    settings: SettingsChange;
}

/** PATCH /messages/{id}: another text or time for a scheduled one; `send_at` null sends it now. */
export interface MessageChange {
    body?: string;
    send_at?: string | null;
}

/** GET /messages/{id}: the whole history. */
export interface MessageDetail extends MessageView {
    carrier_id: string | null;
    attempts: AttemptView[];
    receipts: ReceiptView[];
    history: Step[];
    waits: WaitView | null;
}

/** One utterance. `status_text` is the status in plain words; `from_number` is what it really left by or came to. `send_at` is the time that a `scheduled` one waits for; `scheduled_id` is the id that a sent one waited under. */
export interface MessageView {
    id: string;
    conversation_id: string;
    client_id: string | null;
    direction: "inbound" | "outbound";
    body: string;
    status: string;
    status_text: string;
    created_at: string;
    updated_at: string;
    send_at: string | null;
    scheduled_id: string | null;
    author: Person | null;
    encoding: "gsm7" | "ucs2";
    segments: number;
    from_number: string;
    carrier: string;
    round: number;
    retryable: boolean;
    cancellable: boolean;
    flags: string[];
    problem: Problem | null;
}

/** POST /me/blocks: a party in any spelling, or a sender's name as it is shown. */
export interface NewBlock {
    party: string;
}

/** POST /contacts, PATCH /contacts/{id}: a personal contact. */
export interface NewContact {
    name: string;
    numbers: NewContactNumber[];
}

/** A number of a new contact, in any spelling. */
export interface NewContactNumber {
    number: string;
    type?: "mobile" | "business" | "home" | "fax" | "other";
}

/** POST /conversations; `from` is a number of ours, needed when the user has several. */
export interface NewConversation {
    kind: "sms";
    to: string;
    from?: string | null;
}

/** POST /admin/holds: a conversation or a party, and why. */
export interface NewHold {
    reason: string;
    conversation_id?: string | null;
    party?: string | null;
}

/** POST /conversations/{id}/messages; `send_at` (RFC 3339 with its offset) sends it later. */
export interface NewMessage {
    body: string;
    send_at?: string | null;
}

/** POST /numbers. */
export interface NewNumber {
    number: string;
    carrier: string;
    label?: string;
    owner?: string | null;
}

/** POST /opt-outs: a party in any spelling; without a number of ours it holds for the whole company. */
export interface NewOptOut {
    party: string;
    number?: string | null;
    wording?: string;
}

/** POST /carriers/{name}/probes: a text to try a carrier with; `number` is the own number, else the first. */
export interface NewProbe {
    to: string;
    number?: string;
    body?: string;
}

/** POST /users. */
export interface NewUser {
    name: string;
    password: string;
    display_name?: string;
    role?: "user" | "supervisor" | "admin";
    rights?: string[];
    extension?: string | null;
    country?: string | null;
}

/** PATCH /numbers/{id}; `owner` null takes it away. */
export interface NumberChange {
    carrier?: string;
    label?: string;
    owner?: string | null;
}

/** A number of ours (E.164) whose texts are kept for another time. */
export interface NumberPeriod {
    number: string;
    sms_days: number;
}

/** A number of the company. `waiting`: texts that came before anyone owned it. */
export interface NumberView {
    id: string;
    number: string;
    display: string;
    label: string;
    owner: Owner | null;
    carrier: string;
    waiting: number;
    created_at: string;
}

/** Something authentic that came and that nobody could read: kept as it came, `size` octets of it. */
export interface OddView {
    id: string;
    at: string;
    content_type: string;
    reason: string;
    size: number;
}

/** A session that is open. `seen_at` is right to some minutes; `own`: the one that asks. */
export interface OpenSession {
    id: string;
    user: Person;
    kind: "cookie" | "bearer";
    created_at: string;
    seen_at: string;
    ends_at: string;
    own: boolean;
}

/** POST /conversations/{id}/opt-out: what a text that may have meant STOP did mean. */
export interface OptOutDecision {
    decision: "opted_out" | "not_meant";
    wording?: string;
}

/** One opt-out, in force until `lifted_at`. `number` null: from any number of the company. `wording` is the word they texted, the carrier's words or a person's reason; `carrier` what it came through. `lifted_by` null beside a `lifted_at`: the party itself, by a word. */
export interface OptOutView {
    id: string;
    party: PartyView;
    number: OwnNumber | null;
    source: "keyword" | "carrier" | "user" | "admin" | "import";
    wording: string;
    carrier: string;
    message_id: string | null;
    made_by: Person | null;
    created_at: string;
    lifted_at: string | null;
    lifted_by: Person | null;
    lift_wording: string;
}

/** How many attempts of the last hour ended so; `kind` says more of a refusal. `outcome` null: under way. */
export interface OutcomeCount {
    outcome: string | null;
    kind: string;
    count: number;
}

/** Everything at a glance. `traffic`: the last 24 hours, the oldest first; `partial`: not all of it was counted. `unowned`: numbers without an owner. `waiting`, `sending`: messages in the queues and in carriers' hands. */
export interface Overview {
    version: string;
    ready: boolean;
    parts: PartStanding[];
    users: number;
    numbers: number;
    unowned: number;
    admins: number;
    sessions: number;
    screens: number;
    waiting: number;
    sending: number;
    traffic: HourOfTraffic[];
    partial: boolean;
}

/** A number that the signed-in user may send from. */
export interface OwnNumber {
    id: string;
    number: string;
    display: string;
    label: string;
    country: string;
}

/** Who a number belongs to. */
export interface Owner {
    kind: "user" | "service";
    id: string;
    name: string;
}

/** A list: `next` is the cursor of the following page in reading direction, `seq` the journal's place read at. */
export interface Page<T> {
    items: T[];
    next: string | null;
    seq: string;
}

/** A part of the daemon and how it is; `code` and `values` say the same for other languages, where there is one. */
export interface PartStanding {
    name: string;
    state: string;
    sentence: string;
    code: string;
    values: Record<string, string>;
}

/** One segment that the carrier counts by itself. */
export interface PartView {
    position: number;
    carrier_id: string | null;
    status: string;
}

/** Who is outside; `display` is the number as people of the user's country write it. */
export interface PartyView {
    kind: "e164" | "short" | "alpha";
    value: string;
    display: string;
    answerable: boolean;
}

/** PUT /me/password; `token` asks for a Bearer token with the new session. */
export interface PasswordChange {
    old: string;
    new: string;
    token?: boolean;
}

/** A user or a contact, by name. */
export interface Person {
    id: string;
    name: string;
}

/** POST /handset/{carrier}/phones/{number}/messages. */
export interface PhoneSends {
    to: string;
    body: string;
}

/** A text on a virtual phone; `in` came to the phone. */
export interface PhoneTextView {
    id: string;
    direction: "in" | "out";
    number: string;
    body: string;
    at: string;
    segments: number;
}

/** A virtual phone. */
export interface PhoneView {
    number: string;
    display: string;
    name: string;
    behaviour: Record<string, unknown>;
    messages: PhoneTextView[];
}

/** GET /handset/{carrier}/phones; `version` goes back as `since` to wait for a change. */
export interface PhonesView {
    items: PhoneView[];
    version: number;
    next: null;
    seq: string;
}

/** Why a message failed or waits: whose fault, the carrier's own code and words. */
export interface Problem {
    kind: string;
    code: string;
    text: string;
}

/** RFC 9457. `code` is stable; `hint` says what to do; `request` finds it in the log. */
export interface ProblemDocument {
    type: string;
    title: string;
    status: number;
    code: string;
    detail: string;
    hint: string;
    request: string;
    field: string;
}

/** PUT /conversations/{id}/read: the newest message that was read. */
export interface ReadUpTo {
    up_to: string;
}

/** How far a conversation was read. */
export interface ReadView {
    conversation_id: string;
    read_up_to: string | null;
    unread: number;
}

/** What the carrier said later; `times` counts how often it said the same. */
export interface ReceiptView {
    carrier: string;
    carrier_id: string;
    status: string;
    code: string;
    text: string;
    received_at: string;
    carrier_at: string | null;
    times: number;
}

/** A row that could not be taken, counted from 1, and why. */
export interface RefusedRow {
    row: number;
    reason: string;
}

/** `run` is null while it goes on; GET /admin/retention shows it when it is done. */
export interface RetentionAnswer {
    run: RetentionRun | null;
}

/** POST /admin/retention. `clock_is_right`: an admin vouches for the machine's clock after a jump. */
export interface RetentionAsk {
    dry_run?: boolean;
    clock_is_right?: boolean;
}

/** Days that things are kept, as configured; 0 is for ever. A shorter period counts when `grace_days` are over. */
export interface RetentionPolicy {
    sms_days: number;
    own: NumberPeriod[];
    attempts_days: number;
    raw_days: number;
    audit_days: number;
    grace_days: number;
}

/** What went, or in a dry run would go. `…_before`: what is older is due, null where nothing ever is. `receipts`, `attempts` and `conversations` that go with their messages count as well. `held`: messages that stay only because of a legal hold. `audit`: rows of the audit. `bytes_given_back`: to the disk. `words`: what else is to be said. */
export interface RetentionReport {
    sms_before: string | null;
    attempts_before: string | null;
    raw_before: string | null;
    audit_before: string | null;
    messages: number;
    conversations: number;
    attempts: number;
    receipts: number;
    raw: number;
    held: number;
    audit: number;
    bytes_given_back: number;
    words: string[];
}

/** One run. `refused`: nothing went, since the clock cannot be trusted; `stopped`: it ended early. */
export interface RetentionRun {
    started_at: string;
    ended_at: string;
    dry_run: boolean;
    outcome: "done" | "stopped" | "refused";
    asked_by: Person | null;
    report: RetentionReport;
}

/** GET /admin/retention. `waiting`: periods that were shortened and do not count yet. `runs`: newest first. */
export interface RetentionView {
    policy: RetentionPolicy;
    waiting: string[];
    running: boolean;
    clock_is_sure: boolean;
    runs: RetentionRun[];
}

/** A text that is not sent: from a number of ours, to somebody. */
export interface RouteAsk {
    sender: string;
    to: string;
    body: string;
}

/** A carrier of the route: whether the text would take it now and why, and the number that it would leave from. */
export interface RouteCarrier {
    name: string;
    taken: boolean;
    why: string;
    number: string;
}

/** The way of a text as things stand; `route` is empty where none fits and it goes by its number's own carrier. */
export interface RouteView {
    sender: string;
    to: string;
    segments: number;
    route: string;
    skipped: SkippedRoute[];
    carriers: RouteCarrier[];
}

/** GET /search: messages, newest first, and on the first page contacts. `next` may be there although a page is not full: `complete` is false when the time for one answer was over before everything was looked at. `behind`: messages that are too new to be found yet. */
export interface SearchView {
    items: FoundMessage[];
    contacts: ContactView[];
    next: string | null;
    seq: string;
    complete: boolean;
    behind: number;
}

/** A signed-in screen or API client; `token` only when it was asked for. */
export interface SessionView {
    user: UserView;
    expires_at: string;
    token?: string;
}

/** POST /setup: the first admin, by the one-time link. */
export interface SetUp {
    secret: string;
    username: string;
    password: string;
}

/** What a user chose for the UI. */
export interface Settings {
    theme: "system" | "light" | "dark";
    language: string;
    drop_trunk_zero: boolean;
}

/** PATCH /me: what is absent stays. */
export interface SettingsChange {
    theme?: "system" | "light" | "dark";
    language?: string;
    drop_trunk_zero?: boolean;
}

/** POST /session. */
export interface SignIn {
    username: string;
    password: string;
    token?: boolean;
}

/** A route that is not for this text, and why. */
export interface SkippedRoute {
    route: string;
    why: string;
}

/** A stretch of a text; `hit` when it is what was looked for. */
export interface SnippetPiece {
    text: string;
    hit: boolean;
}

/** One line of a message's history in plain words. `code` and `values` say the same for other languages: `stored`, `again`, `received`, `attempt.OUTCOME` (`under_way` without one), `receipt.STATUS`, `flag.NAME`, `now` and `wait.REASON`. Of the values, `text` is a carrier's own words. */
export interface Step {
    at: string;
    text: string;
    code: string;
    values: Record<string, string>;
}

/** PATCH /users/{id}: what is absent stays. */
export interface UserChange {
    display_name?: string;
    password?: string;
    role?: "user" | "supervisor" | "admin";
    rights?: string[];
    extension?: string | null;
    country?: string;
    disabled?: boolean;
}

/** A person with a login. */
export interface UserView {
    id: string;
    name: string;
    display_name: string;
    role: "user" | "supervisor" | "admin";
    rights: string[];
    extension: string | null;
    country: string;
    disabled: boolean;
    created_at: string;
}

/** Where a message is, whose doing that is, whom to ask; `text` says it in sentences. */
export interface VerdictView {
    where: string;
    fault: string;
    ticket: "none" | "carrier" | "own";
    text: string;
}

/** What a queued message waits for: its `turn`, its own `retry`, an `earlier` message, or its `carrier`. `sentence`: how a carrier is that does not work. `next_try_at`: null where nothing but time is known to stand ahead. */
export interface WaitView {
    reason: "turn" | "retry" | "earlier" | "carrier";
    carrier: string;
    sentence: string;
    next_try_at: string | null;
}

/** `able`: the carriers that can send now. `routes`: their names, in the order they are looked at. */
export interface WaysView {
    able: string[];
    routes: string[];
}
