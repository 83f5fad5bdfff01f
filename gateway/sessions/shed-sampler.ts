// A shed's numbers on their way to telemetry: one point with all of them, so that nothing old stands beside something new; when one has changed enough, or after a
// quiet while. What nobody measures is left out.
import { encodeReading } from "#protocols/uplink/telemetry.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { ShedReading } from "../link/messages.ts";

export interface ShedSampler {
  /** As sampler.ts: lines with their age in milliseconds for a time; undefined when nothing is worth a point. */
  sample(message: { at: Pick<Stamp, "mono">; sheds?: readonly ShedReading[] | undefined }): string | undefined;
}

type Fields = Readonly<Record<string, number>>;

/** Smaller changes are noise; whatever is not named here is said at once. */
const deadband: Fields = { power_mW: 3_000, residual_mA: 10, l1_mA: 200, l2_mA: 200, l3_mA: 200 };
/** The cloud calls a shed unknown of which it has heard nothing for 10 s. */
const quiet_ms = 5_000;

export function createShedSampler(interval_ms: number): ShedSampler {
  const last = new Map<string, { readonly at: number; readonly fields: Fields }>();

  function worth(shed: string, at: number, fields: Fields): boolean {
    const before = last.get(shed);
    if (before === undefined || before.fields.state !== fields.state) return true;
    const passed = at - before.at;
    if (passed < interval_ms) return false;
    const names = new Set([...Object.keys(fields), ...Object.keys(before.fields)]);
    const moved = (name: string): boolean => {
      const [now, then] = [fields[name], before.fields[name]];
      return now === undefined || then === undefined || Math.abs(now - then) >= (deadband[name] ?? 1);
    };
    return passed >= quiet_ms || [...names].some(moved);
  }

  return {
    sample({ at, sheds = [] }) {
      let text = "";
      for (const reading of sheds) {
        const { shed } = reading;
        const fields = fieldsOf(reading);
        if (!worth(shed, at.mono, fields)) continue;
        last.set(shed, { at: at.mono, fields });
        text += `${encodeReading({ measurement: "shed", tags: { shed }, quality: "good", fields })} 0\n`;
      }
      return text === "" ? undefined : text;
    },
  };
}

/** A shed's state as a number, for whoever draws it; its events say the same in words. */
const states = { waiting: 0, serving: 1, blind: 2, latched: 3 } as const;

/** What its supply bears beside what it may; of each phase `l1_mA` and `l1_limit_mA`. A budget's value holds the reserve of what is not measured. */
function fieldsOf({ state, power_mW, residual_mA, budgets, contactor }: ShedReading): Fields {
  const whole = budgets.find(({ of }) => of === "shed");
  const fields: Record<string, number | undefined> = {
    state: states[state],
    contactor_closed: contactor === "closed" ? 1 : contactor === "open" ? 0 : undefined,
    power_mW: whole?.value ?? power_mW ?? undefined,
    power_limit_mW: whole?.limit,
    residual_mA: residual_mA ?? undefined,
  };
  for (const { budget, of, value, limit } of budgets) {
    if (of !== "phase") continue;
    const phase = budget.slice(budget.lastIndexOf("/") + 1).toLowerCase();
    fields[`${phase}_mA`] = value;
    fields[`${phase}_limit_mA`] = limit;
  }
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, number] => entry[1] !== undefined));
}
