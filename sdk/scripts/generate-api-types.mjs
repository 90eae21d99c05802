// The API's OpenAPI document -> TypeScript types in src/api/schema.ts, which are
// committed. Run it when api/openapi.json changes: `npm run generate`.
// Takes the document and the output, when they are elsewhere.
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [document = here('../../api/openapi.json'), output = here('../src/api/schema.ts')] =
  process.argv.slice(2);
const types = await openapiTS(pathToFileURL(document));
writeFileSync(
  output,
  `// Generated from api/openapi.json by scripts/generate-api-types.mjs.\n${astToString(types)}`,
);
