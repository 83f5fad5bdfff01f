// What holds for every shed. The numbers of a site come from its file; no file can go beyond the bounds.

/** Least and most that any configuration may say. */
export const shedBounds = {
  blind_ms: [3_000, 30_000],
  // GB 50116-2013 §9.2.3 (commentary): an electrical-fire alarm is set to 300–500 mA, because a supply leaks 100–200 mA by nature and 300 mA can ignite.
  // It is an alarm. The 30 mA of shock protection, which cut, belong to the RCBO of each socket.
  residual_alarm_mA: [300, 500],
  breaker_mA: [6_000, 630_000],
  power_mW: [1_000_000, 2_000_000_000],
  priority: [1, 9],
} as const;

/**
 * Fixed in code:
 * - warn, settle, samples: as for a socket (limits.ts): an input is silent at 3 s; meters need up to 1.5 s to show zero.
 * - meterWarn: a feeder meter cuts nothing, and is read between what does; its budgets count with reserves as soon as it is older than 3 s.
 * - recover: an input that was lost must be read for so long before the shed serves again, so that a loose wire does not make the contactor chatter.
 * - residual: two consecutive samples; GB 14287.2 asks for an alarm within 30 s, and each meter is read at least once a second. It is over below 80 %.
 * - contactor: the board opens it by itself so long after the last pulse; re-armed every second. Within 3–5 s, as every dead-man window of ours.
 */
export const shedFixed = {
  warn_ms: 3_000,
  meterWarn_ms: 10_000,
  recover_ms: 5_000,
  settle_ms: 2_000,
  stuckSamples: 3,
  residualSamples: 2,
  residualOverPermille: 800,
  contactorHold_ms: 4_000,
  closeWithin_ms: 5_000,
} as const;

/**
 * Orderly shedding:
 * - budget: a breaker carries 80 % of its rating all day (the field's practice for continuous load; IEC 60898 lets 1.13 × pass for an hour, so the hold costs nothing).
 * - hold: a sum that is too high for three seconds is no inrush. After a shedding the meters need as long to show it.
 * - margin: 5 % of the limit, or one socket's reserve where that is less. A shedding goes down by one margin, so that the next reading does not shed again;
 *   and nothing is let in above two margins below the limit, until the load has been below that for a minute.
 * - a socket that has just closed counts with its reserve until its meter has shown what it takes (a new load shows after 1.2 s at the latest: MycilaJSY measurements).
 * - lapse: the longest dead-man window that a profile may have, and the settling of a meter. Voltage: 220 V + 20 %, where no rule of the socket says less.
 */
export const loadFixed = {
  breakerPermille: 800,
  hold_ms: 3_000,
  again_ms: 4_000,
  marginPermille: 50,
  resumeAfter_ms: 60_000,
  ramp_ms: 5_000,
  fresh_ms: 3_000,
  lapse_ms: 7_000,
  highest_mV: 264_000,
} as const;
