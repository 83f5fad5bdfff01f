// The booth's page as it is sent: every file that it names is there, its types are gone, nothing of it comes from elsewhere, and it says nothing without the token.
import { afterEach, expect, test } from "vitest";
import { boothToken, type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";

let site: ParkingSite;
afterEach(() => site?.stop());

test("the page and all that it names come from this gateway, under a strict policy", async () => {
  site = await startParkingSite({ console: true });
  const seen = new Map<string, string>();
  const waiting = ["/booth"];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const answer = await fetch(`${site.http()}${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    const text = await answer.text();
    seen.set(path, text);
    const named = [...text.matchAll(/(?:href|src)="([^"]+)"|from "(\.[^"]+)"/g)].map(
      ([, link, module]) => link ?? `/booth/${module?.slice(2)}`,
    );
    for (const name of named) if (!seen.has(name) && !waiting.includes(name)) waiting.push(name);
  }
  const scripts = [...seen].filter(([path]) => path.endsWith(".ts"));
  expect(scripts.length).toBe(9);
  for (const [path, text] of seen) {
    expect(path).toMatch(/^\/booth/);
    expect(text).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(text).not.toContain(boothToken);
  }
  for (const [path, text] of scripts) expect(text, path).not.toMatch(/\binterface\b|import type|: string\b/);
  const bytes = [...seen.values()].reduce((sum, text) => sum + text.length, 0);
  expect(bytes).toBeLessThan(80_000);
  for (const path of ["/booth/", "/booth/main.js", "/booth/../door.ts", "/booth/%2e%2e/door.ts"])
    expect((await fetch(`${site.http()}${path}`)).status).toBe(404);
});

test("what the page asks first: every lane as it stands, and the newest exceptions; without the token nothing", async () => {
  site = await startParkingSite({ console: true });
  await site.goOn(1_000);
  expect((await fetch(`${site.http()}/api/v1/booth`)).status).toBe(401);
  const ask = async () =>
    (await (await fetch(`${site.http()}/api/v1/booth`, { headers: { authorization: `Bearer ${boothToken}` } })).json()) as Record<
      string,
      unknown
    >;
  expect(await ask()).toMatchObject({
    site: "测试",
    lanes: [
      { lane: "in", direction: "entry", mode: "normal", arm: "closed", waits: null },
      { lane: "out", direction: "exit", mode: "normal", arm: "closed", waits: null },
    ],
    exceptions: [],
  });
  for (let nth = 0; nth < 260; nth += 1) {
    site.push("out", { license: `闽C${10_000 + nth}` });
    site.clock.advance(1_000);
  }
  const { exceptions } = (await ask()) as { exceptions: { plate: string; reason: string }[] };
  expect([exceptions.length, exceptions[0]?.plate, exceptions[0]?.reason]).toEqual([60, "闽C·10259", "no-entry"]);
  expect(site.journal().get("SELECT count(*) AS n FROM lane_exception")).toEqual({ n: 200 });
});
