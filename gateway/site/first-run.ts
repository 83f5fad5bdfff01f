// The first run: a gateway without a site file serves the page that makes one, and starts with it. Every answer is kept beside the file as soon as it is right, so that a person may come back to it.
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join, resolve } from "node:path";
import {
  type SetupAnswers,
  type SetupComplaint,
  type SetupGiven,
  type SetupReached,
  type SetupStep,
  setupSteps,
} from "#protocols/api/setup.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import { writeWhole } from "../config/documents/folder.ts";
import { type Draft, draftComplaints, draftFiles, draftText } from "../config/draft.ts";
import { readyLimits } from "../config/limits-file.ts";
import { loadProfile, profileNames } from "../config/profiles.ts";
import { type SetupDoor, serveSetup } from "../console/setup/server.ts";
import { shortestToken } from "../console/token.ts";
import { parseTariff } from "../tariff/file.ts";
import { askCloud, enrolWithCode } from "../uplink/enrol.ts";
import { lifeOf, readIdentity } from "../uplink/identity.ts";
import { machineClock } from "../world/clock.ts";
import { ownAddresses } from "../world/own-addresses.ts";
import { restoringTo } from "./restoring.ts";

/** Letters and digits that nobody takes for another. */
const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const codeLength = 12;
const reachWithin_ms = 5_000;
const healthPath = "/healthz";
/** Arms that were opened by hand before there was a journal. */
const openingsFile = "setup-openings.jsonl";

interface Kept {
  readonly answers: SetupAnswers;
  readonly given: readonly SetupStep[];
  readonly token?: string | undefined;
}

/** Which questions belong to which step; of a lane each by its number and name. */
const belongs = (step: SetupStep, field: string): boolean =>
  step === "lanes" ? /^(\d+\.\w+|lanes|lot|lotName|capacity)$/.test(field) : fieldsOf[step].includes(field);
const fieldsOf: Readonly<Record<Exclude<SetupStep, "lanes">, readonly string[]>> = {
  identity: ["site", "gateway", "name", "token"],
  network: ["host", "port"],
  cloud: ["page", "broker"],
  device: ["line", "device", "unit", "profile", "limits"],
  finish: [],
};

