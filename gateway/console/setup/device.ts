// The first device, read once by its model: what it is asked, what it answers, in words. Nothing is written to it.
import type { SetupTested } from "#protocols/api/setup.ts";
import { answerWords, decode, registersOf, type Values } from "#protocols/modbus/decode.ts";
import { type Block, blockRequest, planReads, splitBlock } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Ask } from "../installer/visit.ts";

/** More than this nobody reads on a phone. */
const mostValues = 60;
/** After so many silent questions and no answer nobody is there. */
const mostSilent = 2;

/** undefined: nobody answered at all; "refused": somebody did, and knows nothing of what this model has. */
export async function readByModel(ask: Ask, profile: Profile, unit: number): Promise<Omit<SetupTested, "took_ms"> | "refused" | undefined> {
  const waiting = planReads(profile);
  const read: { block: Block; words: readonly number[] }[] = [];
  let [questions, unanswered, refused] = [0, 0, 0];
  for (let block = waiting.shift(); block !== undefined; block = waiting.shift()) {
    questions += 1;
    const outcome = await ask(blockRequest(unit, block));
    const words = outcome.kind === "answer" ? answerWords(block, outcome.pdu) : undefined;
    if (Array.isArray(words)) read.push({ block, words });
    else {
      // A block that is refused as an illegal address is asked in smaller pieces: models differ by what they leave out.
      if (outcome.kind !== "answer" && outcome.code === "exception") refused += 1;
      const smaller = outcome.kind !== "answer" && outcome.detail === "exception 2" ? splitBlock(profile, block) : [];
      if (smaller.length > 0) waiting.unshift(...smaller);
      else unanswered += 1;
    }
    if (read.length === 0 && unanswered >= mostSilent) break;
  }
  if (read.length === 0) return refused > 0 ? "refused" : undefined;
  const { device, sockets } = decode(profile, registersOf(read));
  const rows = [...rowsOf(profile, device, ""), ...sockets.flatMap((values, index) => rowsOf(profile, values, ` ${index + 1}`))];
  return { questions, unanswered, values: rows.slice(0, mostValues) };
}

function rowsOf(profile: Profile, values: Values, suffix: string): SetupTested["values"] {
  return Object.entries(values).map(([name, decoded]) => {
    const point = profile.points.find((one) => one.name === name);
    const value = decoded !== undefined && Number.isFinite(decoded.value) ? decoded.value : null;
    return { name, zh: `${point?.zh ?? name}${suffix}`, en: `${point?.en ?? name}${suffix}`, value, good: decoded?.quality === "good" };
  });
}
