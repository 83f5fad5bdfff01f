// What Chromium 87 reads but does not have: syntax is written down for it by the build, functions are not. First of all imports, so that it is there before anybody asks. Only what is used; the build's test knows the list.

/** Chromium 92. Of an array, of a text. */
function at(this: ArrayLike<unknown>, index: number): unknown {
  const whole = Math.trunc(index) || 0;
  return this[whole < 0 ? this.length + whole : whole];
}
for (const kind of [Array.prototype, String.prototype] as const)
  if (!("at" in kind)) Object.defineProperty(kind, "at", { value: at, writable: true, configurable: true });
