// How `cuobian sim fault …` in another terminal finds the simulators: --control, the environment, or the file that `sim run` wrote.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const controlFile = (): string => join(tmpdir(), "cuobian-sim.json");

export interface ControlNote {
  readonly control: string;
  readonly pid: number;
}

/** Renamed into place: a reader never sees half of it, and a link that somebody put there is replaced, not followed. */
export function writeControlNote(note: ControlNote): void {
  const fresh = `${controlFile()}.${note.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(note)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(fresh, controlFile());
}

export function readControlNote(): ControlNote | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(controlFile(), "utf8"));
    if (typeof note !== "object" || note === null || !("control" in note) || !("pid" in note)) return undefined;
    return typeof note.control === "string" && typeof note.pid === "number" ? { control: note.control, pid: note.pid } : undefined;
  } catch {
    return undefined;
  }
}

/** Only our own note: another simulator may have started since. */
export function removeControlNote(pid: number): void {
  if (readControlNote()?.pid === pid) rmSync(controlFile(), { force: true });
}

export const findControl = (given: string | undefined): string | undefined =>
  given ?? process.env.CUOBIAN_SIM ?? readControlNote()?.control;

export type Called =
  | { readonly kind: "answer"; readonly body: unknown }
  | { readonly kind: "refused"; readonly words: string }
  | { readonly kind: "unreachable"; readonly words: string };

export async function callControl(control: string, path: string, body?: unknown): Promise<Called> {
  const url = `${control.replace(/\/+$/, "")}${path}`;
  let response: Response;
  try {
    response = await fetch(
      url,
      body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
    );
  } catch {
    return { kind: "unreachable", words: `无法连接模拟器 / no simulator at ${url}; cuobian sim run` };
  }
  const text = await response.text();
  let parsed: unknown = text;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Not JSON: said as it came.
  }
  if (response.ok) return { kind: "answer", body: parsed };
  const said = typeof parsed === "object" && parsed !== null && "title" in parsed && "detail" in parsed ? parsed : undefined;
  return { kind: "refused", words: said === undefined ? `${response.status} ${text}` : `${said.title} / ${said.detail}` };
}
