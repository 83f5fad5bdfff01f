// What the safety process and the gateway's supervisor agree on, beside the link: "worked" after real progress, and how long its absence is borne.

export interface Worked {
  readonly type: "worked";
}

/** Above the longest `blind_ms` that any limits may say (30 s): a shed without power is no reason to begin anew. */
export const superviseWithin_ms = 75_000;

/** What Node is started with for it: garbage is collected in small portions, so that neither a pause nor the memory grows under a flood (measured: 8 MB instead of 65). */
export const safetyFlags = ["--max-semi-space-size=2"] as const;

export const isWorked = (message: unknown): message is Worked =>
  typeof message === "object" && message !== null && "type" in message && message.type === "worked";
