// The name of an order: made once for a form, so that a second press and a retry are the same order to the cloud.
export const newName = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
