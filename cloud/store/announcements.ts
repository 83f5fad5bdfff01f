// What changes of several processes on one PostgreSQL tell each other: the names of what they touched, said inside the change's own transaction, so that they are heard
// if, and only if, it is committed. A connection that listened and broke may have missed something: then everything is to be read again.
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import pg from "pg";
import type { Mark } from "./marks.ts";
import type { Change } from "./store.ts";

export interface Announcements {
  say(change: Change, marks: readonly Mark[]): Promise<void>;
  /** Until it is stopped. `missed`: for some time nothing could be heard. */
  hear(listener: { heard: (marks: readonly Mark[]) => void; missed: () => void }): Promise<() => Promise<void>>;
}

const channel = "cuobian_changes";
/** PostgreSQL takes less than 8,000 bytes in one notification. */
const mostBytes = 7_500;
const again_ms = 500;
/** A listener says nothing by itself: a connection that is half open is found by asking. */
const askEvery_ms = 10_000;
const answerWithin_ms = 5_000;

export function announcementsOn(url: string): Announcements {
  const own = randomBytes(6).toString("hex");
  return {
    async say(change, marks) {
      for (const part of partsOf(marks)) await sql`select pg_notify(${channel}, ${`${own}[${part}]`})`.execute(change);
    },
    async hear(listener) {
      let stopped = false;
      let client: pg.Client | undefined;
      let timer: NodeJS.Timeout | undefined;

      async function open(): Promise<void> {
        const opened = new pg.Client({ connectionString: url, keepAlive: true, query_timeout: answerWithin_ms });
        opened.on("notification", ({ payload = "" }) => {
          const from = payload.slice(0, own.length);
          if (from !== own) listener.heard(JSON.parse(payload.slice(own.length)) as Mark[]);
        });
        const lost = (): void => {
          if (client !== opened) return;
          client = undefined;
          clearInterval(timer);
          opened.end().catch(() => undefined);
          void reopen();
        };
        opened.on("error", lost);
        opened.on("end", lost);
        await opened.connect();
        await opened.query(`LISTEN ${channel}`);
        client = opened;
        timer = setInterval(() => void opened.query("SELECT 1").catch(lost), askEvery_ms);
      }

      async function reopen(): Promise<void> {
        while (!stopped) {
          try {
            await open();
            listener.missed();
            return;
          } catch {
            await new Promise((done) => setTimeout(done, again_ms));
          }
        }
      }

      await open();
      return async () => {
        stopped = true;
        clearInterval(timer);
        const last = client;
        client = undefined;
        await last?.end();
      };
    },
  };
}

function* partsOf(marks: readonly Mark[]): Iterable<string> {
  let part = "";
  for (const mark of marks) {
    const text = JSON.stringify(mark);
    if (part !== "" && Buffer.byteLength(part) + Buffer.byteLength(text) > mostBytes) {
      yield part;
      part = "";
    }
    part = part === "" ? text : `${part},${text}`;
  }
  if (part !== "") yield part;
}
