// Builds one static page that any server can serve from any path.
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Code and styles come from the page's own server; the chain, the API and mirrors may be anywhere. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  'connect-src http: https: ws: wss:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Only in builds: the development server needs scripts of its own. */
const contentPolicy: Plugin = {
  name: 'content-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      injectTo: 'head-prepend',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_POLICY },
    },
  ],
};

export default defineConfig({
  base: './',
  plugins: [react(), contentPolicy],
  // The SDK is linked from its folder: without this the page would carry these twice.
  resolve: { dedupe: ['@solana/kit', '@noble/hashes'] },
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 700 },
});
