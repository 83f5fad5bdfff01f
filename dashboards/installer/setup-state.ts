// What the page of the first run knows: who may ask, which step, what was typed and not yet sent, what was refused.
import type { SetupReached, SetupScan, SetupState, SetupStep, SetupTested } from "#protocols/api/setup.ts";
import type { SetupCameras } from "#protocols/api/setup-lanes.ts";
import type { Said, SetupApi } from "./setup-api.ts";
import { en, type Words, zh } from "./setup-words.ts";

export const mostLanes = 8;
export const steps: readonly SetupStep[] = ["identity", "network", "cloud", "device", "lanes", "finish"];

export interface State {
  api: SetupApi | undefined;
  words: Words;
  step: SetupStep;
  /** Come here from the last step to mend what it refused: what is saved leads back to it. */
  mending: boolean;
  /** Where the eyes belong after the next drawing: at the begin of a step, or at what is wrong in it. */
  look: "step" | "wrong" | undefined;
  known: SetupState | undefined;
  /** As it stands in the fields; kept over a change of language. */
  typed: Record<string, string>;
  wrong: string;
  busy: boolean;
  reached: SetupReached | undefined;
  scan: SetupScan | undefined;
  /** Another gateway's place is being taken, in the place of the steps. */
  restoring: boolean;
  tested: SetupTested | undefined;
  /** Who has pushed so far. */
  cameras: SetupCameras | undefined;
  /** Where the gateway's own page will stand. */
  done: string | undefined;
}

export const state: State = {
  api: undefined,
  words: zh,
  step: "identity",
  mending: false,
  look: undefined,
  known: undefined,
  typed: {},
  wrong: "",
  busy: false,
  reached: undefined,
  scan: undefined,
  restoring: false,
  tested: undefined,
  cameras: undefined,
  done: undefined,
};

export const inWords = ({ zh: chinese, en: english }: Said): string => (state.words === zh ? chinese : english);

export function setLanguage(english: boolean): void {
  state.words = english ? en : zh;
  document.documentElement.lang = english ? "en" : "zh-CN";
  document.title = `${state.words.title} · ${state.words.brand}`;
}

export const isDark = (): boolean => document.documentElement.dataset.theme === "dark";
export function setTheme(dark: boolean): void {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

const questions: Readonly<Partial<Record<SetupStep, readonly string[]>>> = {
  identity: ["site", "gateway", "name", "token"],
  network: ["address", "pagePort"],
  cloud: ["cloudless", "page", "broker", "code"],
  device: ["kind", "path", "host", "port", "baud", "parity", "stop_bits", "profile", "unit", "device", "limits"],
};
/** Of lot and lanes there are as many as somebody adds. */
export const stepAsking = (name: string): SetupStep => steps.find((step) => (questions[step] || []).includes(name)) || "lanes";

/** What the gateway calls otherwise than its page, and what belongs to a whole step. */
const complained: Readonly<Record<string, SetupStep>> = { host: "network", port: "network", line: "device" };
export const stepOfComplaint = (field: string): SetupStep => complained[field] || stepAsking(field);

export function goTo(step: SetupStep, look: State["look"] = "step"): void {
  Object.assign(state, { step, look, wrong: "" });
}

/** What was typed, else what was answered before, else what usually stands there. */
export function value(name: string): string {
  const typed = state.typed[name];
  if (typed !== undefined) return typed;
  const known = state.known;
  if (known === undefined) return "";
  const { answers } = known;
  const line = answers.line === undefined || answers.line === null ? {} : (answers.line as unknown as Record<string, string | number>);
  const device = answers.device === undefined || answers.device === null ? undefined : answers.device;
  const cloud = answers.cloud === undefined || answers.cloud === null ? undefined : answers.cloud;
  const found: Record<string, string | number | undefined> = {
    ...{ site: answers.site, gateway: answers.gateway, name: answers.name, address: answers.host, pagePort: answers.port },
    ...{ page: cloud === undefined ? undefined : cloud.page, broker: cloud === undefined ? undefined : cloud.broker },
    cloudless: answers.cloud === null ? "yes" : "",
    ...line,
    ...(device === undefined ? {} : { profile: device.profile, unit: device.unit, device: device.name, limits: device.limits }),
  };
  const one = found[name] === undefined ? parkingSaid(name) : found[name];
  return one === undefined ? (usual[name] as string | undefined) || "" : String(one);
}

/** Of lot and lanes; of the third lane "2.serialno", and as a beginning what usually stands there. */
function parkingSaid(name: string): string | number | undefined {
  const { answers } = state.known === undefined ? { answers: {} as SetupState["answers"] } : state.known;
  const lanes = answers.lanes === undefined ? [] : answers.lanes;
  if (name === "lanes") return lanes.length;
  const [, number, field] = /^(\d+)\.(\w+)$/.exec(name) || [];
  if (number !== undefined && field !== undefined) {
    const lane = lanes[Number(number)] as Readonly<Record<string, string | number>> | undefined;
    return lane === undefined || lane[field] === undefined ? usualLane[field] : lane[field];
  }
  const { lot } = answers;
  if (lot === undefined || lot === null) return undefined;
  if (name === "tariff") return lot.tariff === null ? "" : lot.tariff;
  return { lotName: lot.name, capacity: lot.capacity, tariffLater: lot.tariff === null ? "yes" : "" }[name];
}

const usualLane: Readonly<Record<string, string | number>> = {
  ...{
    direction: "entry",
    protocol: "vzenith-http",
    address: "",
    profile: "barriers/loop-board",
    host: "192.168.1.30",
    port: 502,
    unit: 1,
  },
};

const usual: Readonly<Record<string, string>> = {
  ...{ gateway: "gw-1", address: "0.0.0.0", pagePort: "7310", kind: "serial", host: "192.168.1.20", port: "502" },
  ...{ baud: "9600", parity: "none", stop_bits: "1", unit: "1", limits: "e-bike-4a", profile: "stations/ten-socket", capacity: "100" },
};
