// Turns an OpenAPI document into a Postman collection: `node postman.cjs <openapi.json> <collection.json>`.
//
// The converter invents example values and identifiers. A file that is committed and checked for freshness
// must come out the same every time, so chance is seeded, the clock stands still, and the identifiers, which
// Postman assigns anew on import, are dropped.
"use strict";

const fs = require("node:fs");

// The Park-Miller generator: enough to pick example values.
let state = 1;
Math.random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;

const midnight = Date.UTC(2026, 0, 1);
globalThis.Date = class extends Date {
  constructor(...parts) {
    super(...(parts.length === 0 ? [midnight] : parts));
  }
  static now() {
    return midnight;
  }
};

const { convertV2 } = require("openapi-to-postmanv2");

const withoutIds = (key, value) => (key === "id" || key === "_postman_id" ? undefined : value);

const [source, destination] = process.argv.slice(2);
const options = { folderStrategy: "Tags", parametersResolution: "Example" };

convertV2({ type: "string", data: fs.readFileSync(source, "utf8") }, options, (error, conversion) => {
  if (error || !conversion.result) {
    console.error(`Postman collection: ${error ?? conversion.reason}`);
    process.exit(1);
  }
  const [collection] = conversion.output;
  fs.writeFileSync(destination, `${JSON.stringify(collection.data, withoutIds, 2)}\n`);
});
