// The far side of the wire for unit tests: answers what the UI asks, when the test lets it.

/** @typedef {{method: string, path: string, query: URLSearchParams, body: any, key: string | undefined, answer: (status: number, body?: any) => Promise<void>, fail: () => Promise<void>}} Asked */

/** Takes the place of the network; `asked` holds what waits for an answer. */
export class Server {
    /** @type {Asked[]} */
    asked = [];

    constructor() {
        globalThis.fetch = (address, options = {}) => new Promise((resolve, reject) => this.#take(String(address), options, resolve, reject));
    }

    /** The oldest request that nobody has answered. @returns {Promise<Asked>} */
    async next() {
        for (let turn = 0; turn < 50 && !this.asked.length; turn += 1) await turnOfTheLoop();
        const asked = this.asked.shift();
        if (!asked) throw new Error("nothing was asked");
        return asked;
    }

    /** Answer the oldest request with 200. @param {any} body */
    async says(body) {
        const asked = await this.next();
        await asked.answer(200, body);
        return asked;
    }

    #take(address, options, resolve, reject) {
        const url = new URL(address, "http://sidetone.test");
        const after = async (act) => {
            act();
            for (let turn = 0; turn < 5; turn += 1) await turnOfTheLoop();
        };
        this.asked.push({
            method: options.method,
            path: url.pathname.replace(/^.*\/api\/v1/, ""),
            query: url.searchParams,
            body: options.body && JSON.parse(options.body),
            key: options.headers["Idempotency-Key"],
            answer: (status, body = null) => after(() => resolve(new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }))),
            fail: () => after(() => reject(new TypeError("no line"))),
        });
    }
}

export const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

let clock = 0;

/** A message as the API shows it. @param {number} id */
export function message(id, more = {}) {
    clock += 1;
    const at = new Date(1_800_000_000_000 + clock).toISOString();
    return {
        id: String(id),
        conversation_id: "1",
        client_id: null,
        direction: "inbound",
        body: `text ${id}`,
        status: "received",
        created_at: at,
        updated_at: at,
        flags: [],
        problem: null,
        ...more,
    };
}

/** A conversation as the API shows it. @param {number} id */
export function conversation(id, more = {}) {
    return {
        id: String(id),
        kind: "sms",
        title: `+4477009001${id}`,
        party: { kind: "e164", value: `+4477009001${id}`, display: `07700 9001${id}`, answerable: true },
        contact: null,
        unread: 0,
        read_up_to: null,
        muted: false,
        favourite: false,
        last_message: message(id * 100, { conversation_id: String(id) }),
        ...more,
    };
}
