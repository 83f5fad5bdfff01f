// Words of this room; they come with it.
import { wordsOf } from "../words/language.ts";
import { ordersEn } from "../words/orders-en.ts";
import { ordersZh } from "../words/orders-zh.ts";

export const say = wordsOf(ordersZh, ordersEn);
