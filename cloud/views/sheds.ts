// A shed is two truths, like a socket: what the events say of its state, and what was measured last of its supply.
import type { Row } from "#cloud/store/schema.ts";
import type { Series, Telemetry } from "#cloud/telemetry/port.ts";
import type { ShedView } from "#protocols/api/views.ts";
import { list, maybeTime, time } from "./words.ts";

/** What a gateway says of a shed comes at least every five seconds; one that is older than this says nothing about now. */
const staleAfter_ms = 10_000;
const serving = 1;

const seriesOf = ({ site, gateway, shed }: Row<"shed">, field: string): Series => ({
  measurement: "shed",
  tags: { site, gateway, shed },
  field,
});

export async function shedView(telemetry: Telemetry, row: Row<"shed">, now: number): Promise<ShedView> {
  const { shed, site, gateway, name, cause, source, trip, since, contactor } = row;
  const inputs = Object.entries(JSON.parse(row.inputs) as Record<string, { of: string; state: string }>);
  const measured = await telemetry.last(seriesOf(row, "state"));
  const seen = measured === undefined ? null : Number(measured.time_ns / 1_000_000n);
  const fresh = seen !== null && now - seen <= staleAfter_ms;
  return {
    ...{ id: shed, site, gateway, name: name === "" ? shed : name, stations: list(row.stations) },
    // No event has spoken of it yet: a shed that was just seen serving serves, anything else stays unknown.
    state: row.state === "unknown" && fresh && measured?.value === serving ? "serving" : (row.state as ShedView["state"]),
    ...{ cause, source, trip, since: maybeTime(since) },
    contactor: contactor as ShedView["contactor"],
    leaking: row.leaking === 1,
    inputs: inputs.map(([input, known]) => ({ input, of: known.of, state: known.state as ShedView["inputs"][number]["state"] })),
    supply: {
      seen: seen === null ? null : time(seen),
      ...(fresh && measured !== undefined ? await supplyOf(telemetry, row, measured.time_ns) : unmeasured),
    },
  };
}

const phases = ["l1", "l2", "l3"] as const;
const fields = [
  ...(["power_mW", "power_limit_mW", "residual_mA"] as const),
  ...phases.flatMap((phase) => [`${phase}_mA`, `${phase}_limit_mA`] as const),
] as const;

type Supply = Omit<ShedView["supply"], "seen">;
const unmeasured: Supply = { power_mW: null, power_limit_mW: null, residual_mA: null, phases: [] };

/** Only what came with the newest word of the shed: an old number beside a new one would be a lie about now. */
async function supplyOf(telemetry: Telemetry, row: Row<"shed">, at: bigint): Promise<Supply> {
  const values = await Promise.all(
    fields.map(async (field): Promise<[string, number | null]> => {
      const sample = await telemetry.last(seriesOf(row, field));
      return [field, sample === undefined || sample.time_ns !== at ? null : sample.value];
    }),
  );
  const known = Object.fromEntries(values) as Record<(typeof fields)[number], number | null>;
  return {
    ...{ power_mW: known.power_mW, power_limit_mW: known.power_limit_mW, residual_mA: known.residual_mA },
    phases: phases.flatMap((phase) => {
      const [current_mA, limit_mA] = [known[`${phase}_mA`], known[`${phase}_limit_mA`]];
      return current_mA === null || limit_mA === null ? [] : [{ phase: phase.toUpperCase(), current_mA, limit_mA }];
    }),
  };
}
