// The demonstration's page in the browser of whoever sits in front of this machine: only at a terminal with a screen beside it, and never as more than a convenience.
import { spawn } from "node:child_process";

/** undefined: nobody would see it. */
export function openerFor(
  platform: NodeJS.Platform,
  { terminal, env }: { readonly terminal: boolean; readonly env: Readonly<Record<string, string | undefined>> },
): string | undefined {
  if (!terminal || env.CI !== undefined || env.SSH_CONNECTION !== undefined) return undefined;
  if (platform === "darwin") return "open";
  if (platform !== "linux") return undefined;
  return (env.DISPLAY ?? "") !== "" || (env.WAYLAND_DISPLAY ?? "") !== "" ? "xdg-open" : undefined;
}

/** true: it was asked for. A machine without the program shows the address alone. */
export function openInBrowser(address: string): boolean {
  const opener = openerFor(process.platform, { terminal: process.stdout.isTTY === true, env: process.env });
  if (opener === undefined) return false;
  const child = spawn(opener, [address], { stdio: "ignore", detached: true });
  child.once("error", () => undefined);
  child.unref();
  return true;
}
