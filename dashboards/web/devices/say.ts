// Words of this room; they come with it.

import { devicesEn } from "../words/devices-en.ts";
import { devicesZh } from "../words/devices-zh.ts";
import { wordsOf } from "../words/language.ts";

export const say = wordsOf(devicesZh, devicesEn);
