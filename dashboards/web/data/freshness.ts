// Freshness as of this second: the pure rule, told what the page knows now. Reading it inside a component draws that component again every second.
import { computed } from "@preact/signals";
import type { SocketView } from "#protocols/api/views.ts";
import { type Freshness, freshness, gatewayOf } from "./choices.ts";
import { connection, live, serverNow } from "./live.ts";

const connected = computed(() => connection.value.phase === "live" || connection.value.phase === "polling");

export const freshnessNow = (socket: SocketView): Freshness =>
  freshness(socket, { gateway: gatewayOf(live.value?.gateways ?? [], socket), connected: connected.value, now: serverNow.value });
