// What the demonstration asks of the rooms is always allowed: a refusal is a fault of its story, and is told with its words.
import type { Refusal } from "#protocols/vocabulary/faults.ts";

export function done<T extends object>(result: T | Refusal | undefined): T {
  if (result === undefined) throw new Error("the demonstration asked for something that is not there");
  if ("code" in result && "zh" in result && "kind" in result)
    throw new Error(`the demonstration was refused: ${result.code}: ${result.en}`);
  return result as T;
}
