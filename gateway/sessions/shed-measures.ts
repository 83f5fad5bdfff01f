// Sheds under /metrics: what each is doing, and what its supply bears beside what it may. What is not seen has no number.
import type { ShedReading } from "../link/messages.ts";
import type { Measure } from "../site-context.ts";

const states = ["serving", "waiting", "blind", "latched"] as const;
const inputStates = ["clear", "active", "unread"] as const;

export function shedMeasures(sheds: readonly ShedReading[]): Measure[] {
  if (sheds.length === 0) return [];
  const counted = states.map(
    (state): Measure => ({
      name: "cuobian_sheds",
      kind: "gauge",
      help: "sheds in each state",
      labels: { state },
      value: sheds.filter((one) => one.state === state).length,
    }),
  );
  return [...counted, ...sheds.flatMap(measuresOf)];
}

function measuresOf({ shed, state, inputs, contactor, leaking, residual_mA, power_mW, budgets }: ShedReading): Measure[] {
  const gauge = (name: string, help: string, value: number, more: Readonly<Record<string, string>> = {}): Measure => ({
    ...{ name: `cuobian_shed_${name}`, kind: "gauge", help, value },
    labels: { shed, ...more },
  });
  const seen = (name: string, help: string, value: number | null): Measure[] => (value === null ? [] : [gauge(name, help, value)]);
  const closed = contactor === "closed" ? 1 : contactor === "open" || contactor === "stuck" ? 0 : null;
  return [
    gauge("serving", "1 while its sockets may be energised", state === "serving" ? 1 : 0),
    ...inputStates.map((one) =>
      gauge("inputs", "its smoke, heat and panel contacts in each state", inputs.filter((input) => input.state === one).length, {
        state: one,
      }),
    ),
    ...(contactor === "stuck" ? seen("contactor_stuck", "1: told to open, and it did not", 1) : []),
    ...(contactor === "stuck" ? [] : seen("contactor_closed", "1 while the contactor above is seen closed", closed)),
    gauge("leaking", "1 while the feeder's residual current is above its alarm", leaking ? 1 : 0),
    ...seen("residual_mA", "residual current of the feeder", residual_mA),
    ...seen("power_mW", "by the feeder's meter", power_mW),
    ...budgets.flatMap(({ budget, of, value, reserved, limit, unit }) => [
      gauge("budget", "what counts against a budget", value, { budget, of, unit }),
      gauge("budget_reserved", "the part of it that nobody measured", reserved, { budget, of, unit }),
      gauge("budget_limit", "the most that it may be", limit, { budget, of, unit }),
    ]),
  ];
}
