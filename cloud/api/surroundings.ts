// What the API is given.
import type { Logger } from "pino";
import type { CommandKey } from "#cloud/commands/key.ts";
import type { VideoConfig } from "#cloud/config/schema.ts";
import type { DetectorSource } from "#cloud/detectors/sources.ts";
import type { Authority } from "#cloud/enrolment/authority.ts";
import type { Tree } from "#cloud/identity/tree.ts";
import type { Asked } from "#cloud/ingest/requeue.ts";
import type { Compound } from "#cloud/ledger/hazards.ts";
import type { Live } from "#cloud/live/live.ts";
import type { Notifier } from "#cloud/notify/notifier.ts";
import type { Origin } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Store } from "#cloud/store/store.ts";
import type { Telemetry } from "#cloud/telemetry/port.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";

export interface Surroundings {
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly live: Live;
  readonly commands: {
    readonly key: CommandKey;
    /** Something was issued. */
    wake(): void;
    knows(gateway: Origin): boolean;
  };
  readonly enrolment: {
    readonly authority: Authority;
    /** Certificates have changed: the list is written anew, and who has none any more is cut. */
    changed(): Promise<void>;
  };
  /** Tries a dead letter again; undefined: there is none of that number. */
  readonly requeue: (asked: Asked) => Promise<Row<"dead_letter"> | Refusal | undefined>;
  /** Platforms that report smoke detectors here. */
  readonly detectors: readonly DetectorSource[];
  /** Links to cameras. */
  readonly videos: readonly VideoConfig[];
  readonly notifier: Pick<Notifier, "channels" | "test" | "onDuty">;
  readonly now: () => number;
  readonly log: Logger;
  /** People sign in by choosing who they are, and every page says that its data are invented. */
  readonly demonstration: boolean;
  /** A proxy ends TLS in front of us: browsers come by HTTPS only. */
  readonly tls: boolean;
  /** TLS ends here: then everybody has his own address, and browsers come by HTTPS too. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  /** Where residents reach us, for what is printed; none: nothing is printed. Never read off a request: whoever asks may write any host there. */
  readonly publicUrl: string | undefined;
  readonly sites: readonly { readonly id: string; readonly name: string }[];
  readonly tree: Tree;
  /** Every compound, with the code that begins the numbers of its hazards. */
  readonly compounds: readonly Compound[];
  /** Folder of the built page; none: only the API is served. */
  readonly web: string | undefined;
  /** One line per check, for /healthz. */
  readonly checks: () => Promise<readonly { readonly name: string; readonly ok: boolean }[]>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}
