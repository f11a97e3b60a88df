#!/usr/bin/env node
import { existsSync } from 'node:fs';

const bundle = new URL('../dist/sdp.js', import.meta.url);
if (!existsSync(bundle)) {
  console.error('Error: sdp is not built yet. Run "npm start", or "npm ci" and "npm run build".');
  process.exit(1);
}
await import(bundle.href);
