// A site file for the simulated shed: two ten-socket stations on one serial line, nothing else.

/** station-1 has labels 31 … 40, station-2 has none. */
export const wiringSite = (serial: string): string => `
site: jinxiu
gateway: gw-1
name: 锦绣花园
data: ./gateway
http: { host: 127.0.0.1, port: 0 }
booth: { token_file: ./booth.token }
uplink: { broker: "mqtt://127.0.0.1:1", username: gw-1, password_file: ./uplink.password, keepalive_s: 10 }
lots: []
lanes: []
limits: [{ id: e-bike, file: e-bike-4a }]
lines:
  - { id: line-1, kind: serial, path: ${serial}, baud: 19200, parity: none, stop_bits: 1, cutoff_ms: 1000 }
stations:
  - { id: station-1, name: 一棚, line: line-1, unit: 1, profile: stations/ten-socket, limits: e-bike, labels: ["31", "32", "33", "34", "35", "36", "37", "38", "39", "40"] }
  - { id: station-2, name: 二棚, line: line-1, unit: 2, profile: stations/ten-socket, limits: e-bike }
`;
