// The SDK in Node against a running system: see running-system.e2e.ts for where that is.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.e2e.ts'], testTimeout: 60_000 },
});
