// Where devices in the field differ from GB/T 26875.3-2011: each deviation is a switch that a site turns on for a vendor, never a habit of the reader.
export interface Profile {
  readonly name: string;
  /** The standard fixes the major version at 1 (§6.6); devices send 0, 2 or 16. */
  readonly majorVersion: 1 | "any";
  /** A data unit of the one byte 22 (reserved), sent as a sign of life. */
  readonly heartbeat22: boolean;
  /** Confirmations and denials with a sum that is not theirs. Never for data: a wrong alarm is worse than a repeated one. */
  readonly wrongSumOfAnswers: boolean;
  /** Bytes behind the last object of a unit. */
  readonly bytesBehindObjects: boolean;
}

export const standard: Profile = {
  name: "standard",
  majorVersion: 1,
  heartbeat22: false,
  wrongSumOfAnswers: false,
  bytesBehindObjects: false,
};

/** Everything that was met in public recordings of devices. */
export const field: Profile = { name: "field", majorVersion: "any", heartbeat22: true, wrongSumOfAnswers: true, bytesBehindObjects: true };

export const profiles: Readonly<Record<string, Profile>> = { standard, field };
