// A GPIO line of the machine, by the kernel's own files: a tree that looks like them is bound over /sys/class in a mount namespace of the program's own, and real files change.
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandPath } from "../debian.ts";
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
  put("gpio/gpio529/active_low", "1\n");
  put("gpio/gpio529/value", "");
  return folder;
}

const possible = spawnSync(made[0], [...made.slice(1), fakeClass(), "true"]).status === 0;

test.skipIf(!possible)(
  "P 06.gpio: a pulse by onoff on a line of the machine changes real files, begins open, and an off that failed is tried again",
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
        expect([file("direction"), file("value"), file("active_low")]).toEqual([activeLow === "low" ? "high" : "low", rests, "0"]);
        rmSync(folder, { recursive: true, force: true });
        pulses += 1;
      }
    counted(context, { pulses, "chips to choose from": 2 });
  },
);

/** What the kernel would fill in, laid over every answer: the chip's label and its 54 lines, and a descriptor for the line. */
function kernelAnswer(fd: number): string {
  const bytes = Buffer.alloc(592);
  bytes.write("pinctrl-test", 32, "latin1");
  bytes.writeUInt32LE(54, 64);
  bytes.writeInt32LE(fd, 588);
  return bytes.toString("hex");
}

const strace = commandPath("strace");
test.skipIf(!possible || strace === undefined)(
  "P 06.gpio: without /sys/class/gpio the character device is asked, as a tracer that knows the kernel's structures reads it",
  (context) => {
    let orders = 0;
    for (const activeLow of ["high", "low"]) {
      const folder = mkdtempSync(join(tmpdir(), "cuobian-gpio-"));
      const [chip, line, seen] = [join(folder, "gpiochip3"), join(folder, "line"), join(folder, "seen")];
      for (const path of [chip, line]) writeFileSync(path, "");
      const held = openSync(line, "r+");
      const inject = `inject=ioctl:retval=0:poke_exit=@arg3=${kernelAnswer(9)}`;
      // -D: the tracer is a child of its own; the program's exit is the program's.
      const tracer = [strace ?? "", "-D", "-f", "-qq", "-y", "-v", "-o", seen, "-P", chip, "-P", line, "-e", "trace=ioctl", "-e", inject];
      const program = [process.execPath, join(repository, "test/children/gpio-character.ts"), folder, activeLow];
      const nothing = mkdtempSync(join(tmpdir(), "cuobian-class-"));
      const child = spawnSync(made[0], [...made.slice(1), nothing, ...tracer, ...program], {
        encoding: "utf8",
        timeout: 20_000,
        stdio: ["ignore", "pipe", "pipe", "ignore", "ignore", "ignore", "ignore", "ignore", "ignore", held],
      });
      closeSync(held);
      expect([child.stderr, child.status]).toEqual(["", 0]);
      expect(JSON.parse(child.stdout)).toEqual({ prepared: "done", outcome: "done", stuck: false });
      const asked = readFileSync(seen, "utf8")
        .split("\n")
        .filter((row) => row.includes("ioctl("));
      expect(asked.map((row) => /[A-Z_0-9]+_IOCTL/.exec(row)?.[0])).toEqual([
        "GPIO_GET_CHIPINFO_IOCTL",
        "GPIO_V2_GET_LINE_IOCTL",
        ...Array<string>(4).fill("GPIO_V2_LINE_SET_VALUES_IOCTL"),
      ]);
      const request = asked[1] ?? "";
      expect(request).toContain("offsets=[17]");
      expect(request).toContain('consumer="cuobian gate"');
      expect(request).toContain(
        activeLow === "low" ? "flags=GPIO_V2_LINE_FLAG_ACTIVE_LOW|GPIO_V2_LINE_FLAG_OUTPUT" : "flags=GPIO_V2_LINE_FLAG_OUTPUT",
      );
      expect(asked.slice(2).map((row) => /bits=(\S+?)[,}]/.exec(row)?.[1])).toEqual(["0", "0", "0x1", "0"]);
      rmSync(folder, { recursive: true, force: true });
      rmSync(nothing, { recursive: true, force: true });
      orders += asked.length;
    }
    counted(context, { orders, "levels that close": 2 });
  },
);
