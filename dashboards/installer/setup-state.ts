// What the page of the first run knows: who may ask, which step, what was typed and not yet sent, what was refused.
import type { SetupReached, SetupScan, SetupState, SetupStep, SetupTested } from "#protocols/api/setup.ts";
import type { Said, SetupApi } from "./setup-api.ts";
import { en, type Words, zh } from "./setup-words.ts";

export const steps: readonly SetupStep[] = ["identity", "network", "cloud", "device", "finish"];

export interface State {
  api: SetupApi | undefined;
  words: Words;
  step: SetupStep;
  known: SetupState | undefined;
  /** As it stands in the fields; kept over a change of language. */
  typed: Record<string, string>;
  wrong: string;
  busy: boolean;
  reached: SetupReached | undefined;
  scan: SetupScan | undefined;
  tested: SetupTested | undefined;
  /** Where the gateway's own page will stand. */
  done: string | undefined;
}

export const state: State = {
  api: undefined,
  words: zh,
  step: "identity",
  known: undefined,
  typed: {},
  wrong: "",
  busy: false,
  reached: undefined,
  scan: undefined,
  tested: undefined,
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
  const one = found[name];
  return one === undefined ? (usual[name] as string | undefined) || "" : String(one);
}

const usual: Readonly<Record<string, string>> = {
  ...{ gateway: "gw-1", address: "0.0.0.0", pagePort: "7310", kind: "serial", host: "192.168.1.20", port: "502" },
  ...{ baud: "9600", parity: "none", stop_bits: "1", unit: "1", limits: "e-bike-4a", profile: "stations/ten-socket" },
};
