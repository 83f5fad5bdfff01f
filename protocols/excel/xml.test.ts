// XML read piece by piece: cut anywhere it says the same; what is not well formed is refused, and what could be another file's is never fetched.
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { NoWorkbook, xmlReader } from "./xml.ts";

function told(pieces: readonly string[]): string[] {
  const said: string[] = [];
  const reader = xmlReader({
    open: ({ name, attributes }) => said.push(`<${name} ${JSON.stringify(attributes)}`),
    close: (name) => said.push(`>${name}`),
    text: (text) => said.push(`"${text}`),
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return said;
}

const whole = `<?xml version="1.0"?>
<x:a xmlns:x="urn:x" r:id='7' q="1 > 0 &amp; 'so'"><!-- <b> --><b s = "2"/>甲 &lt;乙&gt; &#x4e2d;&#25991;<![CDATA[<raw & so>]]><c>]]&gt;</c></x:a>
`;

test("cut into two anywhere, and into single letters, it says the same as whole", (context) => {
  const said = told([whole]);
  expect(said).toEqual([
    `<a {"id":"7","q":"1 > 0 & 'so'"}`,
    '<b {"s":"2"}',
    ">b",
    '"甲 <乙> 中文',
    '"<raw & so>',
    "<c {}",
    '"]]>',
    ">c",
    ">a",
  ]);
  for (let at = 0; at <= whole.length; at += 1) expect(told([whole.slice(0, at), whole.slice(at)]), `cut at ${at}`).toEqual(said);
  expect(told([...whole])).toEqual(said);
  counted(context, { cuts: whole.length + 1 });
});

test.each([
  ["an end without a beginning", "<a></b>"],
  ["no end", "<a><b></b>"],
  ["half a tag", "<a><b"],
  ["two roots", "<a/><b/>"],
  ["text outside", "<a/>x"],
  ["nothing", "  "],
  ["a document type", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'],
  ["an attribute without a value", "<a b></a>"],
  ["an attribute without quotes", "<a b=1></a>"],
  ["a comment without an end", "<a><!-- </a>"],
  ["no name", "< a></a>"],
])("%s is refused", (_, xml) => {
  expect(() => told([xml])).toThrow(NoWorkbook);
  expect(() => told([...xml])).toThrow(NoWorkbook);
});
