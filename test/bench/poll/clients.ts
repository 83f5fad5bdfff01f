// Who polls: each in a process of its own, one after the other, on the same slaves.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

export interface Measured {
  readonly reads: number;
  readonly wrong: number;
  readonly seconds: number;
  readonly cpu_us: number;
}
export interface Client {
  readonly name: string;
  run(work: { readonly seconds: number; readonly registers: number; readonly ports: readonly number[] }): Measured | Promise<Measured>;
}

const here = (file: string): string => join(import.meta.dirname, file);

function measured(program: string, args: readonly (string | number)[]): Measured {
  const ended = spawnSync(program, args.map(String), { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (ended.status !== 0) throw new Error(`${program} ended with ${ended.status}`);
  return JSON.parse(ended.stdout) as Measured;
}

export const ours = (in_flight: number): Client => ({
  name: in_flight === 1 ? "cuobian" : `cuobian, ${in_flight} in flight`,
  run: ({ seconds, registers, ports }) => measured(process.execPath, [here("ours.ts"), seconds, registers, in_flight, ...ports]),
});
export const modbusSerial: Client = {
  name: "modbus-serial",
  run: ({ seconds, registers, ports }) => measured(process.execPath, [here("modbus-serial.ts"), seconds, registers, ...ports]),
};
export const libmodbus = (program: string): Client => ({
  name: "libmodbus (C)",
  run: ({ seconds, registers, ports }) => measured(program, [seconds, registers, ...ports]),
});
