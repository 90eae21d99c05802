// Whole journeys in a browser against a running system: see ./system.ts for where it is.
// The files run beside each other: each journey pays contributors of its own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.e2e.ts'],
    globalSetup: ['roster.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // What is waited for comes; on a busy machine it takes longer.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 3,
    sequence: { concurrent: false },
  },
});
