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
