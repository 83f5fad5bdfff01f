// Pulses a line of a GPIO chip through its character device, on a machine whose kernel shows no /sys/class/gpio. The chip's folder is told; what the kernel was asked is seen by a tracer.
import { setTimeout as rest } from "node:timers/promises";
import { gpioContact } from "#gateway/drivers/gates/gpio.ts";
import { pulseContact } from "#gateway/drivers/gates/pulse.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { openCharacterLine } from "#gateway/world/gpio-character.ts";
import { after } from "#protocols/vocabulary/time.ts";

const [devices = "", activeLow = ""] = process.argv.slice(2);
const clock = machineClock();
const contact = gpioContact({ chip: "pinctrl-test", line: 17, activeLow: activeLow === "low" }, (line) => openCharacterLine(line, devices));
const prepared = await contact.set(false);
const gate = pulseContact({ clock, contact, pulse_ms: 60 });
const outcome = await new Promise((resolve) => gate.open(after(clock.monotonic(), 3_000), resolve));
await rest(120);
process.stdout.write(JSON.stringify({ prepared, outcome, stuck: gate.stuck() }));
gate.stop();
