// The ways to say no. A bug is thrown; these three are returned, each with its own name.

/** We understood, and decline. `code` is stable for machines; the words are for people, Chinese first. */
export interface Refusal {
  readonly kind: "refusal";
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** The device answered wrongly or not at all. */
export interface DeviceFault {
  readonly kind: "device-fault";
  readonly code: "timeout" | "bad-frame" | "exception" | "closed" | "impossible-value";
  readonly detail: string;
}

/** Bytes that are no frame of this protocol. */
export interface Undecodable {
  readonly kind: "undecodable";
  readonly reason: string;
  /** Where in the input the reading stopped, in bytes or characters. */
  readonly at?: number;
}

export const refusal = (code: string, zh: string, en: string): Refusal => ({ kind: "refusal", code, zh, en });
export const deviceFault = (code: DeviceFault["code"], detail: string): DeviceFault => ({ kind: "device-fault", code, detail });
export const undecodable = (reason: string, at?: number): Undecodable =>
  at === undefined ? { kind: "undecodable", reason } : { kind: "undecodable", reason, at };
