// The cameras' clock: this gateway answers SNTP on their network, so that who stamps a read and who judges its age go by one clock, also without the internet.
import { decodeRequest, encodeAnswer } from "#protocols/time/sntp.ts";
import type { Check, Measure, SiteContext } from "../site-context.ts";
import { answerDatagrams } from "../world/datagrams.ts";

export interface TimeServer {
  checks(): Check[];
  measures(): Measure[];
  /** 0 while it is not open. */
  port(): number;
  stop(): void;
}

/** A camera asks once a minute at most; whoever asks more often from one address is not answered. */
const mostPerSecond = 20;
const mostPeers = 256;

export async function startTimeServer({ config, clock, log }: SiteContext): Promise<TimeServer | undefined> {
  const at = config.time_server;
  if (at === undefined) return undefined;
  let [answered, refused, second] = [0, 0, 0];
  const asked = new Map<string, number>();

  function answer(bytes: Uint8Array, from: string): Uint8Array | undefined {
    const { wall: received, mono, synchronised } = clock.stamp();
    const now = Math.floor(mono / 1000);
    if (now !== second) {
      second = now;
      asked.clear();
    }
    const times = (asked.get(from) ?? 0) + 1;
    const request = decodeRequest(bytes);
    if ("kind" in request || times > mostPerSecond || (times === 1 && asked.size >= mostPeers)) {
      refused += 1;
      return undefined;
    }
    asked.set(from, times);
    answered += 1;
    return encodeAnswer(request, { synchronised, received, sent: clock.wall() });
  }

  let failed: string | undefined;
  const open = await answerDatagrams(at, answer).catch((error: unknown) => {
    failed = error instanceof Error ? error.message : String(error);
    log.error({ ...at, error: failed }, "cameras are not told the time: the port cannot be opened");
    return undefined;
  });
  return {
    port: () => open?.port ?? 0,
    checks: () => [
      {
        name: "time server",
        ok: failed === undefined,
        zh:
          failed === undefined
            ? `向相机授时（${clock.stamp().synchronised ? "本机时钟可信" : "本机时钟未校准，已在应答中声明"}）`
            : `无法向相机授时：${failed}；端口 123 需要 CAP_NET_BIND_SERVICE，或换一个端口`,
        en:
          failed === undefined
            ? `cameras are told the time (${clock.stamp().synchronised ? "this machine's is believed" : "this machine's is not set, and the answers say so"})`
            : `cameras are not told the time: ${failed}; port 123 needs CAP_NET_BIND_SERVICE, or take another`,
      },
    ],
    measures: () =>
      (["answered", "refused"] as const).map((outcome) => ({
        name: "cuobian_time_questions_total",
        kind: "counter",
        help: "SNTP questions of cameras by what was done",
        labels: { outcome },
        value: outcome === "answered" ? answered : refused,
      })),
    stop: () => open?.close(),
  };
}
