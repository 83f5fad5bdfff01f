// Every battery of the simulator charges as its kind does, and a faulty one is seen by what it draws.
import { expect, test } from "vitest";
import { chance } from "#sim/chance.ts";
import { batteryFaults, chemistries, newBattery, nominals_V, power_W, charge as takes, trickles } from "#sim/charging/battery.ts";

test("every battery charges as its kind does: a plateau, then a current that dies away within 20 to 40 minutes' time constant, then a trickle; a fault shows", () => {
  let shown = 0;
  for (const chemistry of chemistries)
    for (const nominal_V of nominals_V) {
      const luck = chance(nominal_V);
      const battery = newBattery(luck, { chemistry, nominal_V });
      battery.charge = 0.1;
      battery.cycles = 0;
      let [highest, hours, energy] = [0, 0, 0];
      while (!trickles(battery) && hours < 15) {
        const power = power_W(battery, luck);
        highest = Math.max(highest, power);
        takes(battery, 60, power);
        hours += 1 / 60;
        energy += power / 60_000;
      }
      expect(highest, `${chemistry} ${nominal_V}`).toBeGreaterThan(70);
      expect(highest).toBeLessThan(520);
      expect(
        [hours > 1.5 && hours < 15, energy > 0.25 && energy < 3.2, battery.constantVoltage_s > 600],
        `${chemistry} ${nominal_V} ${hours} h ${energy} kWh`,
      ).toEqual([true, true, true]);
      expect(power_W(battery, luck)).toBeLessThan(25);
      for (const fault of batteryFaults) {
        const faulty = newBattery(chance(nominal_V), { chemistry, nominal_V });
        const well = newBattery(chance(nominal_V), { chemistry, nominal_V });
        Object.assign(faulty, { charge: 0.85, fault });
        Object.assign(well, { charge: 0.85 });
        let differs = 0;
        for (let n = 0; n < 7_200; n += 5) {
          const [bad, good] = [power_W(faulty, luck), power_W(well, luck)];
          differs = Math.max(differs, Math.abs(bad - good) / Math.max(good, 1));
          takes(faulty, 5, bad);
          takes(well, 5, good);
        }
        expect(differs, `${fault} ${chemistry} ${nominal_V}`).toBeGreaterThan(0.2);
        shown += 1;
      }
    }
  expect(shown).toBe(40);
});
