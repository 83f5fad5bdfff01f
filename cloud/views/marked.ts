// The views behind a set of marks.
import type { LiveMessage } from "#cloud/live/ring.ts";
import type { Mark } from "#cloud/store/marks.ts";
import type { Store } from "#cloud/store/store.ts";
import type { Telemetry } from "#cloud/telemetry/port.ts";
import { exportView } from "./exports.ts";
import { hazardView } from "./hazards.ts";
import { entryRows, hazardWithSteps } from "./reading.ts";
import { shedView } from "./sheds.ts";
import { socketView } from "./sockets.ts";
import { alarmView, countsMessage, entryView, eventView, gatewayViews, laneView } from "./views.ts";

interface Surroundings {
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly now: () => number;
}

export async function readMarked(surroundings: Surroundings, marks: readonly Mark[]): Promise<LiveMessage[]> {
  const messages: LiveMessage[] = [];
  for (const mark of marks) messages.push(...(await readOne(surroundings, mark)));
  return messages;
}

async function readOne({ store, telemetry, now }: Surroundings, mark: Mark): Promise<LiveMessage[]> {
  const { read } = store;
  switch (mark.kind) {
    case "gateway":
      return (await gatewayViews(read, mark)).map((view) => ({ kind: "gateway", view }));
    case "lane": {
      const rows = await read
        .selectFrom("lane")
        .selectAll()
        .where("site", "=", mark.site)
        .where("gateway", "=", mark.gateway)
        .where("lane", "=", mark.id)
        .execute();
      return rows.map((row) => ({ kind: "lane", view: laneView(row) }));
    }
    case "socket": {
      const row = await read
        .selectFrom("socket")
        .selectAll()
        .where("site", "=", mark.site)
        .where("gateway", "=", mark.gateway)
        .where("socket", "=", mark.id)
        .executeTakeFirst();
      return row === undefined ? [] : [{ kind: "socket", view: await socketView(telemetry, row, now()) }];
    }
    case "shed": {
      const row = await read
        .selectFrom("shed")
        .selectAll()
        .where("site", "=", mark.site)
        .where("gateway", "=", mark.gateway)
        .where("shed", "=", mark.id)
        .executeTakeFirst();
      return row === undefined ? [] : [{ kind: "shed", view: await shedView(telemetry, row, now()) }];
    }
    case "alarm": {
      const row = await read.selectFrom("alarm").selectAll().where("id", "=", mark.id).executeTakeFirst();
      return row === undefined ? [] : [{ kind: "alarm", view: alarmView(row) }];
    }
    case "entry": {
      const row = await entryRows(read).where("entry.id", "=", mark.id).executeTakeFirst();
      return row === undefined ? [] : [{ kind: "entry", view: entryView(row) }];
    }
    case "hazard": {
      const found = await hazardWithSteps(read, mark.id);
      return found === undefined ? [] : [{ kind: "hazard", view: hazardView(found, now()), hazard: found.row }];
    }
    case "export": {
      const job = await read.selectFrom("export_job").selectAll().where("id", "=", mark.id).executeTakeFirst();
      return job === undefined ? [] : [{ kind: "export", view: await exportView(read, job), job }];
    }
    case "event": {
      const row = await read.selectFrom("event").selectAll().where("ordinal", "=", mark.ordinal).executeTakeFirst();
      return row === undefined ? [] : [{ kind: "event", view: eventView(row) }];
    }
    case "counts":
      return [await countsMessage(read)];
  }
}
