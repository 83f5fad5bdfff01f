// A GPIO line of the machine, by the kernel's own files: a tree that looks like them is bound over /sys/class in a mount namespace of the program's own, and real files change.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counted } from "../promise.ts";
import { repository } from "../world/program.ts";

const made = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /sys/class && exec "$@"'] as const;

/** As a kernel of 6.6 shows it: the chip's lines begin at 512. */
function fakeClass(): string {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-gpio-"));
  const put = (path: string, text: string): void => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [chip, label, base] of [
    ["gpiochip0", "another-chip", "0"],
    ["gpiochip512", "pinctrl-test", "512"],
  ] as const) {
    put(`gpio/${chip}/label`, `${label}\n`);
    put(`gpio/${chip}/base`, `${base}\n`);
    put(`gpio/${chip}/ngpio`, "54\n");
  }
  put("gpio/export", "");
  put("gpio/gpio529/direction", "in\n");
  put("gpio/gpio529/value", "");
  return folder;
}

const possible = spawnSync(made[0], [...made.slice(1), fakeClass(), "true"]).status === 0;

test.skipIf(!possible)(
  "P 06.gpio: a pulse on a line of the machine changes real files, begins open, and an off that failed is tried again",
  (context) => {
    let pulses = 0;
    for (const activeLow of ["high", "low"])
      for (const fails of ["", "fails"]) {
        const folder = fakeClass();
        const child = spawnSync(
          made[0],
          [...made.slice(1), folder, process.execPath, join(repository, "test/children/gpio-gate.ts"), activeLow, fails],
          {
            encoding: "utf8",
            timeout: 20_000,
          },
        );
        expect([child.stderr, child.status]).toEqual(["", 0]);
        const [rests, closed] = activeLow === "low" ? ["1", "0"] : ["0", "1"];
        expect(JSON.parse(child.stdout)).toEqual({ outcome: "done", seen: [rests, closed, rests] });
        // Seen from outside the namespace: the files themselves.
        const file = (name: string): string => readFileSync(join(folder, "gpio/gpio529", name), "utf8");
        expect([file("direction"), file("value")]).toEqual([activeLow === "low" ? "high" : "low", rests]);
        rmSync(folder, { recursive: true, force: true });
        pulses += 1;
      }
    counted(context, { pulses, "chips to choose from": 2 });
  },
);
