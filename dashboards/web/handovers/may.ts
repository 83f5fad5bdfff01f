// Who sits in a duty room, as the cloud holds it.
import { person } from "../shell/session.ts";

export const maySit = (): boolean => person.value?.role === "booth" || person.value?.role === "property-manager";
