// What was typed becomes a charge: when it began, what was drawn for how long, whose it is. Every complaint says the option and how to write it.
import type { BillAbout } from "#gateway/core/charging/price/bill.ts";
import type { Slice } from "#gateway/core/charging/price/usage.ts";
import { Misunderstood } from "#gateway/tariff/stay-words.ts";
import { seconds } from "#gateway/tariff/units.ts";
import { fromRfc3339, type Wall } from "#protocols/vocabulary/time.ts";

export const chargeOptions = {
  start: { type: "string" },
  load: { type: "string", multiple: true },
  curve: { type: "string" },
  group: { type: "string", multiple: true },
  prepaid: { type: "string" },
  "monthly-used": { type: "string" },
  occupied: { type: "string" },
  fault: { type: "boolean" },
} as const;

export interface ChargeValues {
  readonly start?: string;
  readonly load?: string[];
  readonly curve?: string;
  readonly group?: string[];
  readonly prepaid?: string;
  readonly "monthly-used"?: string;
  readonly occupied?: string;
  readonly fault?: boolean;
}

export interface ChargeTyped {
  readonly began: Wall;
  readonly slices: readonly Slice[];
  readonly about: BillAbout;
  readonly monthlyUsed_mWh: number;
}

const no = (option: string, text: string, how: string): never => {
  throw new Misunderstood(`--${option} ${text}: 应写成 / write ${how}`);
};

const lengthForm = /^\d{1,6} (d|h|min|s)( \d{1,6} (h|min|s)){0,3}$/;
const length = (option: string, text: string): number =>
  lengthForm.test(text) && seconds(text) > 0 ? seconds(text) : no(option, text, "2 h 30 min");

const kWh = (option: string, text: string): number =>
  /^\d{1,4}(\.\d{1,6})?$/.test(text) ? Math.round(Number(text) * 1_000_000) : no(option, text, "0.8");

/** A year of minutes: nobody charges longer, and nobody types more. */
const mostRows = 100_000;

/** "200 W/2 h" or "200 W/2 h/0.38 kWh": the energy is power × time where it is not written. */
function ofLoad(text: string): Omit<Slice, "from"> {
  const how = '"200 W/2 h", "200 W/2 h/0.38 kWh"';
  const [power = "", time = "", energy, more] = text.split("/").map((part) => part.trim());
  if (!/^\d{1,5} W$/.test(power) || !lengthForm.test(time) || seconds(time) === 0 || more !== undefined) return no("load", text, how);
  const [power_mW, ms] = [Number(power.replace(" W", "")) * 1000, seconds(time) * 1000];
  if (energy === undefined) return { ms, power_mW, energy_mWh: Math.round((power_mW * ms) / 3_600_000) };
  return { ms, power_mW, energy_mWh: energy.endsWith(" kWh") ? kWh("load", energy.replace(" kWh", "")) : no("load", text, how) };
}

/** Rows "seconds,power_W,energy_Wh" under a header of these names; an empty energy is one that is not known. */
function ofCurve(text: string): Omit<Slice, "from">[] {
  const [header, ...rows] = text.split(/\r?\n/).filter((row) => row.trim() !== "");
  if (header?.trim() !== "seconds,power_W,energy_Wh") no("curve", header ?? "", "seconds,power_W,energy_Wh");
  if (rows.length === 0 || rows.length > mostRows) no("curve", `${rows.length}`, `1–${mostRows} 行 / rows`);
  return rows.map((row, index) => {
    const [s = "", W = "", Wh = "", more] = row.split(",").map((part) => part.trim());
    if (
      !/^\d{1,6}$/.test(s) ||
      Number(s) === 0 ||
      !/^(\d{1,5}(\.\d{1,3})?)?$/.test(W) ||
      !/^(\d{1,6}(\.\d{1,3})?)?$/.test(Wh) ||
      more !== undefined
    )
      return no("curve", `第${index + 2}行 / line ${index + 2}: ${row}`, "60,183.5,3.058");
    return {
      ms: Number(s) * 1000,
      power_mW: W === "" ? null : Math.round(Number(W) * 1000),
      energy_mWh: Wh === "" ? null : Math.round(Number(Wh) * 1000),
    };
  });
}

/** `read` gives the text of the curve's file. */
export function chargeOf(values: ChargeValues, read: (path: string) => string): ChargeTyped {
  const began = fromRfc3339(values.start ?? "") ?? no("start", values.start ?? "(缺少 / missing)", '"2026-11-25 18:00"');
  const parts = values.curve === undefined ? (values.load ?? []).map(ofLoad) : ofCurve(read(values.curve));
  if (parts.length === 0) no("load", "(缺少 / missing)", '"200 W/2 h" 或 / or --curve FILE.csv');
  if (values.curve !== undefined && values.load !== undefined)
    no("load", values.load.join(" "), "--load 或 --curve 之一 / one of --load and --curve");
  let at: number = began;
  const slices = parts.map((part) => {
    const from = at as Wall;
    at += part.ms;
    return { from, ...part };
  });
  const { prepaid, occupied } = values;
  if (prepaid !== undefined && !/^\d{1,4}(\.\d{1,2})?$/.test(prepaid)) no("prepaid", prepaid, "5.00");
  return {
    began,
    slices,
    about: {
      groups: values.group ?? [],
      ended: values.fault === true ? "fault" : "ordinary",
      ...(prepaid === undefined ? {} : { paid_fen: Math.round(Number(prepaid) * 100) }),
      ...(occupied === undefined ? {} : { occupied_ms: length("occupied", occupied) * 1000 }),
    },
    monthlyUsed_mWh: values["monthly-used"] === undefined ? 0 : kWh("monthly-used", values["monthly-used"]),
  };
}
