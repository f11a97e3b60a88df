// The first statement of the provider's bundle, before it is compiled: compiles it, with the code that V8 made of it the last
// time, which is a quarter of what a start takes. build-provider.js puts it into a shell line, as one line without single quotes.
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { homedir, platform } = require('node:os');
const { dirname, join } = require('node:path');
const { constants, Script } = require('node:vm');

const file = process.argv[1];
const bundle = readFileSync(file, 'utf8').replace('#!', '//');
// sdp's cache folder, as src/engines/download-cache.ts finds it, which is not compiled yet.
const { SDP_CACHE: own, XDG_CACHE_HOME: given } = process.env;
const caches = platform() === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
const folder = join(own || join(given || caches, 'sdp'), 'provider-code');
// V8 looks at the length of the source, not at the source; its own version and flags it checks itself.
const version = /^\/\/ terraform-provider-sdp (\S+)$/m.exec(bundle)?.[1];
const name = `${version}-${process.version}-${process.arch}`;

let cachedData;
try {
  cachedData = readFileSync(join(folder, name));
} catch {
  // The first start of this version.
}
const program = new module.constructor(file);
program.filename = file;
const script = new Script(module.constructor.wrap(bundle), {
  filename: file,
  cachedData,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
if (cachedData === undefined || script.cachedDataRejected) process.once('exit', keep);
script.runInThisContext()(program.exports, program.require.bind(program), program, file, dirname(file));

/** What was run is compiled by now. Where there is no room for it, the next start takes as long. */
function keep() {
  const weekAgo = Date.now() - 7 * 24 * 3_600_000;
  try {
    // One by one: Node's recursive way never ends where a folder cannot be made for want of a parent (/proc).
    for (const path of [dirname(dirname(folder)), dirname(folder), folder]) {
      if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
    }
    for (const kept of readdirSync(folder)) {
      if (statSync(join(folder, kept)).mtimeMs < weekAgo) rmSync(join(folder, kept));
    }
    const draft = join(folder, `${name}.${process.pid}`);
    writeFileSync(draft, script.createCachedData(), { mode: 0o600 });
    renameSync(draft, join(folder, name));
  } catch {}
}
