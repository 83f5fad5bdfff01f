// A limits file: nothing assumed, everything said at once with its place, and limits that the model at hand could not keep are refused.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readyLimits as named } from "#gateway/config/limits-file.ts";
import { readyLimits } from "#test/limits.ts";
import { hardBounds } from "../core/charging/bounds.ts";
import type { Complaint } from "./complaint.ts";
import { limitsPath, parseLimits, readLimitsFile } from "./limits-file.ts";
import { unfit } from "./limits-fit.ts";
import { limitsSchema } from "./limits-schema.ts";
import { loadProfile } from "./profiles.ts";

const text = readFileSync(limitsPath("e-bike-10a", "."), "utf8");
const complaintsOf = (changed: string): readonly Complaint[] => {
  const read = parseLimits(changed, "limits.yaml");
  return read.kind === "complaints" ? read.complaints : [];
};

test.each(named())("the ready file %s is a good one, and its id is its name", (name) => {
  const read = readLimitsFile(name);
  expect(read).toMatchObject({ kind: "limits", limits: { id: name, version: expect.any(Number) } });
  if (read.kind === "limits") expect(read.hash).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test.each<[string, string, string, RegExp]>([
  ["a rule that is not written", text.replace(/over_voltage:\n( .*\n)+/, ""), "over_voltage", /must be written, there is no default/],
  [
    "a rule without provenance",
    text.replace(/(over_power:\n(?: {2}(?!prov).*\n)+) {2}provenance:.*\n/, "$1"),
    "over_power.provenance",
    /must be written/,
  ],
  [
    "a rule off without a reason",
    text.replace(/residual_socket:\n {2}active: false\n {2}reason:.*\n/, "residual_socket:\n  active: false\n"),
    "residual_socket.reason",
    /must be written/,
  ],
  ["a rule that cannot be off", text.replace(/blind:\n {2}warn_ms: 3000\n/, "blind:\n  active: false\n"), "blind.active", /no such key/],
  ["neither on nor off", text.replace("thermal:\n  active: true", "thermal:\n  active: perhaps"), "thermal.active", /true \| false/],
  ["beyond a hard bound", text.replace("trip_ms: 10000", "trip_ms: 30001"), "blind.trip_ms", /outside 3000 to 30000/],
  [
    "an unknown curve",
    text.replace("iec-extremely-inverse", "iec-extremly-inverse"),
    "over_current.curve",
    /did you mean "iec-extremely-inverse"/,
  ],
  ["a curve that is too slow", text.replace("time_permille: 500", "time_permille: 15000"), "over_current.time_permille", /within 120 s/],
  ["warned of after it was cut", text.replace("warn_mC: 60000", "warn_mC: 76000"), "over_temperature.warn_mC", /less than limit_mC/],
  ["a meter that cannot see the instantaneous limit", text.replace("range_mA: 60000", "range_mA: 20000"), "meter.range_mA", /never seen/],
])("%s is named with its place", (_, changed, path, said) => {
  expect(changed).not.toBe(text);
  const complaint = complaintsOf(changed).find((one) => one.path === path);
  expect(complaint?.en).toMatch(said);
  expect(complaint?.zh).toMatch(/[\u4e00-\u9fff]/);
  expect(complaint?.line).toBeGreaterThan(0);
});

test("the schema's bounds are the hard bounds, every one of them", () => {
  const found: Record<string, unknown> = {};
  const walk = (shape: typeof limitsSchema, path: string): void => {
    for (const form of shape.anyOf ?? [shape])
      for (const [key, inner] of Object.entries(form.properties ?? {})) {
        const at = path === "" ? key : `${path}.${key}`;
        if (inner.minimum !== undefined && at !== "version") found[at] = [inner.minimum, inner.maximum];
        walk(inner, at);
      }
  };
  walk(limitsSchema, "");
  expect(found).toEqual(hardBounds);
});

describe("limits that do not fit the model are refused", () => {
  const model = (name = "stations/ten-socket") => {
    const profile = loadProfile(name);
    if (profile.kind === "no-profile") throw new Error(profile.en);
    return profile;
  };
  const without = (...names: string[]) => ({ ...model(), points: model().points.filter(({ name }) => !names.includes(name)) });
  test.each(["stations/ten-socket", "stations/two-socket"])("%s and the ready file e-bike-4a", (name) =>
    expect(unfit(readyLimits("e-bike-4a"), model(name))).toEqual([]),
  );
  test("a model without voltage and leakage: each rule that would never act is named", () => {
    const said = unfit(readyLimits("e-bike-4a"), without("voltage_mV", "leakage_mA")).map(({ en }) => en);
    for (const rule of ["over_voltage", "under_voltage", "residual_feeder"]) expect(said.join("\n")).toContain(`${rule} is active`);
    expect(said).toHaveLength(3);
  });
  test("a register that cannot hold the instantaneous limit", () => {
    const profile = {
      ...model(),
      points: model().points.map((point) => (point.name === "current_mA" ? { ...point, maximum: 8000 } : point)),
    };
    expect(unfit(readyLimits("e-bike-4a"), profile)).toMatchObject([
      { en: expect.stringContaining("instantaneous limit of 8000 is never seen") },
    ]);
  });
  test("a counter that steps more coarsely than the file says", () => {
    const fine = readyLimits("e-bike-4a", { meter: { energy_step_mWh: 100 } });
    expect(unfit(fine, model())).toMatchObject([{ en: expect.stringContaining("steps by 1000 mWh") }]);
  });
});
