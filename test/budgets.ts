// Seconds that each suite may take on two cores. A suite is a room; a new one declares its budget here, or its run fails.
const full = process.env.CUOBIAN_FULL === "1";
/** Files or names were given: then the long sets run too (vitest.config.ts). */
const named = process.argv.slice(2).some((word) => word !== "run");

export const budgets: Readonly<Record<string, number>> = {
  cloud: 400,
  command: 200,
  dashboards: 30,
  "firmware-sim": 60,
  gateway: 600,
  protocols: 60,
  "test/browser": full || named ? 1200 : 180,
  "test/charging": full ? 1800 : 60,
  "test/config": full ? 600 : 120,
  "test/enrolment": full ? 900 : 60,
  "test/faults": full ? 1200 : 480,
  "test/house": 30,
  "test/parking": full ? 1800 : 240,
  "test/tariff": full ? 3600 : 200,
  "test/uplink": full ? 1800 : 240,
  "test/paths": full ? 2400 : 360,
  "test/protection": full ? 1800 : 200,
};

/** test/paths/x.test.ts -> test/paths; cloud/api/y.test.ts -> cloud. */
export function suiteOf(file: string): string {
  const [first = "", second = ""] = file.split("/");
  return first === "test" ? `test/${second}` : first;
}
