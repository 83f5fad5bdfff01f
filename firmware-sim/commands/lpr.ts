// `sim lpr`: one plate push of the vendor document's camera, for a person who pipes it to curl.
import { parseArgs } from "node:util";
import { wall } from "#protocols/vocabulary/time.ts";
import { plateBody } from "../cameras/plate-push.ts";
import { realWorld, type World } from "../ports.ts";
import { data, type ExitCode, exitCode, UsageError, wholeNumber } from "./say.ts";

/** The camera of the vendor's sample. */
const sample = { serialno: "fe71e106-57263272", deviceName: "R5-V1.0", ipaddr: "192.168.55.131", plate: "粤Z9065澳" } as const;

export function lpr(args: string[], world: World = realWorld): ExitCode {
  const { values } = parseArgs({
    args,
    allowPositionals: false,
    options: {
      plate: { type: "string", default: sample.plate },
      serialno: { type: "string", default: sample.serialno },
      plateid: { type: "string" },
      "age-s": { type: "string", default: "0" },
      offline: { type: "boolean", default: false },
    },
  });
  const now = world.wall();
  const at = wall(now - (wholeNumber("age-s", values["age-s"]) ?? 0) * 1_000);
  // Rises with time, as the camera's own count does: two calls are two reads.
  const plateid = wholeNumber("plateid", values.plateid) ?? Math.floor(now / 100) % 1_000_000_000;
  if (values.plate.trim() === "") throw new UsageError("--plate: 空 / empty");
  const read = { plate: values.plate, plateid, at, micros: Math.floor(world.now() * 1_000) % 1_000, confidence: 96, triggerType: 4 };
  data(plateBody({ serialno: values.serialno, deviceName: sample.deviceName, ipaddr: sample.ipaddr }, read, values.offline));
  return exitCode.ok;
}
