// What a plate is. Canonical form: upper case, no separators, the province first (闽CD12345). A camera's word for "no plate" is never a plate.
declare const plateBrand: unique symbol;
/** A canonical plate. */
export type Plate = string & { readonly [plateBrand]: true };

export const plateColours = ["unknown", "blue", "yellow", "white", "black", "green", "yellow-green"] as const;
export type PlateColour = (typeof plateColours)[number];
