// Builds what is shipped into dist/: the extension, the command line and the webview page.
// usage: node esbuild.mjs [--production] [--watch]
import { context } from 'esbuild';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { pageOptions } from './media/esbuild.page.ts';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

let building = 0;

/** Tells the background task of .vscode/tasks.json when a watch build begins and ends, and what is wrong with it. */
const announce = {
  name: 'announce',
  setup(build) {
    build.onStart(() => {
      if (building++ === 0) {
        console.log('[watch] build started');
      }
    });
    build.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`✘ [ERROR] ${text}\n    ${location?.file}:${location?.line}:${location?.column}:`);
      }
      if (--building === 0) {
        console.log('[watch] build finished');
      }
    });
  },
};

/**
 * Every schema of zod's can describe itself as a JSON schema, which nobody here asks for and no bundler can see: the two
 * modules that do it export the same names and nothing behind them.
 */
const withoutJsonSchemas = {
  name: 'without-json-schemas',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/](to-json-schema|json-schema-processors)\.js$/ }, async ({ path }) => {
      const exported = (await readFile(path, 'utf8')).matchAll(/^export (?:(?:const|function) |\{ \w+ as )(\w+)/gm);
      return { contents: `const unused = () => ({});\nexport { ${[...exported].map(([, name]) => `unused as ${name}`).join(', ')} };` };
    });
  },
};

/** simple-git's own trace, which is switched on by a variable that nobody here sets, and brings colours for it. */
const withoutTrace = {
  name: 'without-trace',
  setup(build) {
    build.onResolve({ filter: /^debug$/ }, () => ({ path: 'debug', namespace: 'without-trace' }));
    build.onLoad({ filter: /^debug$/, namespace: 'without-trace' }, () => ({
      contents: "const silent = () => Object.assign(() => {}, { enabled: false, extend: silent });\nexport default Object.assign(silent, { formatters: {}, enable() {} });",
    }));
  },
};

/** simple-git's guard against settings that strangers send: all are the user's own here, and allowed (see `core/git/porcelain.ts`). */
const withoutStrangers = {
  name: 'without-strangers',
  setup(build) {
    build.onResolve({ filter: /^@simple-git\/argv-parser$/ }, () => ({ path: 'argv-parser', namespace: 'without-strangers' }));
    build.onLoad({ filter: /^argv-parser$/, namespace: 'without-strangers' }, () => ({
      contents: 'export const isGitEnvKey = (name) => /^(editor|pager|prefix|ssh_askpass|visual)$/.test(name);\nexport const vulnerabilityCheck = () => [];',
    }));
  },
};

const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  metafile: true,
  logLevel: watch ? 'silent' : 'warning',
  define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
  plugins: [withoutJsonSchemas, withoutTrace, withoutStrangers, ...(watch ? [announce] : [])],
};

/** CommonJS libraries in here still call require() for Node's own modules. */
const withRequire = { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" };

const nodeModule = { format: 'esm', platform: 'node', target: 'node22', mainFields: ['module', 'main'], banner: withRequire };

/** What speaks MCP is a bundle of its own (see `mcp`); the chunk that asks for it lies in a folder below. */
const mcpApart = {
  name: 'mcp-apart',
  setup(build) {
    build.onResolve({ filter: /\/mcp\/server\.ts$/ }, ({ kind }) => (kind === 'dynamic-import' ? { path: '../mcp.mjs', external: true } : undefined));
  },
};

/**
 * The extension and the command line are built together: what both need, or several parts of one, lies in a chunk that
 * they share, and what the sources import with `import()` is read when it is first needed.
 */
const program = {
  ...common,
  entryPoints: { extension: 'src/extension.ts', cli: 'src/cli/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  ...nodeModule,
  splitting: true,
  external: ['vscode'],
  plugins: [
    ...common.plugins,
    mcpApart,
    {
      name: 'make-executable',
      setup(build) {
        build.onEnd(({ errors }) => (errors.length === 0 ? chmod('dist/cli.mjs', 0o755) : undefined));
      },
    },
  ],
};

/**
 * The MCP server shares no chunk with the rest: its library brings a zod of another shape, with JSON schemas, and what two
 * entries share every window would read.
 */
const mcp = {
  ...common,
  ...nodeModule,
  entryPoints: { mcp: 'src/cli/mcp/server.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  plugins: watch ? [announce] : [],
};

const page = { ...common, ...pageOptions, plugins: [...common.plugins, ...pageOptions.plugins] };

/** VS Code reads one file a language for the extension; the page has one of its own, since it needs a tenth of that. */
async function writeTranslations() {
  await mkdir('dist/l10n', { recursive: true });
  const languages = (await readdir('src/l10n', { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const { name: language } of languages) {
    const read = async (room) => JSON.parse(await readFile(`src/l10n/${language}/${room}.json`, 'utf8'));
    await writeFile(`dist/l10n/bundle.l10n.${language}.json`, JSON.stringify({ ...(await read('wording')), ...(await read('vscode')) }));
    await writeFile(`dist/l10n/page.${language}.json`, JSON.stringify(await read('page')));
  }
}

await rm('dist', { recursive: true, force: true });
await writeTranslations();
const contexts = await Promise.all([program, mcp, page].map((options) => context(options)));
if (watch) {
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  try {
    const results = await Promise.all(contexts.map((one) => one.rebuild()));
    const merged = {
      inputs: Object.assign({}, ...results.map(({ metafile }) => metafile.inputs)),
      outputs: Object.assign({}, ...results.map(({ metafile }) => metafile.outputs)),
    };
    await mkdir('dist', { recursive: true });
    await writeFile('dist/meta.json', JSON.stringify(merged));
  } catch {
    process.exitCode = 1; // esbuild has printed what is wrong
  } finally {
    await Promise.all(contexts.map((one) => one.dispose()));
  }
}
