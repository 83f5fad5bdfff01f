// What is to stand on a camera's own list, and what the camera said of it: common to the cameras that confirm by an answer and to those that are read back.
import { civilText, type ListRow } from "#protocols/cameras/listed.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { Reads } from "../journal/journal.ts";
import type { SiteContext } from "../site-context.ts";

export { civilText };

/** Passes that are good now or later; a suspended one is not on the list meanwhile. A camera cannot count spaces: while the gateway is away every plate of a pass comes in. */
export function wantedOf(reads: Reads, lot: string, now: Wall): ListRow[] {
  const rows = reads.all<ListRow & { suspended: string }>(
    "SELECT o.plate, p.from_at, p.until_at, p.suspended FROM pass p JOIN pass_plate o ON o.pass = p.id WHERE p.lot = ? AND p.withdrawn = 0 AND p.until_at > ? ORDER BY o.plate, p.until_at",
    lot,
    now,
  );
  const good = rows.filter(
    ({ suspended }) => !(JSON.parse(suspended) as [number, number][]).some(([from, until]) => from <= now && now < until),
  );
  // Of several passes of one plate the one that lasts longest. A camera's end is the last second of a span, ours the first moment after it.
  return [...new Map(good.map(({ plate, from_at, until_at }) => [plate, { plate, from_at, until_at: wall(until_at - 1_000) }])).values()];
}

/** What was put there, and confirmed where its state says so. */
export const oursOf = (reads: Reads, camera: string): Map<Plate, ListRow> =>
  new Map(reads.all<ListRow>("SELECT plate, from_at, until_at FROM camera_list WHERE camera = ?", camera).map((row) => [row.plate, row]));

export const stateOf = (reads: Reads, camera: string): { pushed_at: number; confirmed: number } | undefined =>
  reads.get("SELECT pushed_at, confirmed FROM camera_list_state WHERE camera = ?", camera);

/** Said when it changes: confirmed as a whole, or not. `news`: also when it is as before. */
export function sayList(
  { journal, clock, log }: SiteContext,
  { id: lane, camera }: LaneConfig,
  { confirmed, detail, news }: { readonly confirmed: boolean; readonly detail: string; readonly news: boolean },
): void {
  const before = stateOf(journal, camera.id);
  const old = news || (confirmed && clock.wall() - (before?.pushed_at ?? 0) >= dayMs);
  if (before !== undefined && before.confirmed === (confirmed ? 1 : 0) && !old) return;
  journal.commit((tx) => {
    const plates = tx.get<{ n: number }>("SELECT count(*) AS n FROM camera_list WHERE camera = ?", camera.id)?.n ?? 0;
    tx.run(
      "INSERT INTO camera_list_state (camera, pushed_at, confirmed) VALUES (?, ?, ?) ON CONFLICT (camera) DO UPDATE SET pushed_at = CASE WHEN excluded.confirmed = 1 THEN excluded.pushed_at ELSE pushed_at END, confirmed = excluded.confirmed",
      camera.id,
      confirmed ? clock.wall() : 0,
      confirmed ? 1 : 0,
    );
    tx.event("camera.list", { lane, camera: camera.id, plates, confirmed, detail: detail.slice(0, 200) });
  });
  if (!confirmed) log.warn({ lane, camera: camera.id, detail }, "the camera has not confirmed its list");
}
