// Every room's tables, in the order in which they are made: they share one file, and so their names.

import { tables as commandTables } from "../commands/tables.ts";
import { tables as documentTables } from "../documents/tables.ts";
import { tables as facilityTables } from "../facility/tables.ts";
import { tables as fireTables } from "../fire/tables.ts";
import type { Migration } from "../journal/migrations.ts";
import { tables as laneTables } from "../lanes/tables.ts";
import { tables as paymentTables } from "../payments/tables.ts";
import { tables as registerTables } from "../register/tables.ts";
import { tables as sessionTables } from "../sessions/tables.ts";

export const tables: readonly Migration[] = [
  ...sessionTables,
  ...laneTables,
  ...paymentTables,
  ...commandTables,
  ...documentTables,
  ...registerTables,
  ...fireTables,
  ...facilityTables,
];
