// A phone at a parking site: the real pages over HTTP, and the sandbox of payments, over HTTP too.
import { expect } from "vitest";
import { type Sandbox, startSandbox } from "#sim/payments/sandbox.ts";
import { type ParkingOptions, type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { mine, quickScene, type Scene } from "./at-the-lane.ts";

const secret = "sandbox-secret-for-tests";
let site: ParkingSite | undefined;
let sandbox: Sandbox | undefined;
/** What was begun ends. */
export async function phoneEnds(): Promise<void> {
  await sandbox?.stop();
  await site?.stop();
  sandbox = undefined;
  site = undefined;
}

export interface OnPhone extends Scene {
  readonly site: ParkingSite;
  /** A page as a phone sees it. */
  see(path: string, form?: Record<string, string>, cookie?: string): Promise<{ status: number; text: string; headers: Headers }>;
  /** Asks, and chooses to pay: the charge's name. */
  asksToPay(plate?: string): Promise<string>;
  /** From a page that shows what is owed. */
  paying(text: string): Promise<string>;
  /** What the driver presses at the provider. */
  presses(charge: string, act: "yes" | "no"): Promise<void>;
  /** The provider tells this charge's fate to where the site really listens. */
  tellsHere(charge: string): void;
  /** What the provider was asked to give back of it. */
  refunds(charge: string): number[];
  credits(): number;
}

export async function onPhone(
  options: { mute?: boolean; asks?: number; unlicensed?: boolean; parking?: Partial<ParkingOptions> } = {},
): Promise<OnPhone> {
  const provider = await startSandbox({ secret, port: 0, tellAgain_ms: 20, mute: options.mute ?? false });
  sandbox = provider;
  let http = "";
  const started = await startParkingSite({
    console: true,
    ...options.parking,
    files: { "sandbox.secret": secret },
    payments: {
      sandbox: { base: provider.url, secret_file: "./sandbox.secret", notify_url: "http://127.0.0.1:9/pay/notify/sandbox" },
      page: {
        address: "http://127.0.0.1:9",
        telephone: "0595-12345678",
        ...(options.asks === undefined ? {} : { asks: options.asks }),
        ...(options.unlicensed ? { unlicensed: true } : {}),
      },
    },
  });
  site = started;
  http = started.http();
  await started.goOn(1_000);
  const see: OnPhone["see"] = async (path, form, cookie) => {
    const answer = await fetch(`${http}${path}`, {
      redirect: "manual",
      headers: cookie === undefined ? {} : { cookie },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  // The sandbox tells the address that it was given; a test's port is known only now.
  const tellsHere = (charge: string): void =>
    void Object.assign(provider.charges.get(charge) as object, { notify_url: `${http}/pay/notify/sandbox` });
  const paying: OnPhone["paying"] = async (text) => {
    const visit = /name="visit" value="([^"]+)"/.exec(text)?.[1] ?? "";
    const { headers, status } = await see("/pay/charge", { visit, method: "sandbox" });
    expect(status).toBe(200);
    const charge = headers.get("x-cuobian-charge") ?? "";
    tellsHere(charge);
    return charge;
  };
  return {
    ...quickScene(started),
    site: started,
    see,
    async asksToPay(plate = mine) {
      const { text } = await see("/pay", { plate });
      return paying(text);
    },
    paying,
    async presses(charge, act) {
      await fetch(`${provider.url}/pay/${charge}/${act}`, { method: "POST", redirect: "manual" });
    },
    tellsHere,
    refunds: (charge) => [...(provider.charges.get(charge)?.refunds.values() ?? [])],
    credits: () => started.events("visit.paid").length,
  };
}
export const due = (text: string): number => Number(/data-due="(\d+)"/.exec(text)?.[1] ?? Number.NaN);
