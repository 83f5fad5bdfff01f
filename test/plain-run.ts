// A whole plain run: every test in its short form, and nothing picked out by name. Only of it is the time declared (budgets.ts): sets of full length, and what is run by its name, take as long as they take.
export const plainRun = process.env.CUOBIAN_FULL !== "1" && process.argv.slice(2).every((word) => word === "run");
