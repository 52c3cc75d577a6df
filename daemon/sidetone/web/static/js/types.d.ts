// What the API answers: sidetone/views in the words of the UI. Written by hand until it is generated from there.

export type Time = string;
export type Role = "user" | "supervisor" | "admin";
export type Theme = "system" | "light" | "dark";

export interface Page<T> {
    items: T[];
    next: string | null;
    seq: string;
}
export interface UserView {
    id: string;
    name: string;
    display_name: string;
    role: Role;
    rights: string[];
    extension: string | null;
    country: string;
    disabled: boolean;
    created_at: Time;
}
export interface SessionView {
    user: UserView;
    expires_at: Time;
}
export interface NewUser {
    name: string;
    password: string;
    display_name?: string;
    role?: Role;
    rights?: string[];
    country?: string | null;
}
export interface Owner {
    kind: "user" | "service";
    id: string;
    name: string;
}
export interface NumberView {
    id: string;
    number: string;
    display: string;
    label: string;
    owner: Owner | null;
    carrier: string;
    waiting: number;
    created_at: Time;
}
export interface NewNumber {
    number: string;
    carrier: string;
    label?: string;
    owner?: string | null;
}
export interface OwnNumber {
    id: string;
    number: string;
    display: string;
    label: string;
    country: string;
}
export interface Settings {
    theme: Theme;
    language: string;
    drop_trunk_zero: boolean;
}
export interface Me {
    user: UserView;
    rights: string[];
    licences: string[];
    numbers: OwnNumber[];
    settings: Settings;
    longest_text: number;
}
export interface PartyView {
    kind: "e164" | "short" | "alpha";
    value: string;
    display: string;
    answerable: boolean;
}
export interface Person {
    id: string;
    name: string;
}
export interface MessageProblem {
    kind: string;
    code: string;
    text: string;
}
export interface MessageView {
    id: string;
    conversation_id: string;
    client_id: string | null;
    direction: "inbound" | "outbound";
    body: string;
    status: string;
    status_text: string;
    created_at: Time;
    updated_at: Time;
    /** What a scheduled one waits for. */
    send_at: Time | null;
    /** The id that a sent one waited under. */
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
    problem: MessageProblem | null;
}
export interface ConversationView {
    id: string;
    kind: "sms" | "chat";
    title: string;
    number: OwnNumber;
    party: PartyView;
    contact: Person | null;
    unread: number;
    read_up_to: string | null;
    favourite: boolean;
    muted: boolean;
    read_only: boolean;
    opted_out: boolean;
    maybe_opt_out: boolean;
    blocked: boolean;
    created_at: Time;
    last_message: MessageView | null;
}
export interface ReadView {
    conversation_id: string;
    read_up_to: string | null;
    unread: number;
}
export interface PartView {
    position: number;
    carrier_id: string | null;
    status: string;
}
export interface AttemptView {
    id: string;
    round: number;
    carrier: string;
    reference: string;
    started_at: Time;
    finished_at: Time | null;
    outcome: "accepted" | "rejected" | "deferred" | "unknown" | null;
    kind: string;
    code: string;
    text: string;
    parts: PartView[];
}
export interface ReceiptView {
    carrier: string;
    carrier_id: string;
    status: string;
    code: string;
    text: string;
    received_at: Time;
    carrier_at: Time | null;
    times: number;
}
export interface Step {
    at: Time;
    text: string;
    code: string;
    values: Record<string, string>;
}
export interface WaitView {
    reason: "turn" | "retry" | "earlier" | "carrier";
    carrier: string;
    sentence: string;
    next_try_at: Time | null;
}
export interface MessageDetail extends MessageView {
    carrier_id: string | null;
    attempts: AttemptView[];
    receipts: ReceiptView[];
    history: Step[];
    waits: WaitView | null;
}
export interface ContactNumber {
    number: string;
    display: string;
    type: string;
}
export interface ContactView {
    id: string;
    name: string;
    source: string;
    numbers: ContactNumber[];
}
export interface NewContact {
    name: string;
    numbers: { number: string; type: string }[];
}
export interface Lookup {
    number: string;
    display: string;
    kind: "e164" | "short";
    contact: ContactView | null;
}
export interface ActivityRow {
    conversation_id: string;
    kind: "sms" | "chat";
    at: Time;
    direction: "inbound" | "outbound";
    status: string;
    unread: number;
    number: OwnNumber;
    party: PartyView;
    contact: Person | null;
    read_only: boolean;
    opted_out: boolean;
    blocked: boolean;
}
export interface ActivityView {
    items: ActivityRow[];
    next: string | null;
    seq: string;
    unread: number;
}
export interface SnippetPiece {
    text: string;
    hit: boolean;
}
export interface FoundMessage {
    message: MessageView;
    title: string;
    number: OwnNumber;
    party: PartyView;
    snippet: SnippetPiece[];
}
export interface SearchView {
    items: FoundMessage[];
    contacts: ContactView[];
    next: string | null;
    seq: string;
    complete: boolean;
    behind: number;
}
export interface PhoneTextView {
    id: string;
    direction: "in" | "out";
    number: string;
    body: string;
    at: Time;
    segments: number;
}
export interface Behaviour {
    reachable: boolean;
    delay: number;
    reject: string;
    defer: boolean;
    silent: boolean;
    receipts: string;
}
export interface PhoneView {
    number: string;
    display: string;
    name: string;
    behaviour: Behaviour;
    messages: PhoneTextView[];
}
export interface PhonesView {
    items: PhoneView[];
    version: number;
    next: null;
}
export interface AuditView {
    id: string;
    at: Time;
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
export interface OptOutView {
    id: string;
    party: PartyView;
    number: OwnNumber | null;
    source: "keyword" | "carrier" | "user" | "admin" | "import";
    wording: string;
    carrier: string;
    message_id: string | null;
    made_by: Person | null;
    created_at: Time;
    lifted_at: Time | null;
    lifted_by: Person | null;
    lift_wording: string;
}
export interface NewOptOut {
    party: string;
    number?: string | null;
    wording?: string;
}
export interface BlockView {
    id: string;
    party: PartyView;
    source: "menu" | "word";
    created_at: Time;
}
export interface ImportView {
    added: number;
    known: number;
    refused: { row: number; reason: string }[];
}
export interface RetentionReport {
    sms_before: Time | null;
    attempts_before: Time | null;
    raw_before: Time | null;
    messages: number;
    conversations: number;
    attempts: number;
    receipts: number;
    raw: number;
    audit: number;
    held: number;
    bytes_given_back: number;
    words: string[];
}
export interface RetentionRun {
    started_at: Time;
    ended_at: Time;
    dry_run: boolean;
    outcome: "done" | "stopped" | "refused";
    asked_by: Person | null;
    report: RetentionReport;
}
export interface RetentionView {
    policy: { sms_days: number; own: { number: string; sms_days: number }[]; attempts_days: number; raw_days: number; audit_days: number; grace_days: number };
    waiting: string[];
    running: boolean;
    clock_is_sure: boolean;
    runs: RetentionRun[];
}
export interface RetentionAnswer {
    run: RetentionRun | null;
}
export interface HoldView {
    id: string;
    conversation_id: string | null;
    party: PartyView | null;
    reason: string;
    made_by: Person | null;
    created_at: Time;
    lifted_at: Time | null;
    lifted_by: Person | null;
}
export interface NewHold {
    reason: string;
    party?: string | null;
    conversation_id?: string | null;
}
export interface OutcomeCount {
    outcome: string | null;
    kind: string;
    count: number;
}
export interface HookUrl {
    kind: string;
    url: string;
}
export interface CarrierView {
    name: string;
    type: string;
    state: "starting" | "ok" | "degraded" | "failed" | "off";
    sentence: string;
    queue: string;
    rate: number | null;
    concurrency: number;
    longest_text: number | null;
    waiting: number;
    oldest_waiting: Time | null;
    under_way: number;
    outcomes: OutcomeCount[];
    last_inbound_at: Time | null;
    takes_hooks: boolean;
    hooks: HookUrl[];
}
export interface HitView {
    number: number;
    at: Time;
    remote: string;
    tls: boolean | null;
    method: string;
    kind: string;
    status: number;
    proven: boolean | null;
    understood: boolean | null;
    sentence: string;
}
export interface HitsView {
    items: HitView[];
    count: number;
}
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
export interface EventFrame {
    seq: string | null;
    type: string;
    data: any;
}
/** A message that this browser has still to hand over. */
export interface Unsent {
    key: string;
    conversation_id: string;
    body: string;
    at: Time;
    /** To be sent at this time; absent or null: at once. */
    send_at?: Time | null;
    problem: ProblemDocument | null;
}
