// Electricity in thousandths, whole numbers. The type carries the unit inside, the key carries it outside (`current_mA`).
declare const unitBrand: unique symbol;
type Quantity<Unit extends string> = number & { readonly [unitBrand]: Unit };

export type MilliAmpere = Quantity<"mA">;
export type MilliVolt = Quantity<"mV">;
export type MilliWatt = Quantity<"mW">;
export type MilliWattHour = Quantity<"mWh">;
export type MilliCelsius = Quantity<"m°C">;

export const milliAmpere = (value: number): MilliAmpere => value as MilliAmpere;
export const milliVolt = (value: number): MilliVolt => value as MilliVolt;
export const milliWatt = (value: number): MilliWatt => value as MilliWatt;
export const milliWattHour = (value: number): MilliWattHour => value as MilliWattHour;
export const milliCelsius = (value: number): MilliCelsius => value as MilliCelsius;
