// Pulses a line of /sys/class/gpio as the gateway does, and says what the line's file held before, during and after. The file is taken away in the middle, so that "off" fails for a while.
import { readFileSync, renameSync } from "node:fs";
import { setTimeout as rest } from "node:timers/promises";
import { gpioContact, gpioNumber } from "#gateway/drivers/gates/gpio.ts";
import { pulseContact } from "#gateway/drivers/gates/pulse.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { openCharacterLine } from "#gateway/world/gpio-character.ts";
import { after } from "#protocols/vocabulary/time.ts";

const [activeLow = "", fails = ""] = process.argv.slice(2);
const root = "/sys/class/gpio";
const place = { chip: "pinctrl-test", line: 17 };
const value = `${root}/gpio${gpioNumber(place)}/value`;
const clock = machineClock();
const contact = gpioContact({ ...place, activeLow: activeLow === "low" }, openCharacterLine);
await contact.set(false);
const seen = [readFileSync(value, "utf8")];
const gate = pulseContact({ clock, contact, pulse_ms: 60 });
const outcome = await new Promise((resolve) => gate.open(after(clock.monotonic(), 3_000), resolve));
seen.push(readFileSync(value, "utf8"));
if (fails === "fails") {
  renameSync(value, `${value}.away`);
  for (const from = clock.monotonic(); !gate.stuck() && clock.monotonic() - from < 5_000; ) await rest(5);
  renameSync(`${value}.away`, value);
}
for (const from = clock.monotonic(); clock.monotonic() - from < 5_000; await rest(5))
  if (readFileSync(value, "utf8") === seen[0] && !gate.stuck()) break;
seen.push(readFileSync(value, "utf8"));
gate.stop();
process.stdout.write(JSON.stringify({ outcome, seen }));
