// Seconds that each suite may take on two cores in a whole plain run (plain-run.ts). A suite is a room; a new one declares its budget here, or its run fails.
export const budgets: Readonly<Record<string, number>> = {
  cloud: 400,
  command: 200,
  dashboards: 30,
  "firmware-sim": 60,
  gateway: 600,
  protocols: 60,
  "test/browser": 180,
  "test/charging": 60,
  "test/config": 120,
  "test/enrolment": 60,
  "test/faults": 480,
  "test/house": 30,
  "test/parking": 240,
  "test/tariff": 200,
  "test/uplink": 240,
  "test/paths": 360,
  "test/protection": 200,
};

/** test/paths/x.test.ts -> test/paths; cloud/api/y.test.ts -> cloud. */
export function suiteOf(file: string): string {
  const [first = "", second = ""] = file.split("/");
  return first === "test" ? `test/${second}` : first;
}
