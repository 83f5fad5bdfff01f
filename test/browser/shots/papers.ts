// What is printed or sent: every kind of paper of the ledger, one that was issued and numbered, and the notice of a vote. Each of a row of the demonstration for which it is due.
import type { APIRequestContext } from "playwright-core";
import { type PaperKind, paperKinds } from "#cloud/ledger/papers/papers.ts";
import type { Camera } from "./looks.ts";
import { newPage, type OpenPlaces, see } from "./open.ts";

type Places = Pick<OpenPlaces, "browser" | "demo" | "routes">;
const ours = { "x-cuobian": "1" };
const vote = "业主表决 演示〔2026〕2 号";

interface Asking {
  readonly url: string;
  readonly request: APIRequestContext;
}
const become = ({ url, request }: Asking, person: string) => request.post(`${url}/api/v1/session`, { data: { person }, headers: ours });

/** Of the ledger's rows the first for which this kind is made. */
async function paperAt({ url, request }: Asking, kind: PaperKind): Promise<string | undefined> {
  for (const person of ["street", "bureau", "community"]) {
    await become({ url, request }, person);
    for (const query of ["list=overdue", "list=to-inspect", "list=listed", "state=已销号", "list=open"]) {
      const found = await request.get(`${url}/api/v1/hazards?${query}&matter=hazard&limit=3`);
      for (const { id } of ((await found.json()) as { items: { id: string }[] }).items) {
        const address = `${url}/api/v1/hazards/${id}/paper?kind=${kind}`;
        if ((await request.get(address)).ok()) return address;
      }
    }
  }
  return undefined;
}

async function issuedAt({ url, request }: Asking): Promise<string | undefined> {
  await become({ url, request }, "street");
  const known = async () =>
    ((await (await request.get(`${url}/api/v1/ledger/papers?limit=1`)).json()) as { items: { id: string }[] }).items[0]?.id;
  if ((await known()) === undefined) {
    const rows = await request.get(`${url}/api/v1/hazards?list=overdue&matter=hazard&limit=5`);
    for (const { id } of ((await rows.json()) as { items: { id: string }[] }).items)
      if ((await request.post(`${url}/api/v1/hazards/${id}/papers`, { data: { kind: "notice" }, headers: ours })).ok()) break;
  }
  const id = await known();
  return id === undefined ? undefined : `${url}/api/v1/ledger/papers/${id}`;
}

/** A dispute that was settled: reported, written down, and its agreement printed. */
async function agreedAt({ url, request }: Asking): Promise<string | undefined> {
  await become({ url, request }, "street");
  const words = { place: "3 栋 2 单元", category: "邻里", zh: "电动自行车停放占用公共走道的纠纷" };
  const data = { site: "jinxiu", matter: "mediation", source: "群众上报", ...words };
  const made = (await (await request.post(`${url}/api/v1/hazards`, { data, headers: ours })).json()) as { id?: string };
  const parties = [
    { name: "业主甲（演示）", side: "申请人" },
    { name: "业主乙（演示）", side: "被申请人" },
  ];
  const agreement = "乙方三日内将车辆移入充电棚；甲方撤回投诉。";
  const said = { parties, agreement, outcome: "达成协议", confidential: false };
  const written = await request.post(`${url}/api/v1/hazards/${made.id}/mediation`, { data: said, headers: ours });
  return written.ok() ? `${url}/api/v1/hazards/${made.id}/mediation/agreement` : undefined;
}

type Way = (asking: Asking) => Promise<readonly (readonly [name: string, address: string | undefined])[]>;
const ways: Readonly<Record<string, Way>> = {
  "/api/v1/hazards/:id/paper": (asking) =>
    Promise.all(paperKinds.map(async (kind) => [`paper-${kind}`, await paperAt(asking, kind)] as const)),
  "/api/v1/ledger/papers/:id": async (asking) => [["paper-issued", await issuedAt(asking)]],
  "/api/v1/hazards/:id/mediation/agreement": async (asking) => [["paper-agreement", await agreedAt(asking)]],
  "/api/v1/fund/notice": async (asking) => {
    await become(asking, "owners");
    return [["paper-vote", `${asking.url}/api/v1/fund/notice?site=jinxiu&number=${encodeURIComponent(vote)}`]];
  },
};

export async function shootPapers(camera: Camera, places: Places): Promise<void> {
  if (!camera.wanted("paper")) return;
  const { one } = camera;
  if (one.world !== undefined) {
    for (const kind of [...paperKinds, "issued", "vote", "agreement"])
      camera.none(`paper-${kind}`, "a paper is made of what is there: without it there is none");
    return;
  }
  const page = await newPage(camera, places);
  const asking = { url: places.demo.url(), request: page.context().request };
  for (const route of places.routes.papers) {
    const way = ways[route];
    if (way === undefined) {
      camera.wrong(`${route}: no picture, nothing says in test/browser/shots how it is gone to`);
      continue;
    }
    for (const [name, address] of await way(asking))
      if (address === undefined) camera.wrong(`${name} ${one.name}: the demonstration has no row of which it is made`);
      else await see(camera, page, { name, address });
  }
  await page.context().close();
}
