// Tests run in Node on the TypeScript sources; those against a running system
// skip themselves, saying so, when TRIBUTARY_API and TRIBUTARY_RPC are not set.
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/**/*.test.ts'], testTimeout: 60_000 } });
