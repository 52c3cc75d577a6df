// What the UI says of the API's types beyond what is generated, and its own.
import type { PhoneView as AnyPhoneView, PhonesView as AnyPhonesView, ProblemDocument, Settings, UserView } from "./shapes.js";

export * from "./shapes.js";

export type Time = string;
export type Role = UserView["role"];
export type Theme = Settings["theme"];

/** How a virtual phone of the plugin `handset` can behave. */
export interface Behaviour {
    reachable: boolean;
    delay: number;
    reject: string;
    defer: boolean;
    silent: boolean;
    receipts: string;
}
export interface PhoneView extends AnyPhoneView {
    behaviour: Behaviour & Record<string, unknown>;
}
export interface PhonesView extends AnyPhonesView {
    items: PhoneView[];
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
export interface Listing<T> extends Page<T> {
    total: number;
}
export interface LoggedMessage {
    id: string;
    at: Time;
    direction: "inbound" | "outbound";
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
export interface LoggedDetail {
    message: LoggedMessage;
    detail: MessageDetail;
    verdict: { where: string; fault: string; ticket: "none" | "carrier" | "own"; text: string };
    characters: number;
}
export interface JobView {
    name: string;
    state: string;
    sentence: string;
    last_run_at: Time | null;
    next_run_at: Time | null;
    running: boolean;
    by_hand: boolean;
}
export interface OpenSession {
    id: string;
    user: Person;
    kind: "cookie" | "bearer";
    created_at: Time;
    seen_at: Time;
    ends_at: Time;
    own: boolean;
}
export interface PartStanding {
    name: string;
    state: string;
    sentence: string;
}
export interface HourOfTraffic {
    at: Time;
    inbound: number;
    outbound: number;
    failed: number;
}
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
export interface WaysView {
    able: string[];
    routes: string[];
}
export interface RouteView {
    sender: string;
    to: string;
    segments: number;
    route: string;
    skipped: { route: string; why: string }[];
    carriers: { name: string; taken: boolean; why: string; number: string }[];
}
