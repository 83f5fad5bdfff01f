// The same backlog in a Mosquitto that bridges it to another: one message an event, QoS 1, nothing on any disk, and nobody behind it who keeps it.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandPath } from "../../debian.ts";
import { eventually, freePort } from "../../world/telemetry-engines.ts";
import { openWire, type Wire } from "./wire.ts";

const event = (seq: number): string =>
  JSON.stringify({
    ...{ seq, type: "lane.passed", at: { wall: 1_795_579_200_000 + seq, mono: seq, boot: "boot-1", synchronised: true } },
    data: { lane: "lane-1", direction: "entry", visit: null, count: seq, known_late: false },
  });

/** Events a second from the first that arrives behind the bridge to the last. */
export async function drainByBridge(events: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-bench-bridge-"));
  const [near, far] = [await freePort(), await freePort()];
  const common = (port: number): string =>
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\nuser root\nlog_type error\n`;
  writeFileSync(
    join(folder, "near.conf"),
    `${common(near)}connection far\naddress 127.0.0.1:${far}\ntopic backlog out 1\ncleansession false\nremote_clientid bridge\nrestart_timeout 2\n`,
  );
  writeFileSync(join(folder, "far.conf"), common(far));
  const children: ChildProcess[] = [];
  const wires: Wire[] = [];
  const start = async (name: string, port: number): Promise<void> => {
    children.push(spawn(commandPath("mosquitto") ?? "", ["-c", join(folder, `${name}.conf`)], { stdio: "ignore" }));
    await eventually(
      () =>
        new Promise<true>((done, refused) => {
          const probe = connect(port, "127.0.0.1");
          probe.once("error", refused);
          probe.once("connect", () => {
            probe.destroy();
            done(true);
          });
        }),
    );
  };
  try {
    await start("near", near);
    const filling = await openWire({
      url: `mqtt://127.0.0.1:${near}`,
      name: "filling",
      password: "x",
      filter: "none",
      hear: () => undefined,
    });
    for (let seq = 1; seq <= events; seq += 1) {
      filling.publish("backlog", event(seq));
      if (seq % 200 === 0) await filling.drained();
    }
    await filling.acknowledged();
    await start("far", far);
    let [heard, first, last] = [0, 0, 0];
    const all = new Promise<void>((done, refused) => {
      // A broker that died hands nothing on: the run ends and says so, instead of waiting for ever.
      for (const [index, child] of children.entries())
        child.once("exit", (code, signal) => {
          if (heard < events)
            refused(new Error(`the ${["near", "far"][index]} broker ended with ${code ?? signal} after ${heard} of ${events}`));
        });
      void openWire({
        ...{ url: `mqtt://127.0.0.1:${far}`, name: "listening", password: "x", filter: "backlog" },
        hear: () => {
          heard += 1;
          last = performance.now();
          if (heard === 1) first = last;
          if (heard === events) done();
        },
      }).then((wire) => wires.push(wire));
    });
    await all;
    return ((events - 1) * 1_000) / (last - first);
  } finally {
    for (const wire of wires) wire.end();
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}
