// What came in answer to the questions of one search, put together: one row a camera, however many ways it was heard on and how often it answered. Bounded, whatever comes.
import { type CameraSaid, type CameraService, readMatches } from "./discovery.ts";

export interface FoundCamera extends CameraSaid {
  /** Who sent its answers. More than one: a camera with several addresses, or several cameras that were given one identity. */
  readonly heardFrom: readonly string[];
}

export interface Gathered {
  readonly cameras: readonly FoundCamera[];
  /** Datagrams, whatever they were. */
  readonly heard: number;
  /** Those that were no answer to us, or had nothing sound in them. */
  readonly refused: number;
  /** Why the last of those was refused. */
  readonly why: string | null;
  /** Answers of what is no camera. */
  readonly others: number;
}

export const nothingYet: Gathered = { cameras: [], heard: 0, refused: 0, why: null, others: 0 };

/** A compound has fewer cameras; a stranger who invents more is not listened to. */
export const mostCameras = 64;
/** Beyond this a search only counts: to be flooded costs no more than that. */
export const mostAnswers = 1_500;
const mostAddresses = 8;

export interface Datagram {
  readonly bytes: Uint8Array;
  readonly from: string;
}

export function gather(before: Gathered, { bytes, from }: Datagram, asked: ReadonlySet<string>): Gathered {
  const counted = { ...before, heard: before.heard + 1 };
  const no = (why: string): Gathered => ({ ...counted, refused: before.refused + 1, why });
  if (before.heard >= mostAnswers) return no(`more than ${mostAnswers} answers to one search`);
  const read = readMatches(bytes, from, asked);
  if (read.kind === "undecodable") return no(read.reason);
  let { cameras } = counted;
  let left = read.left;
  for (const said of read.cameras) {
    const known = cameras.findIndex(({ endpoint }) => endpoint === said.endpoint);
    const old = cameras[known];
    if (old !== undefined) cameras = cameras.with(known, merged(old, said, from));
    else if (cameras.length < mostCameras) cameras = [...cameras, { ...said, services: first(said.services, [from]), heardFrom: [from] }];
    else left = `more than ${mostCameras} cameras`;
  }
  const sum = { ...counted, cameras, others: before.others + read.others };
  return left === undefined ? sum : { ...sum, refused: before.refused + 1, why: left };
}

/** The first answer names it; later ones add addresses. */
function merged(old: FoundCamera, said: CameraSaid, from: string): FoundCamera {
  const heardFrom = [...new Set([...old.heardFrom, from])].slice(0, mostAddresses);
  const services = [...new Map([...old.services, ...said.services].map((one) => [one.address, one])).values()].slice(0, mostAddresses);
  return { ...old, heardFrom, services: first(services, heardFrom), maker: old.maker ?? said.maker };
}

/** One row an address; those that really answered stand before those that are only said. */
function first(services: readonly CameraService[], heardFrom: readonly string[]): CameraService[] {
  const each = [...new Map(services.map((one) => [one.address, one])).values()];
  return [...each.filter(({ address }) => heardFrom.includes(address)), ...each.filter(({ address }) => !heardFrom.includes(address))];
}
