// The feeds: each in its own time, none while anything is behind, all of them told how it ends; and what systemd puts into the environment.
import { describe, expect, test } from "vitest";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { serviceManager, watchdogWindow } from "./systemd.ts";
import { type Feed, watchOver } from "./watch.ts";

function told(
  window_ms: number,
  takes: () => boolean = () => true,
): Feed & { readonly fed: number[]; readonly closed: boolean[]; now: number } {
  const feed = {
    name: `feed-${window_ms}`,
    window_ms,
    fed: [] as number[],
    closed: [] as boolean[],
    now: 0,
    feed: () => {
      if (takes()) feed.fed.push(feed.now);
      return takes();
    },
    close: (inOrder: boolean) => void feed.closed.push(inOrder),
  };
  return feed;
}

function run(feeds: ReturnType<typeof told>[], ms: number, behind: (at: number) => string | undefined) {
  const said: string[] = [];
  const watch = watchOver(feeds, {
    onBehind: (what) => said.push(`behind: ${what}`),
    onCaughtUp: (after_ms) => said.push(`caught up after ${after_ms}`),
    onRefused: (name) => said.push(`refused: ${name}`),
  });
  for (let at = 0; at <= ms; at += 100) {
    for (const feed of feeds) feed.now = at;
    watch.worked(monotonic(at), behind(at));
  }
  return { watch, said };
}

describe("feeding", () => {
  test("every feed in a quarter of its own window; grace is a quarter of the shortest", () => {
    const [short, long] = [told(2_000), told(60_000)];
    const { watch, said } = run([short, long], 60_000, () => undefined);
    expect(watch.grace_ms).toBe(500);
    expect([short.fed.length, long.fed]).toEqual([121, [0, 15_000, 30_000, 45_000, 60_000]]);
    expect(said).toEqual([]);
  });
  test("nothing while work is behind; once said, once caught up; and then at once", () => {
    const feed = told(4_000);
    const { said } = run([feed], 20_000, (at) => (at >= 5_000 && at < 12_300 ? "line-1" : undefined));
    expect(feed.fed.filter((at) => at >= 5_000 && at < 12_300)).toEqual([]);
    expect(feed.fed).toContain(12_300);
    expect(said).toEqual(["behind: line-1", "caught up after 7300"]);
  });
  test("what was not taken is tried with the next turn, and said once", () => {
    let takes = false;
    const feed = told(4_000, () => takes);
    const { watch, said } = run([feed], 1_000, () => undefined);
    takes = true;
    feed.now = 1_100;
    watch.worked(monotonic(1_100), undefined);
    expect([feed.fed, said]).toEqual([[1_100], ["refused: feed-4000"]]);
  });
  test("no feed at all: grace all the same", () => expect(run([], 0, () => undefined).watch.grace_ms).toBe(7_500));
  test.each([true, false])("the end is told, in order %s", (inOrder) => {
    const feed = told(4_000);
    run([feed], 0, () => undefined).watch.close(inOrder);
    expect(feed.closed).toEqual([inOrder]);
  });
});

describe("systemd", () => {
  test.each<[string, NodeJS.ProcessEnv, number | undefined]>([
    ["nothing asked", {}, undefined],
    ["for anybody", { WATCHDOG_USEC: "30000000" }, 30_000],
    ["for us", { WATCHDOG_USEC: "500000", WATCHDOG_PID: "77" }, 500],
    ["for another", { WATCHDOG_USEC: "500000", WATCHDOG_PID: "78" }, undefined],
    ["nonsense", { WATCHDOG_USEC: "soon" }, undefined],
    ["zero", { WATCHDOG_USEC: "0" }, undefined],
  ])("%s", (_what, environment, window) => expect(watchdogWindow(environment, 77)).toBe(window));
  test("without its socket nobody is spoken to, and the words are taken out of the environment", async () => {
    const environment: NodeJS.ProcessEnv = { WATCHDOG_USEC: "1", WATCHDOG_PID: "1", PATH: "/bin" };
    const manager = await serviceManager(environment);
    manager.ready();
    expect([manager.watchdog, environment]).toEqual([undefined, { PATH: "/bin" }]);
  });
  test.each(["", `/${"x".repeat(120)}`])("an address that is none is said: %j", async (address) => {
    if (address === "") expect((await serviceManager({ NOTIFY_SOCKET: address })).watchdog).toBeUndefined();
    else await expect(serviceManager({ NOTIFY_SOCKET: address })).rejects.toThrow("no address");
  });
});
