// Speaks to the world of one car until it dies by SIGKILL at the point that it was given, the world written down as it stood at that moment. Without dying it says how many points it came by.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { live, newWorld } from "../parking/one-car.ts";

const [folder = "", at = "0"] = process.argv.slice(2);
const world = newWorld();
const passed: string[] = [];
await live({
  world,
  folder,
  life: 1,
  point: (where) => {
    passed.push(where);
    if (passed.length !== Number(at)) return;
    writeFileSync(join(folder, "world.json"), JSON.stringify({ world, where }));
    process.kill(process.pid, "SIGKILL");
    for (;;); // it dies within this statement
  },
});
process.stdout.write(JSON.stringify(passed));
