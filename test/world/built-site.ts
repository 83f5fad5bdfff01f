// A site file for a shed that is put together: a relay board at unit 1, and a meter per socket from unit 11.

export const builtSite = (serial: string, sockets: number, meter = "meters/pzem-004t", limits = "e-bike-4a-built"): string => {
  const each = Array.from({ length: sockets }, (_, index) => index + 1);
  return `
site: jinxiu
gateway: gw-1
name: 锦绣花园
data: ./gateway
http: { host: 127.0.0.1, port: 0 }
booth: { token_file: ./booth.token }
uplink: { broker: "mqtt://127.0.0.1:1", username: gw-1, password_file: ./uplink.password, keepalive_s: 10 }
lots: []
lanes: []
limits: [{ id: built, file: ${limits} }]
lines:
  - { id: line-1, kind: serial, path: ${serial}, baud: 9600, parity: none, stop_bits: 1, cutoff_ms: 1800 }
devices:
  - { id: relays-1, name: 继电器板, line: line-1, unit: 1, profile: relays/waveshare-8 }
${each.map((n) => `  - { id: meter-${n}, name: 电表${n}, line: line-1, unit: ${10 + n}, profile: ${meter} }`).join("\n")}
stations:
  - id: diy
    name: 自装棚
    line: line-1
    limits: built
    labels: [${each.map((n) => `"${36 + n}"`).join(", ")}]
    sockets:
${each.map((n) => `      - { relay: { device: relays-1, channel: ${n} }, meter: { device: meter-${n} } }`).join("\n")}
`;
};
