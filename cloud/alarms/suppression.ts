// Suppressed by design: while the one stands it explains the other, which would only hide it. A row each; what is suppressed is counted and listed, and calls nobody.
export interface Suppression {
  readonly while: string;
  readonly hides: readonly string[];
  /** "gateway": everything of that gateway; "beneath": sources that begin with the source of the one, "station-1" → "station-1/3". */
  readonly reach: "gateway" | "beneath";
}

export const suppressions: readonly Suppression[] = [
  // The safety process is silent: its stations and lines cannot be heard either.
  { while: "protection.silent", hides: ["station.silent", "line.late", "shed.input-silent"], reach: "gateway" },
  // The station is silent: each of its sockets goes blind, one after another.
  { while: "station.silent", hides: ["cut.blind"], reach: "beneath" },
  { while: "fire.device-lost", hides: ["fire.link-fault", "fire.sentry-unanswered"], reach: "beneath" },
];

export const suppressorsOf = (rule: string): readonly Suppression[] => suppressions.filter(({ hides }) => hides.includes(rule));
export const suppressedBy = (rule: string): readonly Suppression[] => suppressions.filter((row) => row.while === rule);

export const reaches = ({ reach }: Suppression, above: string, source: string): boolean =>
  reach === "gateway" || source === above || source.startsWith(`${above}/`);
