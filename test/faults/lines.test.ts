// The other two kinds of line, with the real programs: behind a serial device server (RTU frames over TCP) and on Modbus TCP. Cut in time, and open again when the connection was lost.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fact } from "#gateway/link/messages.ts";
import { until } from "#test/world/program.ts";
import { type ChargingSite, energiseAll, type LineKind, type SiteEnd, startChargingSite } from "./charging-site.ts";

type Cut = Extract<Fact, { kind: "cut" }>;

describe.each<LineKind>(["rtu-tcp", "tcp"])("a line of kind %s", (kind) => {
  let site: ChargingSite;
  let end: SiteEnd;
  beforeAll(async () => {
    site = await startChargingSite({}, { kind });
    await site.startSafety();
    end = site.connect();
    await energiseAll(site, end, kind);
  });
  afterAll(() => site?.end());

  test("2.5 × the limit on one of 20: OFF within a rotation, the other 19 stay closed", async () => {
    const socket = "station-2/3";
    await site.fault({ name: "over-current", socket, amount: 2500 });
    const cut = await until("the fact", () => end.facts.find((fact): fact is Cut => fact.kind === "cut" && fact.socket === socket));
    expect(cut.cause).toBe("instantaneous");
    expect(cut.off_after_ms).toBeLessThanOrEqual((end.rotation_ms() ?? 0) + 10);
    const open = await until("one relay is open", async () => {
      const { sockets } = await site.state();
      return sockets.find((one) => one.socket === socket)?.relay === false ? sockets : undefined;
    });
    expect(open.filter(({ relay }) => relay)).toHaveLength(19);
  });
});
