/** Installs the VS Code servers that the tests run in: `node test/host/install.ts [newest|oldest]`. */
import { hostAges, installHost } from './host.ts';

const wanted = process.argv.slice(2);
for (const age of hostAges.filter((one) => wanted.length === 0 || wanted.includes(one))) {
  const start = Date.now();
  const { server } = await installHost(age);
  console.log(`VS Code (${age}): ${server} after ${((Date.now() - start) / 1000).toFixed(0)} s`);
}
