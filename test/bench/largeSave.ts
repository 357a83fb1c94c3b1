/** One save of all conversations in a process of its own, searched for secrets unless told: how long it takes, and how far its memory rises above what it was before. */
import { SecretScanner } from '../../src/core/operations/secrets.ts';
import { World } from '../support/device.ts';

export interface MeasuredSave {
  ms: number;
  /** Milliseconds of processors, of all threads: what else the machine does counts little. */
  processor: number;
  /** Of all conversations. */
  messages: number;
  /** Bytes. */
  above: number;
}

const [world = '', name = '', folder = '', search] = process.argv.slice(2);
if (search === 'without') {
  SecretScanner.prototype.scan = () => Promise.resolve([]);
}
const device = new World(world).device(name);
device.folder = folder;
device.world.now = new Date();
const idle = process.memoryUsage.rss();
let peak = idle;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
const start = performance.now();
const before = process.cpuUsage();
const { messages } = await device.save('Grow', { conversations: 'all', force: true });
const ms = performance.now() - start;
const { user, system } = process.cpuUsage(before);
clearInterval(watch);
const measured: MeasuredSave = { ms, processor: (user + system) / 1000, messages, above: Math.max(peak, process.resourceUsage().maxRSS * 1024) - idle };
console.log(JSON.stringify(measured));
