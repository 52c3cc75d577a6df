// @ts-check
// A call to a number by whatever this computer calls with.

/** Whether there is a number to call. @param {{kind: string}} party */
export const callable = ({ kind }) => kind !== "alpha";

/** @param {string} number E.164, or a short code */
export function call(number) {
    const link = document.createElement("a");
    link.href = `tel:${number}`;
    link.click();
}