export interface FirstRun {
  readonly http: string;
  /** Read from the terminal, or from this file. */
  readonly code: string;
  readonly codeFile: string;
  /** The file is written. */
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

export async function firstRun(config: string, at: { readonly host: string; readonly port: number }): Promise<FirstRun> {
  const path = resolve(config);
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const codeFile = join(folder, "setup-code");
  const code = keptCode(codeFile);
  const done = Promise.withResolvers<void>();
  const door = setupDoor({ path, folder, at, finished: () => done.resolve() });
  const server = await serveSetup({ ...at, code, door });
  const finished = done.promise.then(async () => {
    // The answer is still on its way to the page.
    await new Promise((gone) => setTimeout(gone, 200));
    await server.stop();
    rmSync(codeFile, { force: true });
  });
  const inGroups = code.replace(/(.{4})(?=.)/g, "$1-");
  return { http: server.http, code: inGroups, codeFile, finished, stop: server.stop };
}

/** The same one until the setup is over: a label may have been printed. */
function keptCode(file: string): string {
  try {
    const kept = readFileSync(file, "utf8").trim().replaceAll("-", "");
    if (kept.length === codeLength) return kept;
  } catch {
    // none yet
  }
  const code = [...randomBytes(codeLength)].map((byte) => letters[byte % letters.length]).join("");
  writeWhole(file, `${code.replace(/(.{4})(?=.)/g, "$1-")}\n`);
  return code;
}

interface DoorParts {
  readonly path: string;
  readonly folder: string;
  readonly at: { readonly host: string; readonly port: number };
  readonly finished: () => void;
}

function setupDoor({ path, folder, at, finished }: DoorParts): SetupDoor {
  const models = modelsHere();
  const isStation = (id: string): boolean => models.get(id)?.switching !== undefined;
  const draftFile = join(folder, "setup.json");
  const clock = machineClock();
  const restoring = restoringTo(path);
  let kept: Kept = readKept(draftFile);
  const identityFile = resolve(folder, draftFiles.identity);
  const draftOf = (answers: SetupAnswers): Draft => ({ host: at.host, port: at.port, ...answers }) as Draft;
  const keep = (next: Kept): void => {
    kept = next;
    writeWhole(draftFile, `${JSON.stringify(next)}\n`);
  };
  const complaintsOf = (answers: SetupAnswers, step?: SetupStep): SetupComplaint[] =>
    draftComplaints(draftOf(answers), path, isStation)
      .filter(({ field }) => step === undefined || belongs(step, field))
      // Of a question that is wrong in two places the first word is enough.
      .filter(({ field }, at, all) => all.findIndex((one) => one.field === field) === at);

  return {
    give({ step, answers, token }: SetupGiven) {
      const next = { ...kept.answers, ...answers };
      const wrong = [...complaintsOf(next, step), ...tokenComplaints(step, token, kept.token), ...lotComplaints(step, next)];
      if (wrong.length > 0) return wrong;
      keep({ answers: next, given: [...new Set([...kept.given, step])], token: token === undefined || token === "" ? kept.token : token });
      return [];
    },
    state: () => ({
      step: setupSteps.find((step) => step === "finish" || !kept.given.includes(step)) ?? "finish",
      answers: kept.answers,
      token_set: kept.token !== undefined,
      enrolled_until: enrolledUntil(identityFile),
      machine: { now: toRfc3339(clock.wall()), clock_true: clock.stamp().synchronised, addresses: addressesHere(), serial: serialPorts() },
      profiles: [...models].map(([id, profile]) => ({
        id,
        name: nameOf(profile),
        station: isStation(id),
        barrier: profile.kind === "barrier",
      })),
      limits: readyLimits(),
      file: draftText(draftOf(kept.answers), isStation),
    }),
    reach: async ({ page, broker }): Promise<SetupReached> => {
      const [pageReached, brokerReached] = await Promise.all([reachPage(page), reachBroker(broker)]);
      return { page: pageReached, broker: brokerReached };
    },
    async enrol(code): Promise<Refusal | undefined> {
      const { site, gateway, cloud } = kept.answers;
      if (site === undefined || gateway === undefined || cloud === undefined || cloud === null)
        return refusal("not-yet", "先填写站点、网关编号与云端地址", "first say site, gateway and the cloud's address");
      try {
        const enrolled = await enrolWithCode({ ...{ site, gateway, code, file: identityFile }, ask: askCloud(cloud.page) });
        return "kind" in enrolled ? enrolled : undefined;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return refusal("unreachable", `连不上云端：${why}`, `the cloud cannot be reached: ${why}`);
      }
    },
    model: (id) => models.get(id),
    writeOpening({ host, port, unit }) {
      const line = JSON.stringify({ at: toRfc3339(clock.wall()), opened: "barrier", host, port, unit, by: "setup code" });
      appendFileSync(join(folder, openingsFile), `${line}\n`, { mode: 0o600, flush: true });
      process.stderr.write(`首次设置：试开道闸 / first run: an arm is opened for a test: ${host}:${port}/${unit}\n`);
    },
    restore: {
      ...restoring,
      apply() {
        const done = restoring.apply(clock.wall());
        if ("kind" in done) return done;
        rmSync(draftFile, { force: true });
        finished();
        return { page: "/installer", file: done.file };
      },
    },
    finish() {
      const wrong = [
        ...complaintsOf(kept.answers),
        ...tokenComplaints("identity", undefined, kept.token),
        ...lotComplaints("lanes", kept.answers),
      ];
      const missing = (["site", "gateway", "name"] as const).filter((field) => kept.answers[field] === undefined);
      const unsaid = missing.map((field): SetupComplaint => ({ field, zh: "还没有填写", en: "not answered yet" }));
      if (wrong.length + unsaid.length > 0) return { complaints: [...unsaid, ...wrong] };
      // What the file names is there before the file is: whoever sees it can begin with it.
      writeWhole(resolve(folder, draftFiles.token), `${kept.token}\n`);
      const password = resolve(folder, draftFiles.password);
      if (!existsSync(password)) writeWhole(password, `${randomBytes(24).toString("base64url")}\n`);
      const tariff = kept.answers.lot?.tariff;
      if (tariff !== undefined && tariff !== null) writeWhole(resolve(folder, draftFiles.tariff), tariff);
      writeWhole(path, draftText(draftOf(kept.answers), isStation));
      rmSync(draftFile, { force: true });
      finished();
      return { page: "/installer", file: path };
    },
  };
}

/** A lot without lanes is nobody's, lanes without a lot lead nowhere; and a tariff is one, or none yet. */
function lotComplaints(step: SetupStep, { lot, lanes = [] }: SetupAnswers): SetupComplaint[] {
  if (step !== "lanes" || lot === undefined || lot === null) return [];
  if (lanes.length === 0) return [{ field: "lanes", zh: "至少添加一条车道，或跳过这一步", en: "add a lane at least, or skip this step" }];
  if (lot.tariff === null) return [];
  const tariff = parseTariff(lot.tariff, "tariff.yaml");
  return "complaints" in tariff
    ? tariff.complaints.slice(0, 1).map(({ line, zh, en }) => ({ field: "tariff", zh: `第 ${line} 行：${zh}`, en: `line ${line}: ${en}` }))
    : [];
}

function tokenComplaints(step: SetupStep, given: string | undefined, known: string | undefined): SetupComplaint[] {
  if (step !== "identity" || (given === undefined && known !== undefined) || (given === "" && known !== undefined)) return [];
  const token = given ?? "";
  if (token.length >= shortestToken && !/\s/.test(token)) return [];
  return [
    {
      field: "token",
      zh: `现场口令至少 ${shortestToken} 个字符，不含空格；可以粘贴，也可以点“生成”`,
      en: `the token has at least ${shortestToken} characters and no spaces; paste one, or let one be made`,
    },
  ];
}

function readKept(file: string): Kept {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Kept;
  } catch {
    return { answers: {}, given: [] };
  }
}

