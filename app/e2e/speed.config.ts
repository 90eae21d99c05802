// How soon the page can be used: alone on the machine, so apart from the journeys.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['speed.bench.ts'],
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
});
