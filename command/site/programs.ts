// The verbs of `cuobian site`, as functions from words to an ending.
import { type Ending, ended, isUsage, ok, Unreachable } from "../device/say.ts";
import { siteCharge } from "./charge.ts";
import { siteCommission } from "./commission.ts";
import { siteHelp } from "./help.ts";
import { siteLoads } from "./loads.ts";
import { siteRegister } from "./register.ts";
import { siteReplace } from "./replace.ts";
import { siteReset } from "./reset.ts";
import { siteStory } from "./story.ts";
import { siteTripTest } from "./trip-test.ts";
import { siteWalk } from "./walk.ts";

type Verb = (args: readonly string[], talk: (text: string) => void) => Promise<Ending>;
const verbs: Readonly<Record<string, Verb>> = {
  walk: siteWalk,
  commission: siteCommission,
  replace: siteReplace,
  charge: siteCharge,
  reset: siteReset,
  story: siteStory,
  loads: siteLoads,
  register: siteRegister,
  "trip-test": siteTripTest,
};

export async function run(words: readonly string[], talk: (text: string) => void = () => undefined): Promise<Ending> {
  const [verb, ...args] = words;
  if (verb === undefined || verb === "help" || words.some((word) => word === "--help" || word === "-h")) return ok(siteHelp);
  const action = verbs[verb];
  if (action === undefined)
    return ended(2, `没有命令 / no command "site ${verb}"; ${Object.keys(verbs).join(", ")}\n  cuobian site --help`);
  try {
    return await action(args, talk);
  } catch (error) {
    if (isUsage(error)) return ended(2, `cuobian site ${verb}: ${error.message}\n  cuobian site --help`);
    if (error instanceof Unreachable) return ended(4, `cuobian site ${verb}: 无法连接 / unreachable: ${error.message}`);
    throw error;
  }
}