const enrolledUntil = (file: string): string | null => {
  const identity = readIdentity(file);
  return identity === undefined ? null : new Date(lifeOf(identity).until).toISOString();
};

function modelsHere(): Map<string, Profile> {
  return new Map(
    profileNames().flatMap((id): [string, Profile][] => {
      const profile = loadProfile(id);
      return profile.kind === "no-profile" ? [] : [[id, profile]];
    }),
  );
}
const nameOf = ({ maker, model }: Profile): string => `${maker} ${model}`;

function addressesHere(): { name: string; address: string }[] {
  return ownAddresses()
    .filter(({ internal }) => !internal)
    .map(({ name, address }) => ({ name, address }));
}

/** By their lasting names first; a name that a port has only until the next plugging comes after them. */
function serialPorts(): string[] {
  const named = list("/dev/serial/by-id").map((name) => `/dev/serial/by-id/${name}`);
  return [
    ...named,
    ...list("/dev")
      .filter((name) => /^tty(USB|ACM|AMA|S)\d+$/.test(name))
      .map((name) => `/dev/${name}`),
  ];
}
function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

const why = (error: unknown): { zh: string; en: string } => {
  const text = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
  return { zh: `连不上：${text}`, en: `cannot be reached: ${text}` };
};

async function reachPage(page: string): Promise<SetupReached["page"]> {
  const began = performance.now();
  try {
    const answer = await fetch(new URL(healthPath, page), { redirect: "error", signal: AbortSignal.timeout(reachWithin_ms) });
    await answer.arrayBuffer();
    return answer.ok
      ? { ms: Math.round(performance.now() - began) }
      : {
          zh: `有应答，但不是厝边云或它有故障（${answer.status}）`,
          en: `it answers, but is no Cuobian cloud or has a fault (${answer.status})`,
        };
  } catch (error) {
    return why(error);
  }
}

function reachBroker(broker: string): Promise<SetupReached["broker"]> {
  const began = performance.now();
  let place: URL;
  try {
    place = new URL(broker);
  } catch {
    return Promise.resolve({ zh: "写作 mqtts://主机:8883", en: "say mqtts://HOST:8883" });
  }
  const port = Number(place.port) || (place.protocol === "mqtts:" ? 8_883 : 1_883);
  return new Promise((resolve) => {
    const socket = connect({ host: place.hostname.replace(/^\[|\]$/g, ""), port });
    const end = (said: SetupReached["broker"]): void => {
      socket.destroy();
      resolve(said);
    };
    socket.setTimeout(reachWithin_ms, () => end({ zh: "没有应答", en: "no answer" }));
    socket.once("connect", () => end({ ms: Math.round(performance.now() - began) }));
    socket.once("error", (error) => end(why(error)));
  });
}
