// Platforms that report smoke detectors to the cloud: each one compound, one form, one token. Whose token it is says whose detectors it may speak for.
import { createHash, timingSafeEqual } from "node:crypto";
import type { DetectorForm } from "#protocols/fire/detectors/report.ts";

export interface KnownDetector {
  readonly id: string;
  readonly name: string;
  readonly imei: string;
  readonly zone?: string;
  /** Not heard for so long, it is lost. */
  readonly silent_h: number;
}

export interface WrittenSource {
  readonly id: string;
  readonly site: string;
  readonly form: DetectorForm;
  readonly detectors: readonly KnownDetector[];
}

export interface DetectorSource extends WrittenSource {
  /** Of its token. */
  readonly hash: Buffer;
}

const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

export const sourceOf = (source: WrittenSource, token: string): DetectorSource => ({ ...source, hash: hashOf(token) });

/** Every hash is looked at, whichever it is: how long it takes says nothing. */
export function sourceByToken(sources: readonly DetectorSource[], token: string): DetectorSource | undefined {
  const hash = hashOf(token);
  return sources.filter((one) => timingSafeEqual(one.hash, hash))[0];
}
