import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { choose, keys, t } from "../src/texts";

const SOURCES = new URL("../src/page/", import.meta.url);

test("every text stands in both languages, with the same values", () => {
  const values = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const key of keys()) {
    const both = ["zh", "en"].map((language) => (choose(language), t(key, new Proxy({}, { get: (_, name) => `{${String(name)}}` }))));
    expect(both.every(Boolean), key).toBe(true);
    expect(values(both[0]!), key).toEqual(values(both[1]!));
  }
});

test("every text that the page asks for is there", () => {
  const known = new Set(keys());
  for (const name of readdirSync(SOURCES)) {
    const source = readFileSync(new URL(name, SOURCES), "utf-8");
    for (const [, key] of source.matchAll(/\bt\("([\w-]+)"/g)) expect(known.has(key!), `${name}: ${key}`).toBe(true);
  }
});
