// Shifts as they were handed over: each from the end of the one before it to its own. What nobody handed over is no shift.
import type { Queries } from "#cloud/store/store.ts";
import { time } from "#cloud/views/words.ts";
import type { ShiftView } from "#protocols/api/reports.ts";
import type { EventData } from "#protocols/uplink/events.ts";

const mostShifts = 200;

export async function shiftsOf(
  read: Queries,
  { site, since }: { readonly site: string; readonly since: number },
): Promise<readonly ShiftView[]> {
  const rows = await read
    .selectFrom("event")
    .select(["gateway", "at", "ordinal", "data"])
    .where("type", "=", "shift.ended")
    .where("site", "=", site)
    .where("at", ">=", since)
    .orderBy("at", "desc")
    .orderBy("ordinal", "desc")
    .limit(mostShifts)
    .execute();
  return rows.map(({ gateway, at, data }, index) => {
    const { shift, person, to, payments, expected_fen, counted_fen } = JSON.parse(data) as EventData<"shift.ended">;
    const before = rows.slice(index + 1).find((one) => one.gateway === gateway);
    return {
      ...{ shift, gateway, person, to, payments, expected_fen, counted_fen, ended: time(at) },
      begun: before === undefined ? null : time(before.at),
    };
  });
}
