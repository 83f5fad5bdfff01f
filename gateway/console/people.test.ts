// The booth's people, each with a token of his own: every route of the real console against every post, acting under one's own name, and an approval that is another person's token.
import { afterAll, beforeAll, expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { type Booth, booth } from "#test/world/booth.ts";
import { boothToken, type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { boothRoles, rights } from "./rights.ts";

const token = (name: string): string => `${name}-token-0123456789abcdef`;
const people = [
  { name: "门岗甲", role: "guard", token_file: "./guard" },
  { name: "物业经理", role: "manager", token_file: "./manager" },
  { name: "经理乙", role: "manager", token_file: "./second" },
  { name: "安装工", role: "installer", token_file: "./installer" },
  { name: "短口令", role: "manager", token_file: "./short" },
  { name: "重复甲", role: "manager", token_file: "./same-a" },
  { name: "重复乙", role: "guard", token_file: "./same-b" },
  { name: "没有文件", role: "manager", token_file: "./missing" },
];
let site: ParkingSite;
beforeAll(async () => {
  const files = Object.fromEntries(["guard", "manager", "second", "installer"].map((name) => [name, token(name)]));
  site = await startParkingSite({
    console: true,
    files: { ...files, short: "short", "same-a": token("same"), "same-b": token("same") },
    top: { booth: { token_file: "./booth.token", people } },
  });
  await site.goOn(1_000);
});
afterAll(() => site.stop());

const as = (name: string): Booth => booth(site, token(name));
const mayOf = async (who: Booth): Promise<string[]> => ((await who.ask("/api/v1/me")).body?.may ?? []) as string[];
const asked = async (who: Booth, route: string) => {
  const [method = "", url = ""] = route.split(" ");
  return who.ask(`/api/v1${url.replaceAll(/:\w+/g, "x")}`, { method, ...(method === "GET" ? {} : { body: "{}" }) });
};

test("P 06.booth-people: every route of the console against every post: what is not his is refused, and each is somebody's", async (context) => {
  const all = await mayOf(booth(site, boothToken));
  expect(all.length).toBeGreaterThan(60);
  const sums = { routes: all.length, posts: boothRoles.length, asked: 0, refused: 0, wrong: 0 };
  for (const role of boothRoles) {
    const who = as(role);
    for (const route of all) {
      const { status, body } = await asked(who, route);
      const refused = status === 403 && body?.code === "not-your-post";
      sums.asked += 1;
      sums.refused += refused ? 1 : 0;
      if (refused === (rights[role].has(route) || route === "GET /me")) sums.wrong += 1;
    }
    expect(await mayOf(who)).toEqual(all.filter((route) => rights[role].has(route) || route === "GET /me"));
  }
  expect(sums.wrong).toBe(0);
  // A new route needs a post; one that is gone leaves the list.
  expect(all.filter((route) => route !== "GET /me" && boothRoles.every((role) => !rights[role].has(route)))).toEqual([]);
  const listed = new Set(boothRoles.flatMap((role) => [...rights[role]]));
  expect([...listed].filter((route) => !all.includes(route) && !route.includes("/fire"))).toEqual([]);
  counted(context, sums);
});

test("whose token cannot tell one person from another is shut out; the site's own token stays", async () => {
  for (const bad of ["same", "short", "nobody"])
    expect((await booth(site, bad === "short" ? "short" : token(bad)).ask("/api/v1/me")).status).toBe(401);
  expect((await booth(site, boothToken).ask("/api/v1/me")).body).toMatchObject({ person: null, role: null });
  expect((await as("guard").ask("/api/v1/me")).body).toMatchObject({ person: "门岗甲", role: "guard" });
});

test("nobody acts under another's name: not in an opening, a payment or a shift", async () => {
  const guard = as("guard");
  const open = (person: string) => guard.open("in", { command: `open-${person === "门岗甲" ? 1 : 2}-0000`, person, reason: "救护车" });
  expect((await open("物业经理")).body).toMatchObject({ code: "not-you" });
  expect((await open("门岗甲")).status).toBe(200);
  const payment = { payment: "pay-00000001", bill: "bill-0001", method: "cash", amount_fen: 100 };
  expect((await guard.pay("out", { ...payment, collector: "物业经理" })).body).toMatchObject({ code: "not-you" });
  const post = (path: string, body: object) => guard.ask(`/api/v1${path}`, { method: "POST", body: JSON.stringify(body) });
  expect((await post("/shifts", { person: "门岗乙" })).body).toMatchObject({ code: "not-you" });
  expect((await post("/shifts", { person: "门岗甲" })).status).toBe(200);
});

test("a lane is held open when another person, a manager, approves with a token of his own", async () => {
  const hold = (approver: string, header?: string) =>
    as("guard").ask("/api/v1/lanes/in/mode", {
      method: "POST",
      headers: header === undefined ? {} : { "x-approver-authorization": header },
      body: JSON.stringify({ mode: "held-open", person: "门岗甲", approver, reason: "搬家", minutes: 10 }),
    });
  const refused: [string, string?][] = [
    ["物业经理"],
    ["物业经理", `Bearer ${token("guard")}`],
    ["物业经理", `Bearer ${token("second")}`],
    ["安装工", `Bearer ${token("installer")}`],
    ["门岗甲", `Bearer ${token("guard")}`],
    ["物业经理", `Bearer ${boothToken}`],
    ["物业经理", "Bearer nonsense"],
  ];
  for (const [approver, header] of refused) expect((await hold(approver, header)).body).toMatchObject({ code: "no-approver" });
  expect((await booth(site, boothToken).ask("/api/v1/lanes/in")).body).toMatchObject({ mode: "normal" });
  expect(await hold("物业经理", `Bearer ${token("manager")}`)).toMatchObject({ status: 200, body: { mode: "held-open" } });
});
